internal import Metrics
internal import Synchronization

/// A number that only grows.
package final class CounterCell: CounterHandler, FloatingPointCounterHandler, Sendable {
    private let total = Mutex<Double>(0)

    package var value: Double { total.withLock { $0 } }

    package func increment(by amount: Int64) { increment(by: Double(amount)) }

    package func increment(by amount: Double) {
        guard amount > 0, amount.isFinite else { return }
        total.withLock { $0 += amount }
    }

    package func reset() { total.withLock { $0 = 0 } }
}

/// A number that goes up and down.
package final class GaugeCell: MeterHandler, RecorderHandler, Sendable {
    private let current = Mutex<Double>(0)

    package var value: Double { current.withLock { $0 } }

    package func set(_ value: Int64) { set(Double(value)) }
    package func set(_ value: Double) { current.withLock { $0 = value } }
    package func increment(by amount: Double) { current.withLock { $0 += amount } }
    package func decrement(by amount: Double) { current.withLock { $0 -= amount } }
    package func record(_ value: Int64) { set(Double(value)) }
    package func record(_ value: Double) { set(value) }
}

/// How often a value fell below each of some fixed bounds.
package final class HistogramCell: RecorderHandler, TimerHandler, Sendable {
    struct State {
        var counts: [UInt64]
        var sum: Double = 0
    }

    /// Upper bounds, rising; a last bucket without bound follows.
    package let bounds: [Double]
    private let state: Mutex<State>

    init(bounds: [Double]) {
        self.bounds = bounds
        state = Mutex(State(counts: Array(repeating: 0, count: bounds.count + 1)))
    }

    var snapshot: State { state.withLock { $0 } }

    package func record(_ value: Int64) { record(Double(value)) }

    package func record(_ value: Double) {
        guard value.isFinite else { return }
        let bucket = bounds.firstIndex { value <= $0 } ?? bounds.count
        state.withLock {
            $0.counts[bucket] += 1
            $0.sum += value
        }
    }

    package func recordNanoseconds(_ duration: Int64) { record(Double(duration) / 1e9) }
}
