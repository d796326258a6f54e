/// Where a request comes from: a surface in a market.
public struct Cell: Hashable, Comparable, Sendable, Codable, CustomStringConvertible {
    /// Radio, autoplay, mix.
    public var surface: SurfaceID
    /// The country.
    public var market: MarketID

    /// Pairs a surface with a market.
    public init(surface: SurfaceID, market: MarketID) {
        self.surface = surface
        self.market = market
    }

    /// `radio/DE`.
    public var description: String { "\(surface)/\(market)" }

    /// Orders by surface, then market.
    public static func < (left: Cell, right: Cell) -> Bool {
        (left.surface, left.market) < (right.surface, right.market)
    }
}
