internal import Synchronization

/// What has to happen before the server asks for traffic.
package final class Readiness: Sendable {
    /// The steps, in the order in which they are done.
    package enum Step: String, CaseIterable, Hashable, Sendable {
        case firstPlan = "first plan"
        case leases = "leases"
        case warmUp = "warm-up"
    }

    private struct State {
        var missing = Set(Step.allCases)
        var trouble: String?
        var isStopping = false
    }

    private let state = Mutex(State())

    /// Nothing done yet.
    package init() {}

    /// Marks a step as done.
    package func complete(_ step: Step) {
        state.withLock {
            $0.missing.remove(step)
            $0.trouble = nil
        }
    }

    /// Remembers why a step is not done.
    package func report(_ trouble: String) {
        state.withLock { $0.trouble = trouble }
    }

    /// From now on the server takes no more new traffic.
    package func stop() {
        state.withLock { $0.isStopping = true }
    }

    /// Whether it is on its way out.
    package var isStopping: Bool { state.withLock { $0.isStopping } }

    /// Whether a step is done.
    package func has(_ step: Step) -> Bool {
        state.withLock { !$0.missing.contains(step) }
    }

    /// Whether the server asks for traffic.
    package var isReady: Bool { failure == nil }

    /// Why the server does not ask for traffic; nothing when it does.
    package var failure: ServiceFailure? {
        state.withLock { state in
            if state.isStopping { return .busy(.notReady, "The server is stopping.") }
            guard !state.missing.isEmpty else { return nil }
            let steps = Step.allCases.filter(state.missing.contains).map(\.rawValue).joined(separator: ", ")
            let trouble = state.trouble.map { " (\($0))" } ?? ""
            return .busy(.notReady, "Not ready yet; missing: \(steps)\(trouble).")
        }
    }
}
