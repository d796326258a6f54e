/// Limits that hold whatever the prices say; each has a reason code when it bites.
public struct Guardrails: Hashable, Sendable, Codable {
    /// Largest boost, in organic-score units.
    public var maxBoost: Double
    /// Most promoted tracks a slate.
    public var maxPromotedPerSlate: Int
    /// Least quantile of the request's organic scores that a promoted track must reach, 0 to 1.
    public var minimumOrganicPercentile: Double
    /// Share of listeners never promoted to, in basis points, chosen by salted hash.
    public var holdout: BasisPoints
    /// Salt of the holdout; another salt is another holdout.
    public var holdoutSalt: String
    /// Surfaces on which nothing is promoted.
    public var disabledSurfaces: [SurfaceID]
    /// Stops all promotion at once.
    public var isPromotionStopped: Bool

    /// Gathers the limits.
    public init(
        maxBoost: Double,
        maxPromotedPerSlate: Int,
        minimumOrganicPercentile: Double,
        holdout: BasisPoints,
        holdoutSalt: String,
        disabledSurfaces: [SurfaceID] = [],
        isPromotionStopped: Bool = false
    ) {
        self.maxBoost = maxBoost
        self.maxPromotedPerSlate = maxPromotedPerSlate
        self.minimumOrganicPercentile = minimumOrganicPercentile
        self.holdout = holdout
        self.holdoutSalt = holdoutSalt
        self.disabledSurfaces = disabledSurfaces
        self.isPromotionStopped = isPromotionStopped
    }

    package func validate() throws(InvalidField) {
        try require(maxBoost.isFinite && maxBoost >= 0, "maxBoost", "must be a number ≥ 0, but is \(maxBoost)")
        try require(
            (0...100).contains(maxPromotedPerSlate),
            "maxPromotedPerSlate",
            "must be 0 to 100, but is \(maxPromotedPerSlate)"
        )
        try require(
            (0...1).contains(minimumOrganicPercentile),
            "minimumOrganicPercentile",
            "must be 0 to 1, but is \(minimumOrganicPercentile)"
        )
        try require(
            (0...10_000).contains(holdout.value),
            "holdout",
            "must be 0 to 10000 basis points, but is \(holdout.value)"
        )
        try require((1...64).contains(holdoutSalt.count), "holdoutSalt", "must be 1 to 64 characters")
    }
}
