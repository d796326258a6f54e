internal import NIOCore
internal import OasisScoring

/// What one event loop counts about its load.
struct AdmissionMetrics: Sendable {
    private let loopDelay: HistogramCell
    private let level: GaugeCell
    /// What each load leaves out, in the order of `Load`.
    private let shed: [CounterCell]
    private let late: CounterCell

    /// Declares what every loop counts.
    static func declare(in registry: PrometheusRegistry) {
        registry.describe(
            "oasis_loop_delay_seconds",
            .histogram,
            "Seconds that an event loop took to answer everything that was ready; what arrives meanwhile waits so long."
        )
        registry.describe(
            "oasis_load_level",
            .gauge,
            "What an event loop leaves out: 0 nothing, 1 shadow, 2 explanation, 3 exploration, 4 scoring of some."
        )
        registry.describe(
            "oasis_shed_total",
            .counter,
            "Score requests without something, by what was left out and why."
        )
    }

    /// The cells of the loop numbered `loop`.
    init(_ registry: PrometheusRegistry, loop: Int) {
        loopDelay = registry.histogram("oasis_loop_delay_seconds")
        level = registry.gauge("oasis_load_level", [("loop", String(loop))])
        let kinds = ["shadow", "explanation", "exploration", "scoring"]
        shed = kinds.map { registry.counter("oasis_shed_total", [("kind", $0), ("reason", "overloaded")]) }
        late = registry.counter("oasis_shed_total", [("kind", "scoring"), ("reason", "deadline-exceeded")])
        level.set(Int64(0))
    }

    func admitted(_ verdict: AdmissionControl.Verdict) {
        switch verdict {
        case .decide(.all): break
        case .decide(let load): count(load)
        case .stayOrganic(.deadlineExceeded): late.increment(by: Int64(1))
        case .stayOrganic: count(.organic)
        }
    }

    private func count(_ load: Load) {
        for counter in shed.prefix(load.rawValue) { counter.increment(by: Int64(1)) }
    }

    func turnEnded(after duration: TimeAmount, load: Load) {
        loopDelay.recordNanoseconds(duration.nanoseconds)
        level.set(Int64(load.rawValue))
    }
}
