internal import ArgumentParser
internal import Foundation
internal import OasisLogFiles
internal import OasisMarket
internal import OasisModelFiles
internal import OasisResponse

/// `oasis models`: versions of models, and which of them is in use.
struct ModelsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "models",
        abstract: "List models, promote one by rule, or roll back.",
        discussion: """
            A registry is a directory that oasis train --models fills. Versions never change; stages do.

              oasis models list models
              oasis models promote models 3 --data later.csv --label streamed
              oasis models rollback models --reason "saves fell"
            """,
        subcommands: [ListModels.self, PromoteModel.self, RollBackModel.self]
    )

    /// The moment at which a change is made.
    static var now: String {
        "\(Timestamp(milliseconds: Int64(Date().timeIntervalSince1970 * 1_000)))"
    }
}

/// `oasis models list`.
struct ListModels: ParsableCommand {
    static let configuration = CommandConfiguration(commandName: "list", abstract: "Show versions, stages and lineage.")

    @Argument(help: ArgumentHelp("The registry.", valueName: "dir"))
    var directory: String

    @Flag(help: "Print it as JSON.")
    var json = false

    func run() throws {
        let rows = try Terminal.refusing("models") {
            let registry = try ModelRegistry(directory: directory)
            let stages = try registry.stages()
            return try registry.versions.map { version in
                Row(version, try registry.model(version), stages.stage(version))
            }
        }
        guard !json else { return try Terminal.printJSON(rows) }
        Terminal.printTable(
            [["version", "stage", "outcome", "training", "rows", "test log-loss", "schema"]]
                + rows.map { row in
                    [
                        "\(row.version)", row.stage, row.outcome, row.training, "\(row.rows)",
                        row.metrics["testLogLoss"].map { String(format: "%.6f", $0) } ?? "–",
                        String(row.schemaHash.prefix(12)),
                    ]
                },
            leftAligned: [0, 1, 2, 3]
        )
    }

    private struct Row: Encodable {
        var version: Int
        var stage, outcome, training: String
        var rows: Int
        var windowSeconds: [Double]?
        var schemaHash: String
        var metrics: [String: Double]

        init(_ version: Int, _ model: ResponseModel, _ stage: ModelStage) {
            self.version = version
            self.stage = stage.rawValue
            outcome = model.lineage.outcome
            training = model.lineage.training
            rows = model.lineage.rowCount
            windowSeconds = model.lineage.windowSeconds
            schemaHash = model.schema.hash
            metrics = model.lineage.metrics
        }
    }
}

/// `oasis models promote`.
struct PromoteModel: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "promote",
        abstract: "Put a version one stage up (shadow, canary, live) if it is no worse than the live one.",
        discussion: """
            Both predict the rows of a table that neither learned from. A version goes up when it saw enough rows, its \
            predictions add up to what happened within a tenth, and neither its log-loss nor its calibration error is worse. \
            --force puts down that somebody insisted.

            Exit codes: 0 promoted, 1 refused by rule, 2 usage, 3 registry or data refused.
            """
    )

    @Argument(help: ArgumentHelp("The registry.", valueName: "dir"))
    var directory: String

    @Argument(help: "The version.")
    var version: Int

    @Option(help: ArgumentHelp("A CSV file of outcomes.", valueName: "file"))
    var data: String

    @OptionGroup var columns: OutcomeColumns

    @Option(help: ArgumentHelp("Promote whatever the numbers say, for this reason.", valueName: "reason"))
    var force: String?

    func validate() throws {
        guard columns.label != nil else { throw ValidationError("--label names the outcome's column.") }
    }

    func run() throws {
        let (stage, objections, evidence) = try Terminal.refusing("models") { try compare() }
        guard objections.isEmpty || force != nil else {
            Terminal.complain("models", "version \(version) stays: " + objections.joined(separator: "; "))
            throw ExitCode(1)
        }
        let reason = force.map { "insisted: \($0)" } ?? evidence
        try Terminal.refusing("models") {
            try ModelRegistry(directory: directory).put(version, on: stage, time: ModelsCommand.now, reason: reason)
        }
        print("version \(version) is \(stage.rawValue) now: \(reason)")
    }

    private func compare() throws -> (stage: ModelStage, objections: [String], evidence: String) {
        let registry = try ModelRegistry(directory: directory)
        let stages = try registry.stages()
        guard let next = stages.stage(version).next else {
            throw InvalidTable(file: directory, line: nil, rule: "has version \(version) live already")
        }
        let model = try registry.model(version)
        let own = try LabelledPredictions(model, data: data, layout: columns.layout).quality
        var live: PredictionQuality?
        if let number = stages.live {
            let other = try registry.model(number)
            guard other.lineage.outcome == model.lineage.outcome else {
                throw InvalidTable(
                    file: directory,
                    line: nil,
                    rule:
                        "has a live model of \(other.lineage.outcome), and version \(version) is of \(model.lineage.outcome)"
                )
            }
            live = try LabelledPredictions(other, data: data, layout: columns.layout).quality
        }
        let compared = live.map { String(format: ", live %.6f", $0.logLoss) } ?? ", nothing live"
        let evidence = String(format: "log-loss %.6f on %d rows", own.logLoss, own.rowCount) + compared
        return (next, PromotionRule().objections(to: own, live: live), evidence)
    }
}

/// `oasis models rollback`.
struct RollBackModel: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "rollback",
        abstract: "Make the version live that was live before."
    )

    @Argument(help: ArgumentHelp("The registry.", valueName: "dir"))
    var directory: String

    @Option(help: ArgumentHelp("Why; it is kept with the change.", valueName: "text"))
    var reason = "asked for"

    func run() throws {
        let version = try Terminal.refusing("models") {
            try ModelRegistry(directory: directory).rollBack(time: ModelsCommand.now, reason: reason)
        }
        print(version.map { "version \($0) is live again" } ?? "no version is live; counted rates hold")
    }
}
