internal import OasisMarket
internal import OasisScoring
internal import Synchronization

/// Counters of score requests by surface and what was degraded, found without writing labels for each request.
///
/// Callers choose the names of surfaces, so only so many are remembered; the registry has its own limit for the rest.
final class ScoreCounters: Sendable {
    private struct Key: Hashable {
        var surface: SurfaceID?
        var degradations: [Degradation]
    }

    private let registry: PrometheusRegistry
    private let cells = Mutex<[Key: CounterCell]>([:])

    init(_ registry: PrometheusRegistry) {
        self.registry = registry
    }

    func count(_ surface: SurfaceID?, _ degradations: [Degradation]) {
        let key = Key(surface: surface, degradations: degradations)
        let cell = cells.withLock { $0[key] } ?? remember(key)
        cell.increment(by: Int64(1))
    }

    private func remember(_ key: Key) -> CounterCell {
        let degraded = key.degradations.map(\.rawValue).sorted().joined(separator: "+")
        let cell = registry.counter(
            "oasis_score_requests_total",
            [("surface", key.surface?.text ?? "unread"), ("degraded", degraded.isEmpty ? "none" : degraded)]
        )
        cells.withLock { if $0.count < PrometheusRegistry.seriesMaximum { $0[key] = cell } }
        return cell
    }
}
