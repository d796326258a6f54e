/// Says after how long a call without an answer is worth a second try, and keeps such tries few.
///
/// The delay is a high quantile of recent latencies, so that at most the slow tail is tried twice; a budget bounds the
/// share of calls even when everything becomes slow at once, which is when more calls would do most harm.
///
/// A pure value: latencies come in. Source of the idea: Dean and Barroso, "The Tail at Scale" (2013).
public struct HedgePolicy: Hashable, Sendable {
    /// How eagerly to try again.
    public struct Settings: Hashable, Sendable {
        /// Latencies that are remembered.
        public var windowCalls: Int
        /// Fewest remembered latencies that a quantile may be taken of; before that nothing is tried twice for being slow.
        public var windowCallsMinimum: Int
        /// Which quantile of the latencies a call must exceed, above 0 and below 1.
        public var quantile: Double
        /// No second try comes sooner than this.
        public var delayMinimum: Duration
        /// Second tries for each call at most, in the long run; 0 never hedges.
        public var budgetShare: Double
        /// Second tries that can be saved up.
        public var budgetMaximum: Double

        /// After the 95th percentile of the last 200 calls, for at most 5 % of calls.
        public static let defaults = Settings(
            windowCalls: 200,
            windowCallsMinimum: 20,
            quantile: 0.95,
            delayMinimum: .milliseconds(1),
            budgetShare: 0.05,
            budgetMaximum: 10
        )

        /// Nothing is ever tried twice.
        public static var never: Settings {
            var settings = defaults
            settings.budgetShare = 0
            return settings
        }

        /// Gathers settings.
        public init(
            windowCalls: Int,
            windowCallsMinimum: Int,
            quantile: Double,
            delayMinimum: Duration,
            budgetShare: Double,
            budgetMaximum: Double
        ) {
            precondition(windowCalls >= 1 && windowCallsMinimum >= 1, "counts must be at least 1")
            precondition(quantile > 0 && quantile < 1, "quantile must be above 0 and below 1")
            precondition(budgetShare >= 0 && budgetMaximum >= 1, "a budget must hold at least one try")
            self.windowCalls = windowCalls
            self.windowCallsMinimum = min(windowCallsMinimum, windowCalls)
            self.quantile = quantile
            self.delayMinimum = delayMinimum
            self.budgetShare = budgetShare
            self.budgetMaximum = budgetMaximum
        }
    }

    private let settings: Settings
    /// A ring of the last latencies.
    private var latencies: [Duration] = []
    private var next = 0
    private var budget: Double
    /// The quantile, taken anew when a part of the window has been replaced: sorting for every call would cost more.
    private var delay: Duration?
    private var sinceDelay = 0

    /// Nothing remembered, and one try saved up, unless there are to be none.
    public init(_ settings: Settings = .defaults) {
        self.settings = settings
        budget = settings.budgetShare == 0 ? 0 : 1
    }

    /// A call begins: it saves up its share of a second try.
    ///
    /// - Returns: after how long a second try is worth it; nil for never.
    public mutating func begin() -> Duration? {
        budget = min(settings.budgetMaximum, budget + settings.budgetShare)
        return delay
    }

    /// Takes a second try out of the budget.
    ///
    /// - Returns: whether there was one.
    public mutating func takeTry() -> Bool {
        // Shares such as 0.05 do not add up to exactly 1.
        guard budget >= 1 - 1e-9 else { return false }
        budget -= 1
        return true
    }

    /// A call was answered, this long after it was sent.
    public mutating func answered(after latency: Duration) {
        if latencies.count < settings.windowCalls {
            latencies.append(latency)
        } else {
            latencies[next] = latency
            next = (next + 1) % settings.windowCalls
        }
        sinceDelay += 1
        guard latencies.count >= settings.windowCallsMinimum else { return }
        guard delay == nil || sinceDelay * 10 >= latencies.count else { return }
        sinceDelay = 0
        let rank = Int((settings.quantile * Double(latencies.count)).rounded(.up)) - 1
        delay = max(settings.delayMinimum, latencies.sorted()[min(max(rank, 0), latencies.count - 1)])
    }
}
