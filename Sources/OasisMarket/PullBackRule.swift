/// When campaigns that listeners receive badly are promoted less, and how they come back.
///
/// Reception is the share of plays that become streams. What is compared is a campaign's promoted plays with the organic
/// plays of the same surfaces and markets: what promotion displaces.
public struct PullBackRule: Hashable, Sendable, Codable {
    /// How much worse than organic plays a campaign's promoted ones may be streamed, as a share of the organic rate.
    public var tolerance: Double
    /// Largest probability with which a campaign that is received within the tolerance is ever pulled back.
    public var errorProbability: Double
    /// Largest probability with which one test lets a campaign back that is still received worse.
    public var recoveryErrorProbability: Double
    /// Share of requests in which a campaign is still tried when it is pulled back all the way.
    public var probeShare: Double
    /// Days after which reception is looked at anew, so that what was long ago does not hide what is.
    public var windowDays: Int

    /// Longest window: rates are learned from as many days.
    public static let windowDaysMaximum = 28

    /// Gathers the rule.
    public init(
        tolerance: Double = 0.2,
        errorProbability: Double = 0.05,
        recoveryErrorProbability: Double = 0.1,
        probeShare: Double = 0.05,
        windowDays: Int = 7
    ) {
        self.tolerance = tolerance
        self.errorProbability = errorProbability
        self.recoveryErrorProbability = recoveryErrorProbability
        self.probeShare = probeShare
        self.windowDays = windowDays
    }

    package func validate() throws(InvalidField) {
        try require((0...0.9).contains(tolerance), "tolerance", "must be 0 to 0.9, but is \(tolerance)")
        try require(
            errorProbability > 0 && errorProbability <= 0.5,
            "errorProbability",
            "must be above 0 and at most 0.5, but is \(errorProbability)"
        )
        try require(
            recoveryErrorProbability > 0 && recoveryErrorProbability <= 0.5,
            "recoveryErrorProbability",
            "must be above 0 and at most 0.5, but is \(recoveryErrorProbability)"
        )
        try require(
            (0.001...0.25).contains(probeShare),
            "probeShare",
            "must be 0.001 to 0.25: what is never tried never recovers; but is \(probeShare)"
        )
        try require(
            (1...Self.windowDaysMaximum).contains(windowDays),
            "windowDays",
            "must be 1 to \(Self.windowDaysMaximum), but is \(windowDays)"
        )
    }

    /// Reads the rule; nothing may be left out or misspelled.
    public init(from decoder: any Decoder) throws {
        try decoder.refuseKeys(otherThan: CodingKeys.self)
        let fields = try decoder.container(keyedBy: CodingKeys.self)
        tolerance = try fields.decode(Double.self, forKey: .tolerance)
        errorProbability = try fields.decode(Double.self, forKey: .errorProbability)
        recoveryErrorProbability = try fields.decode(Double.self, forKey: .recoveryErrorProbability)
        probeShare = try fields.decode(Double.self, forKey: .probeShare)
        windowDays = try fields.decode(Int.self, forKey: .windowDays)
    }
}
