internal import ArgumentParser
internal import OasisLogFiles
internal import OasisMarket
internal import OasisModelFiles
internal import OasisPlanning
internal import OasisResponse

/// `oasis train`: a response model from a table of outcomes.
struct TrainCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "train",
        abstract: "Train a response model from a table of outcomes, and say how good it is.",
        discussion: """
            DATA is a CSV file in order of time, with a column for each that the schema reads. The last rows are kept \
            back for the test; the model never sees them.

              How much to shrink is chosen by what comes later in the table; where nothing can be learned, the answer is \
            the constant:
                oasis train plays.csv --schema schema.json --label streamed --time at --out streamed.model

              The optimum at a given C, min Σ log-loss + ‖w‖²/(2C):
                oasis train plays.csv --schema schema.json --label streamed --penalty 1

              One online pass (FTRL-Proximal), and a text in Vowpal Wabbit's layout, parsed once and cached:
                oasis train plays.csv --schema schema.json --label streamed --method online
                oasis train plays.vw --method online --cache plays.cache --test later.vw

              From what a server's ledger has seen, as the server trains by itself on its schedule:
                oasis train --data oasis-data --outcome saved --out saved.model

            A schema declares features: docs/response.md. Exit codes: 0 done, 1 failed, 2 usage, 3 data or schema refused.
            """
    )

    enum Method: String, CaseIterable, ExpressibleByArgument {
        case batch, online
    }

    @Argument(help: ArgumentHelp("A CSV file, or a text in Vowpal Wabbit's layout (.vw).", valueName: "data"))
    var table: String?

    @OptionGroup var ledger: LedgerFileArgument

    @Option(help: ArgumentHelp("From a ledger: what promoted plays lead to.", valueName: "outcome"))
    var outcome: PromotedOutcome?

    @Option(help: ArgumentHelp("The features, as JSON; not for .vw.", valueName: "file"))
    var schema: String?

    @OptionGroup var columns: OutcomeColumns

    @Option(help: "To the optimum (batch), or row by row (online).")
    var method = Method.batch

    @Option(help: ArgumentHelp("For batch: C, or auto to choose it and the constant by later rows.", valueName: "C"))
    var penalty = "auto"

    @Option(help: ArgumentHelp("Share of the rows that is kept back for the test: the last ones.", valueName: "share"))
    var testShare = 0.2

    @Option(help: ArgumentHelp("For .vw: a text of later rows for the test.", valueName: "file"))
    var test: String?

    @OptionGroup var online: OnlineOptions

    @Option(help: ArgumentHelp("Where the model goes.", valueName: "file"))
    var out: String?

    @Option(help: ArgumentHelp("A registry that the model is added to.", valueName: "dir"))
    var models: String?

    @Option(help: ArgumentHelp("Threads; the model does not depend on them.", valueName: "count"))
    var threads = 2

    @Flag(help: "Print the report as JSON.")
    var json = false

    /// The table; empty for a ledger.
    var data: String { table ?? "" }

    var isVowpal: Bool { data.hasSuffix(".vw") }

    func validate() throws {
        guard (table == nil) != (ledger.path == nil) else {
            throw ValidationError("Name a table, or a ledger by --data or --ledger.")
        }
        guard (0...0.9).contains(testShare) else { throw ValidationError("--test-share must be 0 to 0.9.") }
        guard (1...256).contains(threads) else { throw ValidationError("--threads must be 1 to 256.") }
        _ = try inversePenalty()
        guard table != nil else {
            guard outcome != nil, schema == nil, columns.label == nil, method == .batch, penalty == "auto" else {
                throw ValidationError("A ledger needs --outcome, and takes no --schema, --label, --method, --penalty.")
            }
            return
        }
        guard outcome == nil else { throw ValidationError("--outcome is for a ledger.") }
        if isVowpal {
            guard method == .online else { throw ValidationError(".vw needs --method online.") }
            guard schema == nil else { throw ValidationError("--schema is not for .vw: its names are the features.") }
        } else {
            guard schema != nil, columns.label != nil else { throw ValidationError("CSV needs --schema and --label.") }
            guard test == nil, online.cache == nil else { throw ValidationError("--test and --cache are for .vw.") }
        }
    }

    /// The given C; nothing for auto.
    func inversePenalty() throws -> Double? {
        guard penalty != "auto" else { return nil }
        guard let number = Double(penalty), number > 0, number <= 1e9 else {
            throw ValidationError("--penalty must be auto or a number above 0, such as 1.")
        }
        return number
    }

    func run() throws {
        let report = try Terminal.refusing("train") {
            let report = try trained()
            if let out { try ModelFile.write(report.model, to: out) }
            guard let models else { return report }
            var added = report
            added.version = try ModelRegistry(directory: models).add(report.model)
            return added
        }
        try json ? report.printJSON() : report.printTable()
    }

    private func trained() throws -> TrainReport {
        if let outcome { return try LedgerTraining(outcome, ledger: ledger.requireFile(for: "train"), self).report() }
        return isVowpal ? try VowpalTraining(self).report() : try TableTraining(self).report()
    }
}

extension PromotedOutcome: ExpressibleByArgument {}

/// Which columns say what of the outcome.
struct OutcomeColumns: ParsableArguments {
    @Option(help: ArgumentHelp("The outcome: 0, 1, or between when it is not certain yet.", valueName: "column"))
    var label: String?

    @Option(help: ArgumentHelp("How many rows a row stands for.", valueName: "column"))
    var weight: String?

    @Option(help: ArgumentHelp("When: RFC 3339 or seconds; rows must not go back.", valueName: "column"))
    var time: String?

    @Option(help: ArgumentHelp("The surface, for calibration.", valueName: "column"))
    var surface: String?

    var layout: TrainingTable.Layout {
        TrainingTable.Layout(label: label ?? "", weight: weight, time: time, surface: surface)
    }
}

/// How the online learner learns.
struct OnlineOptions: ParsableArguments {
    @Option(help: "For online: learning rate of a feature that has seen nothing.")
    var alpha = 0.05

    @Option(help: "For online: squared gradients that a feature is taken to have seen.")
    var beta = 1.0

    @Option(help: "For online: L1 penalty.")
    var l1 = 0.0

    @Option(help: "For online: L2 penalty.")
    var l2 = 1.0

    @Option(help: ArgumentHelp("For online: how often to go over the rows.", valueName: "count"))
    var epochs = 1

    @Option(help: ArgumentHelp("For .vw: slots are 2 to this power.", valueName: "bits"))
    var hashBits = 18

    @Option(help: ArgumentHelp("For .vw: parsed rows, written when it is not there, else read.", valueName: "file"))
    var cache: String?

    var rates: FollowTheRegularizedLeader.Rates { .init(alpha: alpha, beta: beta, l1: l1, l2: l2) }

    /// In words, for a model's lineage.
    var text: String { "ftrl alpha \(alpha) beta \(beta) l1 \(l1) l2 \(l2) epochs \(epochs)" }

    func validate() throws {
        for (name, value) in [("alpha", alpha), ("beta", beta), ("l1", l1), ("l2", l2)] {
            guard value >= 0, value <= 1e6 else { throw ValidationError("--\(name) must be 0 to 1000000.") }
        }
        guard alpha > 0, beta + l2 > 0 else { throw ValidationError("--alpha, and --beta or --l2, must be above 0.") }
        guard (1...1_000).contains(epochs) else { throw ValidationError("--epochs must be 1 to 1000.") }
        guard FeatureSchema.hashBitsRange.contains(hashBits) else {
            throw ValidationError("--hash-bits must be 8 to 24.")
        }
    }
}
