internal import COasisHeader
internal import OasisScoring

extension ReasonCode {
    /// Its bit in `reasons`.
    var bit: UInt32 {
        let bit =
            switch self {
            case .worthItsPrice: OASIS_REASON_WORTH_ITS_PRICE
            case .exploration: OASIS_REASON_EXPLORATION
            case .maxBoost: OASIS_REASON_MAX_BOOST
            case .notWorthItsPrice: OASIS_REASON_NOT_WORTH_ITS_PRICE
            case .slateLimit: OASIS_REASON_SLATE_LIMIT
            case .minimumGap: OASIS_REASON_MINIMUM_GAP
            case .campaignFrequency: OASIS_REASON_CAMPAIGN_FREQUENCY
            case .artistFrequency: OASIS_REASON_ARTIST_FREQUENCY
            case .organicPercentile: OASIS_REASON_ORGANIC_PERCENTILE
            case .holdout: OASIS_REASON_HOLDOUT
            case .promotionStopped: OASIS_REASON_PROMOTION_STOPPED
            case .leaseExhausted: OASIS_REASON_LEASE_EXHAUSTED
            case .pulledBack: OASIS_REASON_PULLED_BACK
            }
        return UInt32(bit)
    }
}

extension Degradation {
    /// Its bit in `degraded`.
    var bit: UInt32 {
        let bit =
            switch self {
            case .noSnapshot: OASIS_DEGRADED_NO_SNAPSHOT
            case .staleSnapshot: OASIS_DEGRADED_STALE_SNAPSHOT
            case .expiredSnapshot: OASIS_DEGRADED_EXPIRED_SNAPSHOT
            case .scaleMismatch: OASIS_DEGRADED_SCALE_MISMATCH
            case .promotionStopped: OASIS_DEGRADED_PROMOTION_STOPPED
            case .leaseExhausted: OASIS_DEGRADED_LEASE_EXHAUSTED
            case .tooManyCells: OASIS_DEGRADED_TOO_MANY_CELLS
            case .ledgerUnavailable: OASIS_DEGRADED_LEDGER_UNAVAILABLE
            case .frozenPrices: OASIS_DEGRADED_FROZEN_PRICES
            case .deadlineExceeded: OASIS_DEGRADED_DEADLINE_EXCEEDED
            case .overloaded: OASIS_DEGRADED_OVERLOADED
            case .frequencyStateMissing: OASIS_DEGRADED_FREQUENCY_STATE_MISSING
            }
        return UInt32(bit)
    }
}
