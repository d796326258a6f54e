internal import ArgumentParser
internal import Foundation
internal import OasisLedger
internal import OasisLogFiles
internal import OasisMarket
internal import OasisModelFiles
internal import OasisPlanning
internal import OasisResponse

/// `oasis doctor`: whether what goes into a model still looks like what it learned from.
struct DoctorCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "doctor",
        abstract: "Say what is wrong with signals and models: drift, missing values, zeros, late labels, calibration.",
        discussion: """
              A table against what a model learned from:
                oasis doctor streamed.model today.csv --label streamed

              What a server's ledger saw of the last day against the week before, and its live models:
                oasis doctor --data oasis-data

              What a running server found at its last look:
                oasis doctor --server http://127.0.0.1:8081

            Each finding comes with its evidence. Exit codes: 0 nothing found, 1 something found, 2 usage, 3 model or data \
            refused.
            """
    )

    @Argument(help: ArgumentHelp("A model of oasis train.", valueName: "model"))
    var model: String?

    @Argument(help: ArgumentHelp("A CSV file.", valueName: "table"))
    var table: String?

    @Option(help: ArgumentHelp("A server's data folder.", valueName: "dir"))
    var data: String?

    @Option(help: ArgumentHelp("A running server's console port.", valueName: "url"))
    var server: String?

    @Option(help: "Bearer token, where the server asks for one; OASIS_TOKEN in the environment does as well.")
    var token: String?

    @OptionGroup var columns: OutcomeColumns

    @Flag(help: "Print findings as JSON.")
    var json = false

    func validate() throws {
        let ways = [model != nil, data != nil, server != nil].count { $0 }
        guard ways == 1 else { throw ValidationError("Name a model and a table, or --data, or --server.") }
        guard model == nil || table != nil && columns.label != nil else {
            throw ValidationError("A model needs a table, and --label, the outcome's column.")
        }
    }

    func run() async throws {
        if let data { return try SignalReport(try examined(data)).print(json: json) }
        if let server { return try SignalReport(try await asked(server)).print(json: json) }
        try compare()
    }

    /// Looks at a data folder as its server would.
    private func examined(_ folder: String) throws -> SignalReport.Document {
        try Terminal.refusing("doctor") {
            let path = folder + "/oasis.sqlite"
            guard FileManager.default.fileExists(atPath: path) else {
                throw InvalidTable(file: path, line: nil, rule: "must be a ledger")
            }
            let ledger = try Ledger(path: path, access: .read)
            let now = try ledger.latestOutcome() ?? .now
            return SignalReport.Document(try ModelWatch.status(ledger, models: folder + "/models", at: now))
        }
    }

    /// Asks a running server.
    private func asked(_ server: String) async throws -> SignalReport.Document {
        var port = ConsolePort()
        (port.console, port.token) = (server, token)
        let answer = try await port.get("/v1/models", for: "doctor")
        return try Terminal.refusing("doctor") { try JSONDecoder().decode(SignalReport.Document.self, from: answer) }
    }

    private func compare() throws {
        let (findings, quality) = try Terminal.refusing("doctor") { try examine() }
        if json {
            try Terminal.printJSON(
                Document(
                    findings: findings.map { .init(code: $0.code, column: $0.column, sentence: "\($0)") },
                    quality: QualityReport(quality).document
                )
            )
        } else {
            Terminal.printTable([["finding", "evidence"]] + findings.map { [$0.code, "\($0)"] }, leftAligned: [0, 1])
            if findings.isEmpty { print("nothing found") }
        }
        if !findings.isEmpty || quality.isCalibrationAlarm {
            if quality.isCalibrationAlarm {
                Terminal.complain("doctor", "predictions do not add up to outcomes within a tenth")
            }
            throw ExitCode(1)
        }
    }

    private func examine() throws -> (findings: [SignalFinding], quality: PredictionQuality) {
        guard let model, let table = self.table else { throw ExitCode(2) }
        let trained = try ModelFile.read(model)
        guard let reference = trained.lineage.profile else {
            throw InvalidTable(
                file: model,
                line: nil,
                rule: "must know what its training data looked like; train it from CSV"
            )
        }
        let rows = try TrainingTable(csv: table, layout: columns.layout, encoder: FeatureEncoder(trained.schema))
        let quality = PredictionQuality(
            predictions: trained.probabilities(of: rows.rows, surfaces: rows.surfaceNames),
            labels: rows.rows.labelColumn,
            weights: rows.rows.weightColumn
        )
        return (SignalHealth(rows.profile, against: reference).findings, quality)
    }

    private struct Document: Encodable {
        struct Finding: Encodable {
            var code: String
            var column: String?
            var sentence: String
        }

        var findings: [Finding]
        var quality: QualityReport.Document
    }
}
