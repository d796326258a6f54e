/// Reads a plain decimal number, `-12.5e-3`, from bytes; nothing when they are anything else.
///
/// Up to 15 digits with a small exponent are one exact division or multiplication (Clinger's fast path); what is longer
/// goes through the library.
enum DecimalNumber {
    private static let powers: [Double] = [
        1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19,
        1e20,
        1e21, 1e22,
    ]

    static func read(_ start: UnsafePointer<UInt8>, count: Int) -> Double? {
        var place = 0
        let isNegative = count > 0 && start[0] == UInt8(ascii: "-")
        if isNegative || (count > 0 && start[0] == UInt8(ascii: "+")) { place = 1 }
        var digits = 0
        var exponent = 0
        var number: UInt64 = 0
        var isFraction = false
        while place < count {
            let byte = start[place]
            if byte >= 48, byte <= 57 {
                number = number &* 10 &+ UInt64(byte &- 48)
                digits += 1
                if isFraction { exponent -= 1 }
            } else if byte == UInt8(ascii: "."), !isFraction {
                isFraction = true
            } else {
                return slowly(start, count)
            }
            place += 1
        }
        guard digits > 0 else { return nil }
        guard digits <= 15, exponent >= -22 else { return slowly(start, count) }
        let value = exponent == 0 ? Double(number) : Double(number) / powers[-exponent]
        return isNegative ? -value : value
    }

    private static func slowly(_ start: UnsafePointer<UInt8>, _ count: Int) -> Double? {
        guard count <= 64, let text = UnsafeBufferPointer(start: start, count: count).text else { return nil }
        guard text.utf8.allSatisfy({ (48...57).contains($0) || "+-.eE".utf8.contains($0) }) else { return nil }
        return Double(text)
    }
}
