/// An amount of money: whole millionths of one currency, never floating point.
public struct Money: Hashable, Sendable, Codable, CustomStringConvertible {
    /// Millionths of the currency's unit.
    public var micros: Int64
    /// ISO 4217 code, such as `EUR`.
    public var currency: String

    /// An amount in millionths of `currency`.
    public init(micros: Int64, currency: String) {
        self.micros = micros
        self.currency = currency
    }

    /// `12.34 EUR`, rounded toward zero to hundredths.
    public var description: String {
        let hundredths = micros.magnitude / 10_000
        let cents = String(hundredths % 100)
        let padded = cents.count < 2 ? "0" + cents : cents
        return "\(micros < 0 ? "-" : "")\(hundredths / 100).\(padded) \(currency)"
    }
}

/// A share in hundredths of a percent: 3,000 is 30 %.
///
/// Whole, so that commission can be computed without rounding drift.
public struct BasisPoints: Hashable, Sendable, Codable {
    /// 0 to 10,000.
    public var value: Int

    /// `value` hundredths of a percent.
    public init(_ value: Int) {
        self.value = value
    }

    /// The share as a fraction, 0 to 1.
    public var fraction: Double { Double(value) / 10_000 }

    /// This share of an amount, rounded down to whole micros.
    public func of(micros: Int64) -> Int64 {
        micros * Int64(value) / 10_000
    }

    /// Reads a JSON number.
    public init(from decoder: any Decoder) throws {
        value = try decoder.singleValueContainer().decode(Int.self)
    }

    /// Writes a JSON number.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(value)
    }
}
