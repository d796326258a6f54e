package import OasisMarket

/// Traffic that is not as usual for a while: a surge, a slump, a surface that goes dark.
package struct TrafficChange: Hashable, Sendable {
    /// When it begins.
    package var start: Timestamp
    /// When it is over.
    package var end: Timestamp
    /// Requests for each usual one, ≥ 0.
    package var factor: Double
    /// The surface it is about; nothing means all.
    package var surface: SurfaceID?

    /// Gathers a change.
    package init(start: Timestamp, end: Timestamp, factor: Double, surface: SurfaceID? = nil) {
        self.start = start
        self.end = end
        self.factor = factor
        self.surface = surface
    }

    /// The shock of the comparison: from noon on, for three hours, three times the usual traffic or a third of it.
    package static func noonShock(of market: SyntheticMarket) -> TrafficChange {
        let isSurge = StableHash(key0: market.seed, key1: 0x6e6f_6f6e).hash(0).isMultiple(of: 2)
        let noon = market.day.start.advanced(bySeconds: 43_200)
        return TrafficChange(start: noon, end: noon.advanced(bySeconds: 10_800), factor: isSurge ? 3 : 1 / 3)
    }

    func includes(_ time: Timestamp, _ surface: SurfaceID) -> Bool {
        start <= time && time < end && (self.surface ?? surface) == surface
    }
}
