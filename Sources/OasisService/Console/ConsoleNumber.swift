package import OasisMarket

/// Numbers as people read them: grouped, rounded, with their unit behind a narrow space that never breaks.
package enum ConsoleNumber {
    /// Between a number and its unit.
    package static let space = "\u{202F}"
    /// Stands where there is no number.
    package static let none = "–"

    /// `12,345`.
    package static func count(_ number: Int) -> String {
        (number < 0 ? "−" : "") + grouped(number.magnitude)
    }

    /// A real number with a fixed number of decimals, 0 to 6: `1,234.5`.
    package static func decimal(_ number: Double, decimals: Int) -> String {
        let scale = powersOfTen[min(max(decimals, 0), 6)]
        let scaled = (number * Double(scale)).rounded()
        guard number.isFinite, scaled.magnitude < 9e18 else { return none }
        let whole = UInt(scaled.magnitude)
        var text = grouped(whole / scale)
        if scale > 1 { text += "." + leadingZeros(whole % scale, width: decimals) }
        return scaled < 0 ? "−" + text : text
    }

    /// Three or more significant digits and no needless decimals, for amounts of any size: `1,234`, `56.7`, `0.0123`.
    package static func amount(_ number: Double) -> String {
        switch number.magnitude {
        case 0: "0"
        case 100...: decimal(number, decimals: 0)
        case 10...: decimal(number, decimals: 1)
        case 1...: decimal(number, decimals: 2)
        default: decimal(number, decimals: 4)
        }
    }

    /// A price with four decimals, so that a column lines up; one that would round to nothing says so.
    package static func price(_ price: Double) -> String {
        if price == 0 { return "0" }
        if price.magnitude < 0.000_05 { return price < 0 ? "> −0.0001" : "< 0.0001" }
        return decimal(price, decimals: 4)
    }

    /// A fraction as `98 %`, with a decimal below 10 %.
    package static func percent(_ fraction: Double) -> String {
        guard fraction.isFinite else { return none }
        let percent = fraction * 100
        let decimals = percent.magnitude >= 9.95 || percent == 0 ? 0 : percent.magnitude >= 0.095 ? 1 : 3
        return decimal(percent, decimals: decimals) + space + "%"
    }

    /// `1,234.56 EUR`, rounded toward zero.
    package static func money(micros: Int64, currency: String) -> String {
        let hundredths = micros.magnitude / 10_000
        let text = grouped(UInt(hundredths / 100)) + "." + leadingZeros(UInt(hundredths % 100), width: 2)
        return (micros < 0 ? "−" : "") + text + (currency.isEmpty ? "" : space + currency)
    }

    /// A span of time in its two largest units: `42 s`, `5 min`, `2 h 05 min`, `3 d 4 h`.
    package static func duration(seconds: Double) -> String {
        guard seconds.isFinite, seconds.magnitude < 1e12 else { return none }
        let whole = Int(max(0, seconds))
        switch whole {
        case ..<120: return "\(whole)\(space)s"
        case ..<7_200: return "\(whole / 60)\(space)min"
        case ..<172_800:
            let minutes = leadingZeros(UInt(whole / 60 % 60), width: 2)
            return "\(whole / 3_600)\(space)h \(minutes)\(space)min"
        default: return "\(whole / 86_400)\(space)d \(whole / 3_600 % 24)\(space)h"
        }
    }

    /// `412 ms` or `1.24 s`.
    package static func solveTime(seconds: Double) -> String {
        seconds < 1 ? amount(seconds * 1_000) + space + "ms" : amount(seconds) + space + "s"
    }

    /// `14:05` of the day, with seconds when asked.
    package static func clock(secondOfDay: Double, withSeconds: Bool = false) -> String {
        let second = Int(secondOfDay)
        let parts = [second / 3_600, second / 60 % 60] + (withSeconds ? [second % 60] : [])
        return parts.map { leadingZeros(UInt($0), width: 2) }.joined(separator: ":")
    }

    /// `2026-11-22 14:05 UTC`.
    package static func moment(_ time: Timestamp) -> String {
        "\(time.day) \(clock(secondOfDay: time.secondOfDay)) UTC"
    }

    private static let powersOfTen: [UInt] = [1, 10, 100, 1_000, 10_000, 100_000, 1_000_000]

    private static func grouped(_ number: UInt) -> String {
        let digits = Array(String(number))
        var text = ""
        for (index, digit) in digits.enumerated() {
            if index > 0, (digits.count - index).isMultiple(of: 3) { text.append(",") }
            text.append(digit)
        }
        return text
    }

    private static func leadingZeros(_ number: UInt, width: Int) -> String {
        let text = String(number)
        return String(repeating: "0", count: max(0, width - text.count)) + text
    }
}
