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
    /// Least number of unpromoted tracks between two promoted ones in a slate; 0 lets them stand side by side.
    public var minimumGap: Int
    /// How often a listener may meet promotions of one campaign or one artist.
    public var frequency: [FrequencyLimit]
    /// Surfaces on which promotion is decided and logged but not served.
    public var shadowSurfaces: [SurfaceID]
    /// Decides and logs all promotion without serving any.
    public var isShadow: Bool

    /// Most tracks that `minimumGap` may ask for.
    public static let minimumGapMaximum = 50
    /// Most limits that `frequency` may hold.
    public static let frequencyLimitsMaximum = 8

    /// Gathers the limits.
    public init(
        maxBoost: Double,
        maxPromotedPerSlate: Int,
        minimumOrganicPercentile: Double,
        holdout: BasisPoints,
        holdoutSalt: String,
        disabledSurfaces: [SurfaceID] = [],
        isPromotionStopped: Bool = false,
        minimumGap: Int = 0,
        frequency: [FrequencyLimit] = [],
        shadowSurfaces: [SurfaceID] = [],
        isShadow: Bool = false
    ) {
        self.maxBoost = maxBoost
        self.maxPromotedPerSlate = maxPromotedPerSlate
        self.minimumOrganicPercentile = minimumOrganicPercentile
        self.holdout = holdout
        self.holdoutSalt = holdoutSalt
        self.disabledSurfaces = disabledSurfaces
        self.isPromotionStopped = isPromotionStopped
        self.minimumGap = minimumGap
        self.frequency = frequency
        self.shadowSurfaces = shadowSurfaces
        self.isShadow = isShadow
    }

    /// Whether promotion on `surface` is decided and logged but not served.
    public func isShadow(on surface: SurfaceID) -> Bool {
        isShadow || shadowSurfaces.contains(surface)
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
        try require(
            (0...Self.minimumGapMaximum).contains(minimumGap),
            "minimumGap",
            "must be 0 to \(Self.minimumGapMaximum) tracks, but is \(minimumGap)"
        )
        try validateFrequency()
    }

    private func validateFrequency() throws(InvalidField) {
        try require(
            frequency.count <= Self.frequencyLimitsMaximum,
            "frequency",
            "must hold at most \(Self.frequencyLimitsMaximum) limits, but holds \(frequency.count)"
        )
        for (index, limit) in frequency.enumerated() {
            let field = "frequency[\(index)]"
            do throws(InvalidField) { try limit.validate() } catch { throw error.inside(field) }
            let isTold = frequency[..<index]
                .contains {
                    $0.scope == limit.scope && $0.windowHours == limit.windowHours
                }
            try require(!isTold, "\(field).windowHours", "must differ from those of the other limits of its scope")
        }
    }

    /// Reads the limits; those that policies of earlier versions do not name may be left out and then limit nothing.
    public init(from decoder: any Decoder) throws {
        // A misspelled limit must not go unnoticed as one that was left out.
        try decoder.refuseKeys(otherThan: CodingKeys.self)
        let fields = try decoder.container(keyedBy: CodingKeys.self)
        maxBoost = try fields.decode(Double.self, forKey: .maxBoost)
        maxPromotedPerSlate = try fields.decode(Int.self, forKey: .maxPromotedPerSlate)
        minimumOrganicPercentile = try fields.decode(Double.self, forKey: .minimumOrganicPercentile)
        holdout = try fields.decode(BasisPoints.self, forKey: .holdout)
        holdoutSalt = try fields.decode(String.self, forKey: .holdoutSalt)
        disabledSurfaces = try fields.decode([SurfaceID].self, forKey: .disabledSurfaces)
        isPromotionStopped = try fields.decode(Bool.self, forKey: .isPromotionStopped)
        minimumGap = try fields.decodeIfPresent(Int.self, forKey: .minimumGap) ?? 0
        frequency = try fields.decodeIfPresent([FrequencyLimit].self, forKey: .frequency) ?? []
        shadowSurfaces = try fields.decodeIfPresent([SurfaceID].self, forKey: .shadowSurfaces) ?? []
        isShadow = try fields.decodeIfPresent(Bool.self, forKey: .isShadow) ?? false
    }
}
