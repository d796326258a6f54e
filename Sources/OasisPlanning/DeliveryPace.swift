import OasisMarket
import OasisScoring

/// How fast a campaign is to deliver, when it gives a curve of its own.
struct DeliveryPace {
    /// How far ahead the curve is looked at, in seconds: about until prices are found again.
    private static let windowSeconds = 900.0
    /// Most by which a curve may run ahead of traffic: beyond it nothing more could be had.
    private static let paceMaximum = 20.0

    private let curve: [Double]

    /// 24 weights by hour UTC, checked as `Campaign.validate` does.
    init(curve: [Double]) {
        self.curve = curve
    }

    /// Share of what the curve still holds after `start` that it holds until `end`, both of one day.
    func share(from start: Timestamp, to end: Timestamp) -> Double {
        let rest = weight(from: start.secondOfDay, to: 86_400)
        let last = end.day > start.day ? 86_400 : end.secondOfDay
        return rest > 0 ? weight(from: start.secondOfDay, to: last) / rest : 1
    }

    /// How many times as fast as traffic, until the end of the window, the curve wants what is left delivered.
    func pace(at now: Timestamp, trafficShare: (_ end: Timestamp) -> Double) -> Double {
        let end = min(now.advanced(bySeconds: Self.windowSeconds), now.day.next.start)
        let traffic = trafficShare(end)
        guard traffic > 0 else { return 1 }
        return min(share(from: now, to: end) / traffic, Self.paceMaximum)
    }

    private func weight(from start: Double, to end: Double) -> Double {
        curve.enumerated()
            .reduce(0) { sum, hour in
                let (low, high) = (Double(hour.offset) * 3_600, Double(hour.offset + 1) * 3_600)
                return sum + hour.element * max(0, min(high, end) - max(low, start)) / 3_600
            }
    }
}

extension CellSupply {
    /// Share of the traffic still to come in some cells that comes until `end`; cells by their weights.
    func share(of cells: [(cell: Cell, weight: Double)], until end: Timestamp, at now: Timestamp) -> Double {
        let total = cells.reduce(0) { $0 + $1.weight }
        guard total > 0 else { return share(until: end, at: now) }
        return cells.reduce(0) { $0 + $1.weight * share($1.cell, until: end, at: now) } / total
    }
}
