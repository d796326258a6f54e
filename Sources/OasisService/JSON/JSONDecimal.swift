/// A decimal number's digits and exponent, and the float nearest to it.
struct JSONDecimal {
    /// Most digits that fit `digits` whatever they are.
    static let digitsMaximum = 19

    /// All digits as one whole number.
    var digits: UInt64
    /// The power of ten that `digits` is multiplied by.
    var exponent: Int
    var isNegative: Bool

    private static let powersOfTen: [Double] = [
        1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19,
        1e20, 1e21, 1e22,
    ]

    /// The nearest float, ties to even; nothing when that is too close a call for double precision.
    ///
    /// `digits` and the power, exact up to 10²², each round once on the way, so the double is within two of its own
    /// steps of the truth. A float is 2²⁹ such steps wide: unless the double lies next to the middle between two floats,
    /// the nearest float to it is the nearest to the truth.
    @inline(__always)
    var nearest: Float? {
        guard digits != 0 else { return isNegative ? -0.0 : 0 }
        // Signed numbers convert in one instruction; few are too large for that.
        let signed = Int64(bitPattern: digits)
        guard exponent.magnitude < Self.powersOfTen.count, signed > 0 else { return nil }
        let power = Self.powersOfTen.withUnsafeBufferPointer { $0[Int(exponent.magnitude)] }
        let double = exponent < 0 ? Double(signed) / power : Double(signed) * power
        let middle = UInt64(1) << 28
        let distance = Int64(bitPattern: (double.bitPattern & (middle << 1 - 1)) &- middle)
        guard distance.magnitude > 4, double >= Double(Float.leastNormalMagnitude) else { return nil }
        return Float(isNegative ? -double : double)
    }
}

/// Eight digits at a time, in a word that was loaded with the first digit in its lowest byte.
enum DigitWord {
    /// How many of its bytes are digits before the first that is none, 0 to 8.
    @inline(__always)
    static func count(_ word: UInt64) -> Int {
        // A digit becomes 0...9, to which 0x76 can be added without reaching the byte's highest bit; a carry from a byte
        // that is no digit only reaches bytes behind it.
        let values = word ^ 0x3030_3030_3030_3030
        let others = ((values &+ 0x7676_7676_7676_7676) | values) & 0x8080_8080_8080_8080
        return others.trailingZeroBitCount >> 3
    }

    /// The number that its first `count` bytes write, 0 to 8 of them.
    @inline(__always)
    static func value(_ word: UInt64, count: Int) -> UInt64 {
        // Shifted up, the digits stand last, behind zeros. Then neighbours are joined: two digits in each 16 bits, four in
        // each 32, eight.
        let digits = (word &- 0x3030_3030_3030_3030) << (UInt64(8 &- count) &<< 3)
        let pairs = (digits &* (10 << 8 + 1)) &>> 8 & 0x00ff_00ff_00ff_00ff
        let fours = (pairs &* (100 << 16 + 1)) &>> 16 & 0x0000_ffff_0000_ffff
        return (fours &* (10_000 << 32 + 1)) &>> 32
    }

    /// Ten to the power of 0 to 8.
    @inline(__always)
    static func scale(_ count: Int) -> UInt64 {
        powers.withUnsafeBufferPointer { $0[count] }
    }

    private static let powers: [UInt64] = [1, 10, 100, 1_000, 10_000, 100_000, 1_000_000, 10_000_000, 100_000_000]
}
