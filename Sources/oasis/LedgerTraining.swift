internal import OasisLedger
internal import OasisMarket
internal import OasisPlanning
internal import OasisResponse

/// A model of one outcome from the promotions that a ledger has seen: as the server trains it.
struct LedgerTraining {
    /// Promotions that are learned from at most; of more, a sample.
    private static let promotionsMaximum = 1_000_000

    private let outcome: PromotedOutcome
    private let path: String
    private let threads: Int

    init(_ outcome: PromotedOutcome, ledger path: String, _ asked: TrainCommand) {
        self.outcome = outcome
        self.path = path
        threads = asked.threads
    }

    /// Trains on everything whose raw outcomes are still there.
    ///
    /// - Throws: `LedgerError`; `InvalidField` when there is nothing to learn from.
    func report() throws -> TrainReport {
        let ledger = try Ledger(path: path, access: .read)
        // The market's last word is its present: a ledger of a replay is not as old as the clock says.
        let now = try ledger.latestOutcome() ?? .now
        let served = try ledger.servedPromotions(
            from: Timestamp(milliseconds: 0),
            to: now.advanced(bySeconds: 1),
            maximum: Self.promotionsMaximum
        )
        let training = PromotionTraining(
            of: outcome,
            served.promotions,
            campaigns: try ledger.campaignsByNumber(),
            at: now
        )
        let count = training.trials.count
        guard count >= BatchTraining.rowsMinimum else {
            throw InvalidField("ledger", "must have \(BatchTraining.rowsMinimum) trials or more, but has \(count)")
        }
        let (model, learned, test) = training.train(threads: threads)
        var details = TrainReport.Details()
        details.rowCount = count
        details.trainedCount = training.trainedCount
        details.choice = learned.choice
        details.penalty = learned.inversePenalty
        details.fit = learned.fit
        details.test = test
        details.ratesLogLoss = model.lineage.metrics["testRatesLogLoss"]
        details.labelDelayMedianSeconds = training.trials.delays.medianSeconds
        details.sampledShare = served.share
        return TrainReport(model: model, details: details)
    }
}
