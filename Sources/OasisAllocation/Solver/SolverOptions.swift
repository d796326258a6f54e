/// How hard to try, and with what.
public struct SolverOptions: Sendable {
    /// Stop when the certified relative gap is at most this, > 0.
    public var targetGap: Double
    /// Threads to use, ≥ 1; the answer is the same for any number.
    public var threads: Int
    /// Prices of a similar problem, one per row, ≥ 0; nil starts cold.
    ///
    /// Prices above a row's penalty are clipped to it.
    public var startingPrices: [Double]?
    /// Part of the requests to find first prices on, 0 … 1.
    ///
    /// 0 starts on all of them. Of no effect with `startingPrices`.
    public var sampleShare: Double
    /// Draws the sample: the same seed gives the same answer.
    public var seed: UInt64
    /// Give up after this many passes over the candidates.
    public var maximumPasses: Int
    /// Give up after this long; nil is never.
    public var timeLimit: Duration?
    /// Round the answer to whole candidates; rows and slots hold still, and the certificate's gap includes what rounding
    /// costs.
    public var isIntegral: Bool
    /// Called after every pass on the calling thread; returning false stops the solve with the best answer so far.
    public var progress: (@Sendable (SolverProgress) -> Bool)?

    /// Options with the defaults that suit problems of any size.
    public init(
        targetGap: Double = 1e-4,
        threads: Int = 1,
        startingPrices: [Double]? = nil,
        sampleShare: Double = 0.1,
        seed: UInt64 = 1,
        maximumPasses: Int = 1000,
        timeLimit: Duration? = nil,
        isIntegral: Bool = false,
        progress: (@Sendable (SolverProgress) -> Bool)? = nil
    ) {
        self.targetGap = targetGap
        self.threads = threads
        self.startingPrices = startingPrices
        self.sampleShare = sampleShare
        self.seed = seed
        self.maximumPasses = maximumPasses
        self.timeLimit = timeLimit
        self.isIntegral = isIntegral
        self.progress = progress
    }
}

/// Where a solve stands.
public struct SolverProgress: Hashable, Sendable {
    /// Passes so far, in equivalents of a full one.
    public var passes: Double
    /// Current γ, in units of value.
    public var smoothing: Double
    /// Upper bound at the current prices (single precision until certified).
    public var bound: Double
    /// Estimated value of the current selection after repair.
    public var estimate: Double
    /// Best certified gap so far; infinite before the first certificate.
    public var certifiedGap: Double
}
