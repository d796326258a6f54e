/// Which promotion a unit is for.
package struct UnitClaim: Hashable, Sendable {
    /// Hash of the request's name.
    package var request: UInt64
    /// Stable hash of the track.
    package var track: UInt64

    /// Gathers a claim.
    package init(request: UInt64, track: UInt64) {
        self.request = request
        self.track = track
    }
}

/// What the latest promotions took units for, so that a request that is sent twice takes them once: a bounded memory that
/// forgets the oldest.
struct RecentClaims: Sendable {
    /// As many as a busy node promotes while a second try is under way.
    static let capacity = 8_192

    private struct Key: Hashable {
        var request: UInt64
        var campaignNumber: Int64
    }

    private var taken: [Key: (track: UInt64, lease: Int64)] = [:]
    private var order: [Key] = []
    private var oldest = 0

    /// The lease whose unit a promotion took.
    func lease(of claim: UnitClaim, _ campaignNumber: Int64) -> Int64? {
        guard let known = taken[Key(request: claim.request, campaignNumber: campaignNumber)],
            known.track == claim.track
        else { return nil }
        return known.lease
    }

    /// Whether a request took a unit of a campaign.
    func holds(_ request: UInt64, _ campaignNumber: Int64) -> Bool {
        taken[Key(request: request, campaignNumber: campaignNumber)] != nil
    }

    mutating func remember(_ claim: UnitClaim, _ campaignNumber: Int64, lease: Int64) {
        let key = Key(request: claim.request, campaignNumber: campaignNumber)
        guard taken.updateValue((claim.track, lease), forKey: key) == nil else { return }
        if order.count < Self.capacity {
            order.append(key)
        } else {
            taken[order[oldest]] = nil
            order[oldest] = key
            oldest = (oldest + 1) % Self.capacity
        }
    }
}
