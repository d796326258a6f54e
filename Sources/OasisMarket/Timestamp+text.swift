// Days to civil dates and back: Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms". Written out here so that
// the core rooms need no Foundation.

extension Day: CustomStringConvertible, LosslessStringConvertible {
    /// `2026-11-22`.
    public var description: String {
        let (year, month, day) = civil
        return "\(padded(year, 4))-\(padded(month, 2))-\(padded(day, 2))"
    }

    /// Reads `2026-11-22`; nothing when it is no such date.
    public init?(_ text: String) {
        let parts = text.split(separator: "-", omittingEmptySubsequences: false)
        guard parts.count == 3, parts[0].count == 4, parts[1].count == 2, parts[2].count == 2,
            let year = digits(parts[0]), let month = digits(parts[1]), let day = digits(parts[2]),
            (1...12).contains(month), (1...31).contains(day)
        else { return nil }
        self.init(year: year, month: month, day: day)
        guard civil == (year, month, day) else { return nil }
    }

    /// The day of a proleptic Gregorian date; months and days count from 1.
    public init(year: Int, month: Int, day: Int) {
        let shifted = month <= 2 ? year - 1 : year
        let era = (shifted >= 0 ? shifted : shifted - 399) / 400
        let yearOfEra = shifted - era * 400
        let dayOfYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1
        let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
        self.init(number: Int32(era * 146_097 + dayOfEra - 719_468))
    }

    /// The first day of its month.
    public var startOfMonth: Day {
        let (year, month, _) = civil
        return Day(year: year, month: month, day: 1)
    }

    /// The first day of the month after its own.
    public var startOfNextMonth: Day {
        let (year, month, _) = civil
        return month == 12 ? Day(year: year + 1, month: 1, day: 1) : Day(year: year, month: month + 1, day: 1)
    }

    private var civil: (year: Int, month: Int, day: Int) {
        let shifted = Int(number) + 719_468
        let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
        let dayOfEra = shifted - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let monthIndex = (5 * dayOfYear + 2) / 153
        let month = monthIndex < 10 ? monthIndex + 3 : monthIndex - 9
        return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, dayOfYear - (153 * monthIndex + 2) / 5 + 1)
    }
}

extension Timestamp: CustomStringConvertible, LosslessStringConvertible {
    /// RFC 3339 in UTC with milliseconds: `2026-11-22T09:30:00.250Z`.
    public var description: String {
        let within = Int(milliseconds - day.start.milliseconds)
        let (hour, minute) = (within / 3_600_000, within / 60_000 % 60)
        let (second, millisecond) = (within / 1_000 % 60, within % 1_000)
        return "\(day)T\(padded(hour, 2)):\(padded(minute, 2)):\(padded(second, 2)).\(padded(millisecond, 3))Z"
    }

    /// Reads RFC 3339 (`2026-11-22T09:30:00.25+01:00`; a space for the T is accepted); nothing when it is not.
    ///
    /// Digits below a millisecond are dropped.
    public init?(_ text: String) {
        var rest = Substring(text)
        guard let day = Day(String(rest.prefix(10))) else { return nil }
        rest = rest.dropFirst(10)
        guard let separator = rest.popFirst(), "Tt ".contains(separator),
            let clock = Self.clockMilliseconds(&rest), let offset = Self.offsetMilliseconds(rest)
        else { return nil }
        self.init(milliseconds: day.start.milliseconds + clock - offset)
    }

    private static func clockMilliseconds(_ rest: inout Substring) -> Int64? {
        let parts = rest.prefix(8).split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count == 3, parts.allSatisfy({ $0.count == 2 }),
            let hour = digits(parts[0]), let minute = digits(parts[1]), let second = digits(parts[2]),
            hour < 24, minute < 60, second <= 60
        else { return nil }
        rest = rest.dropFirst(8)
        var fraction = 0
        if rest.first == "." {
            let figures = rest.dropFirst().prefix { $0.isASCII && $0.isNumber }
            guard !figures.isEmpty, let read = digits(figures.prefix(3)) else { return nil }
            fraction = read * [100, 10, 1][min(figures.count, 3) - 1]
            rest = rest.dropFirst(1 + figures.count)
        }
        return Int64(((hour * 60 + minute) * 60 + second) * 1_000 + fraction)
    }

    private static func offsetMilliseconds(_ rest: Substring) -> Int64? {
        if rest == "Z" || rest == "z" { return 0 }
        guard rest.count == 6, let sign = rest.first, "+-".contains(sign) else { return nil }
        let parts = rest.dropFirst().split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count == 2, parts.allSatisfy({ $0.count == 2 }), let hour = digits(parts[0]),
            let minute = digits(parts[1]), hour < 24, minute < 60
        else { return nil }
        return Int64((hour * 60 + minute) * 60_000) * (sign == "-" ? -1 : 1)
    }
}

extension Timestamp: Codable {
    /// Reads an RFC 3339 string.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        guard let time = Timestamp(try container.decode(String.self)) else {
            throw DecodingError.dataCorruptedError(
                in: container,
                debugDescription: "must be an RFC 3339 time such as 2026-11-22T09:30:00Z"
            )
        }
        self = time
    }

    /// Writes an RFC 3339 string.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(description)
    }
}

extension Day: Codable {
    /// Reads `2026-11-22`.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        guard let day = Day(try container.decode(String.self)) else {
            throw DecodingError.dataCorruptedError(
                in: container,
                debugDescription: "must be a date such as 2026-11-22"
            )
        }
        self = day
    }

    /// Writes `2026-11-22`.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(description)
    }
}

private func digits(_ text: Substring) -> Int? {
    text.allSatisfy { $0.isASCII && $0.isNumber } ? Int(text) : nil
}

private func padded(_ number: Int, _ width: Int) -> String {
    let text = String(number)
    return String(repeating: "0", count: max(0, width - text.count)) + text
}
