/// How long a caller waits: the value of `grpc-timeout`, such as `250m` for 250 milliseconds.
///
/// Source: gRPC over HTTP/2, "Requests": one to eight digits and a unit.
package struct CallTimeout: Hashable, Sendable {
    /// Nanoseconds from the moment when the call began.
    package var nanoseconds: Int64

    /// Reads a header's value; nothing when it breaks the rule above.
    package init?(_ text: String) {
        let bytes = text.utf8
        guard let unit = bytes.last, (2...9).contains(bytes.count) else { return nil }
        var amount: Int64 = 0
        for byte in bytes.dropLast() {
            guard (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) else { return nil }
            amount = amount * 10 + Int64(byte - UInt8(ascii: "0"))
        }
        guard let length = Self.length(of: unit) else { return nil }
        let (product, overflows) = amount.multipliedReportingOverflow(by: length)
        nanoseconds = overflows ? Self.longest : min(product, Self.longest)
    }

    /// Ten years: as good as no timeout, and sure to stay within 64 bits when added to a clock.
    private static let longest: Int64 = 315_360_000_000_000_000

    /// Nanoseconds of a unit.
    private static func length(of unit: UInt8) -> Int64? {
        switch unit {
        case UInt8(ascii: "H"): 3_600_000_000_000
        case UInt8(ascii: "M"): 60_000_000_000
        case UInt8(ascii: "S"): 1_000_000_000
        case UInt8(ascii: "m"): 1_000_000
        case UInt8(ascii: "u"): 1_000
        case UInt8(ascii: "n"): 1
        default: nil
        }
    }
}
