/// Where prices may go: between 0 and each row's penalty, and, on a shortlist, not further than it can answer for.
struct PriceBox {
    var lowest: [Double]
    var highest: [Double]

    /// [0, penalty] for each row.
    init(_ rows: [AllocationRow]) {
        lowest = [Double](repeating: 0, count: rows.count)
        highest = rows.map(\.penalty)
    }

    /// The part of this box within `radius` of `center`; the center must lie in the box.
    func around(_ center: [Double], radius: [Double]) -> PriceBox {
        var box = self
        for row in center.indices {
            box.lowest[row] = max(lowest[row], center[row] - radius[row])
            box.highest[row] = min(highest[row], center[row] + radius[row])
        }
        return box
    }

    func clamp(_ prices: [Double]) -> [Double] {
        prices.indices.map { min(highest[$0], max(lowest[$0], prices[$0])) }
    }
}
