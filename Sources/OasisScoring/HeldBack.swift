/// How many candidates of campaigns a request considered and did not promote, by reason.
package struct HeldBack: Hashable, Sendable {
    /// The reasons that are counted, in the order of `counts`.
    ///
    /// Not counted are candidates that fall out before it is looked up whether a campaign promotes them: those below the
    /// least quantile, and those that would take more than the largest boost.
    package static let reasons: [ReasonCode] = [
        .notWorthItsPrice, .slateLimit, .minimumGap, .campaignFrequency, .artistFrequency, .leaseExhausted,
        .pulledBack,
    ]

    private var lanes = SIMD8<UInt16>()

    /// Nothing held back.
    package init() {}

    /// Counts one candidate; a reason that is not among `reasons` is left out.
    package mutating func add(_ reason: ReasonCode) {
        let lane: Int
        switch reason {
        case .notWorthItsPrice: lane = 0
        case .slateLimit: lane = 1
        case .minimumGap: lane = 2
        case .campaignFrequency: lane = 3
        case .artistFrequency: lane = 4
        case .leaseExhausted: lane = 5
        case .pulledBack: lane = 6
        case .worthItsPrice, .exploration, .maxBoost, .organicPercentile, .holdout, .promotionStopped: return
        }
        lanes[lane] &+= 1
    }

    /// Candidates by reason, with their places in `reasons`.
    package var counts: [(place: Int, count: Int)] {
        Self.reasons.indices.map { ($0, Int(lanes[$0])) }
    }

    /// Candidates held back for a reason.
    package subscript(reason: ReasonCode) -> Int {
        Self.reasons.firstIndex(of: reason).map { Int(lanes[$0]) } ?? 0
    }
}
