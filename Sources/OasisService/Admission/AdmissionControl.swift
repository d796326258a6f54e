package import NIOCore
package import OasisScoring

/// Decides, request by request, how much one event loop can still afford; time comes in.
///
/// Scoring answers on the loop itself, so what queues are bytes in sockets: requests that arrived while the loop was busy
/// with others. A loop works in *turns*. It asks which sockets have something to read, then answers them one after the
/// other; a request that arrives meanwhile waits for the next turn. So nobody waits much longer than two turns, and the
/// length of a turn is the queue that has to be bounded.
///
/// Each turn has a budget: requests that come up within it are scored, later ones stay organic, which is quicker. The
/// budget shrinks by a quarter after each turn that was longer than the delay allowed, and grows a little after each that
/// was not, so that it settles where turns take about that delay. Before scoring goes, what callers miss less goes, step
/// by step, as turns approach the delay.
package struct AdmissionControl: Sendable {
    /// What to do with one request.
    package enum Verdict: Hashable, Sendable {
        /// Decide it, leaving out what the load says.
        case decide(Load)
        /// Answer at once and without boosts, for this reason.
        case stayOrganic(Degradation)
    }

    /// From which share of the delay allowed on a turn's usual length leaves something out.
    private static let thresholds: [(load: Load, share: Double)] = [
        (.withoutExploration, 0.9), (.withoutExplanation, 0.7), (.withoutShadow, 0.5),
    ]

    /// A turn that begins later than this after the last one's end found nothing waiting.
    private static let breath = TimeAmount.microseconds(250)

    /// The longest that a turn should take.
    package let delayMaximum: TimeAmount
    /// How long into a turn requests are scored, 0 to `delayMaximum`.
    package private(set) var budget: TimeAmount
    /// The usual length of a turn, smoothed.
    package private(set) var usualTurn = TimeAmount.zero
    /// How long deciding one request takes, smoothed.
    package private(set) var usualDecision = TimeAmount.zero

    private var turn: NIODeadline?
    private var lastTurn: (start: NIODeadline, end: NIODeadline)?

    /// A loop whose turns should take at most `delayMaximum`.
    package init(delayMaximum: TimeAmount) {
        self.delayMaximum = delayMaximum
        budget = delayMaximum
    }

    /// Whether a turn has begun and not ended.
    package var isInTurn: Bool { turn != nil }

    /// Says what to do with the next request; it begins a turn when none is under way.
    package mutating func admit(_ arrival: RequestArrival, at now: NIODeadline) -> Verdict {
        let start = turn ?? begin(at: now)
        if let allowance = arrival.allowance {
            let sent = sentEarliest(arrival, start)
            if now + usualDecision >= sent + allowance { return .stayOrganic(.deadlineExceeded) }
        }
        guard now - start <= budget else { return .stayOrganic(.overloaded) }
        return .decide(load)
    }

    /// Notes how long a request's decision took, whole or in part.
    package mutating func decided(in duration: TimeAmount) {
        usualDecision = Self.smoothed(usualDecision, duration)
    }

    /// Ends the turn; the next request begins another.
    package mutating func endTurn(at now: NIODeadline) {
        guard let start = turn else { return }
        let length = now - start
        usualTurn = Self.smoothed(usualTurn, length)
        if length > delayMaximum {
            budget = .nanoseconds(budget.nanoseconds / 4 * 3)
        } else {
            budget = min(delayMaximum, budget + .nanoseconds(delayMaximum.nanoseconds / 64))
        }
        lastTurn = (start, now)
        turn = nil
    }

    /// What turns as long as lately leave out of the requests that are decided.
    package var load: Load {
        let share = Double(usualTurn.nanoseconds) / Double(max(delayMaximum.nanoseconds, 1))
        return Self.thresholds.first { share >= $0.share }?.load ?? .all
    }

    private mutating func begin(at now: NIODeadline) -> NIODeadline {
        turn = now
        // A loop that had nothing to do for a while has no queue, whatever it had before.
        if let lastTurn, now - lastTurn.end > delayMaximum { usualTurn = .zero }
        return now
    }

    /// The earliest moment at which the request can have been sent.
    ///
    /// Its socket was last looked at when the turn before began, if this one followed without a breath.
    private func sentEarliest(_ arrival: RequestArrival, _ start: NIODeadline) -> NIODeadline {
        var earliest = min(start, arrival.received)
        if let lastTurn, start - lastTurn.end <= Self.breath { earliest = min(earliest, lastTurn.start) }
        guard let notBefore = arrival.notBefore else { return earliest }
        return min(max(earliest, notBefore), arrival.received)
    }

    /// One part of sixteen new, the rest as it was.
    private static func smoothed(_ usual: TimeAmount, _ new: TimeAmount) -> TimeAmount {
        .nanoseconds(usual.nanoseconds + (new.nanoseconds - usual.nanoseconds) / 16)
    }
}
