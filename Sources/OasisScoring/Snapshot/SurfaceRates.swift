package import OasisMarket
package import OasisResponse

/// Response rates by surface, which hold instead of a campaign's own, and those that a canary's listeners are scored by.
package struct SurfaceRates: Hashable, Sendable {
    /// The most surfaces that are told apart.
    package static let surfacesMaximum = 256

    /// Which listeners are scored by the canary's rates: a share by salted hash.
    package struct CanaryListeners: Hashable, Sendable {
        /// How many of 10,000.
        package var share: BasisPoints
        /// Salt of the hash.
        package var salt: String

        /// A share of all listeners.
        package init(share: BasisPoints, salt: String) {
            self.share = share
            self.salt = salt
        }

        /// Whether a listener, by the stable hash of its pseudonym, is one of them.
        package func contains(_ listenerHash: UInt64) -> Bool {
            StableHash(salt: salt).hash(listenerHash).unitFraction < share.fraction
        }
    }

    /// The surfaces; elsewhere a campaign's own rates hold.
    package var surfaces: [SurfaceID]
    /// Rates of each campaign of the snapshot on the first surface, then on the second, and so on.
    package var live: [ResponseRates]
    /// The same for the canary's listeners; empty without a canary.
    package var canary: [ResponseRates]
    /// Who they are.
    package var canaryListeners: CanaryListeners

    /// Gathers rates, `surfaces.count` times as many as there are campaigns.
    package init(
        surfaces: [SurfaceID],
        live: [ResponseRates],
        canary: [ResponseRates] = [],
        canaryListeners: CanaryListeners = CanaryListeners(share: BasisPoints(0), salt: "")
    ) {
        self.surfaces = surfaces
        self.live = live
        self.canary = canary
        self.canaryListeners = canaryListeners
    }

    /// The live rates of the campaign at a place of `campaignCount` on a surface; nothing where its own hold.
    package func rates(of place: Int, campaignCount: Int, on surface: SurfaceID) -> ResponseRates? {
        surfaces.firstIndex(of: surface).map { live[$0 * campaignCount + place] }
    }
}

/// Where a snapshot's rates by surface lie.
struct MappedSurfaceRates {
    let surfaces: [SurfaceID]
    let campaignCount: Int
    let live: UnsafePointer<SurfaceRateRecord>
    /// Nothing without a canary.
    let canary: UnsafePointer<SurfaceRateRecord>?
    let canaryListeners: SurfaceRates.CanaryListeners
    private let canaryHash: StableHash

    init(
        _ head: SurfaceRatesHead,
        campaignCount: Int,
        _ records: UnsafePointer<SurfaceRateRecord>
    ) {
        surfaces = head.surfaces
        self.campaignCount = campaignCount
        live = records
        canary = head.hasCanary ? records + head.surfaces.count * campaignCount : nil
        canaryListeners = head.canaryListeners
        canaryHash = StableHash(salt: head.canaryListeners.salt)
    }

    /// The rates of every campaign on a surface, for a listener; nothing where the campaigns' own hold.
    func records(
        on surface: SurfaceID,
        for listener: ListenerID,
        servesCanary: Bool
    ) -> UnsafePointer<SurfaceRateRecord>? {
        guard let place = surfaces.firstIndex(of: surface) else { return nil }
        var first = live
        if let canary, servesCanary,
            canaryHash.hash(listener.stableHash).unitFraction < canaryListeners.share.fraction
        {
            first = canary
        }
        return first + place * campaignCount
    }

    /// All of it as the planner made it.
    var value: SurfaceRates {
        func copied(_ records: UnsafePointer<SurfaceRateRecord>) -> [ResponseRates] {
            (0..<surfaces.count * campaignCount).map { records[$0].rates }
        }
        return SurfaceRates(
            surfaces: surfaces,
            live: copied(live),
            canary: canary.map(copied) ?? [],
            canaryListeners: canaryListeners
        )
    }
}

/// What the small section says of rates by surface.
struct SurfaceRatesHead {
    var surfaces: [SurfaceID]
    var hasCanary: Bool
    var canaryListeners: SurfaceRates.CanaryListeners
}
