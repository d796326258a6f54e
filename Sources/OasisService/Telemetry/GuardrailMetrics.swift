internal import OasisPlanning
internal import OasisScoring

/// What guardrails kept back, and what was decided without being served.
struct GuardrailMetrics: Sendable {
    /// One counter for each reason, in the order of `HeldBack.reasons`.
    private let heldBack: [CounterCell]
    private let ghosts: CounterCell
    private let shadowRequests: CounterCell
    private let listeners: GaugeCell
    private let forgotten: GaugeCell

    init(_ registry: PrometheusRegistry) {
        Self.declare(in: registry)
        heldBack = HeldBack.reasons.map { registry.counter("oasis_held_back_total", [("reason", $0.rawValue)]) }
        ghosts = registry.counter("oasis_ghosts_total")
        shadowRequests = registry.counter("oasis_shadow_requests_total")
        listeners = registry.gauge("oasis_frequency_listeners")
        forgotten = registry.gauge("oasis_frequency_forgotten")
    }

    private static func declare(in registry: PrometheusRegistry) {
        registry.describe(
            "oasis_held_back_total",
            .counter,
            "Candidates of campaigns that were considered and not promoted, by reason."
        )
        registry.describe("oasis_ghosts_total", .counter, "Promotions decided and not served: holdout and shadow mode.")
        registry.describe("oasis_shadow_requests_total", .counter, "Score requests decided in shadow mode.")
        registry.describe(
            "oasis_frequency_listeners",
            .gauge,
            "Listeners whose promotions are remembered for frequency limits."
        )
        registry.describe(
            "oasis_frequency_forgotten",
            .gauge,
            "Promotions forgotten inside their window since the start, because the memory for listeners was full."
        )
    }

    func count(_ reply: ScoreReply) {
        for (place, count) in reply.heldBack.counts where count > 0 { heldBack[place].increment(by: Int64(count)) }
        if !reply.ghosts.isEmpty { ghosts.increment(by: Int64(reply.ghosts.count)) }
        if reply.isShadow { shadowRequests.increment(by: Int64(1)) }
    }

    /// Takes a look at what listeners met.
    func look(at engine: PromotionEngine) {
        listeners.set(Double(engine.frequencyListeners))
        forgotten.set(Double(engine.frequencyForgotten))
    }
}
