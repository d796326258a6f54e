internal import Foundation
internal import NIOCore
package import OasisMarket
package import OasisPlanning
internal import OasisScoring

/// What the service counts about itself.
package struct ServiceMetrics: Sendable {
    /// Where everything is kept.
    package let registry: PrometheusRegistry
    private let scoreRequests: ScoreCounters
    private let scoreSeconds: HistogramCell
    private let leaseExhausted: CounterCell
    private let planSeconds: HistogramCell
    private let planRelativeGap: GaugeCell
    private let planFailures: CounterCell
    private let leaseFailures: CounterCell
    private let snapshotAge: GaugeCell
    private let snapshotNumber: GaugeCell
    private let queuedEvents: GaugeCell
    private let connections: GaugeCell
    private let groupSize: HistogramCell
    private let guardrails: GuardrailMetrics
    private let models: ModelMetrics

    /// Declares everything in `registry`.
    package init(_ registry: PrometheusRegistry) {
        self.registry = registry
        Self.declare(in: registry)
        scoreRequests = ScoreCounters(registry)
        scoreSeconds = registry.histogram("oasis_score_seconds")
        leaseExhausted = registry.counter("oasis_lease_exhausted_total")
        planSeconds = registry.histogram("oasis_plan_seconds")
        planRelativeGap = registry.gauge("oasis_plan_relative_gap")
        planFailures = registry.counter("oasis_plan_failures_total")
        leaseFailures = registry.counter("oasis_lease_refill_failures_total")
        snapshotAge = registry.gauge("oasis_snapshot_age_seconds")
        snapshotNumber = registry.gauge("oasis_snapshot_number")
        queuedEvents = registry.gauge("oasis_events_queued")
        connections = registry.gauge("oasis_scoring_connections")
        groupSize = registry.histogram("oasis_events_group_size")
        guardrails = GuardrailMetrics(registry)
        models = ModelMetrics(registry)
        registry.gauge("process_start_time_seconds").set(Date().timeIntervalSince1970)
    }

    private static func declare(in registry: PrometheusRegistry) {
        let groups: [Double] = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000, 2_000, 5_000]
        registry.describe(
            "oasis_score_requests_total",
            .counter,
            "Score requests answered, by surface and what was degraded."
        )
        registry.describe("oasis_score_seconds", .histogram, "Seconds from a score request's first byte to its reply.")
        registry.describe("oasis_events_total", .counter, "Outcome events answered, by type and status.")
        registry.describe("oasis_events_queued", .gauge, "Outcome events accepted and waiting for the ledger.")
        registry.describe("oasis_events_group_size", .histogram, "Events written by one transaction.", bounds: groups)
        registry.describe("oasis_plan_seconds", .histogram, "Seconds that planning took, from sample to snapshot.")
        registry.describe("oasis_plan_relative_gap", .gauge, "Proven relative gap of the last plan, 0 to 1.")
        registry.describe("oasis_plan_failures_total", .counter, "Plans that failed; the prices before them stay.")
        registry.describe("oasis_lease_refill_failures_total", .counter, "Lease refills that failed.")
        registry.describe("oasis_lease_exhausted_total", .counter, "Replies that lacked a leased unit for a campaign.")
        registry.describe("oasis_snapshot_age_seconds", .gauge, "Seconds since the served snapshot was made.")
        registry.describe("oasis_snapshot_number", .gauge, "Number of the served snapshot.")
        registry.describe("oasis_scoring_connections", .gauge, "Open connections of the scoring port.")
        registry.describe("oasis_http_requests_total", .counter, "Requests answered, by port, route and status.")
        registry.describe("oasis_grpc_calls_total", .counter, "Remote calls that ended, by method and status code.")
        AdmissionMetrics.declare(in: registry)
        registry.describe("process_start_time_seconds", .gauge, "Unix time at which the process started, in seconds.")
    }

    /// Counts a score request; `surface` is nothing when it was not read.
    func scored(_ reply: ScoreReply, on surface: SurfaceID?, in duration: TimeAmount) {
        scoreRequests.count(surface, reply.degradations)
        scoreSeconds.recordNanoseconds(duration.nanoseconds)
        guardrails.count(reply)
        if reply.degradations.contains(.leaseExhausted) { leaseExhausted.increment(by: Int64(1)) }
    }

    func recorded(_ kind: OutcomeKind, status: String) {
        registry.counter("oasis_events_total", [("type", kind.rawValue), ("status", status)]).increment(by: Int64(1))
    }

    func answered(port: String, route: String, status: Int) {
        answers(port: port, route: route, status: status).increment(by: Int64(1))
    }

    /// The counter behind `answered`, for who answers the same often.
    func answers(port: String, route: String, status: Int) -> CounterCell {
        registry.counter(
            "oasis_http_requests_total",
            [("port", port), ("route", route), ("status", String(status))]
        )
    }

    /// What an event loop counts; `loop` numbers them from 0.
    func admission(loop: Int) -> AdmissionMetrics { AdmissionMetrics(registry, loop: loop) }

    func planned(_ plan: PlanStatus, seconds: Double) {
        planSeconds.record(seconds)
        planRelativeGap.set(plan.relativeGap)
    }

    func planFailed() { planFailures.increment(by: Int64(1)) }
    func leaseRefillFailed() { leaseFailures.increment(by: Int64(1)) }
    func queued(events: Int) { queuedEvents.set(Int64(events)) }
    func wroteGroup(events: Int) { groupSize.record(Int64(events)) }
    func connectionOpened() { connections.increment(by: 1) }
    func connectionClosed() { connections.decrement(by: 1) }

    /// Takes a look at what listeners met, and at what is known of models.
    package func look(at engine: PromotionEngine) {
        guardrails.look(at: engine)
        if let status = engine.modelStatus { models.look(at: status) }
    }

    func trainingFailed() { models.trainingFailed() }

    /// The text for `/metrics`.
    package func text(snapshot: SnapshotStatus?, now: Timestamp) -> String {
        if let snapshot {
            snapshotAge.set(now.seconds(since: snapshot.createdAt))
            snapshotNumber.set(Double(snapshot.number))
        }
        return registry.text()
    }
}
