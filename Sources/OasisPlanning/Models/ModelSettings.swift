package import OasisMarket

/// How a node keeps response models.
package struct ModelSettings: Hashable, Sendable {
    /// Where the registries are: a folder in it for each outcome.
    package var directory: String
    /// Share of listeners that a canary has.
    package var canaryShare: BasisPoints
    /// Days that models learn from.
    package var windowDays: Int
    /// Promotions that models learn from at most; of more, a sample is.
    package var promotionsMaximum: Int
    /// Threads of training; models do not depend on them.
    package var threads: Int

    /// Gathers settings.
    package init(
        directory: String,
        canaryShare: BasisPoints = BasisPoints(500),
        windowDays: Int = 28,
        promotionsMaximum: Int = 100_000,
        threads: Int = 1
    ) {
        self.directory = directory
        self.canaryShare = canaryShare
        self.windowDays = windowDays
        self.promotionsMaximum = promotionsMaximum
        self.threads = threads
    }
}
