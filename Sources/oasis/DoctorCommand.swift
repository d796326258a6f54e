internal import ArgumentParser
internal import OasisLogFiles
internal import OasisModelFiles
internal import OasisResponse

/// `oasis doctor`: whether what goes into a model still looks like what it learned from.
struct DoctorCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "doctor",
        abstract: "Compare a table with what a model learned from: drift, missing values, zeros, rate of outcomes.",
        discussion: """
              oasis doctor streamed.model today.csv --label streamed

            Each finding comes with its evidence. Exit codes: 0 nothing found, 1 something found, 2 usage, 3 model or data \
            refused.
            """
    )

    @Argument(help: ArgumentHelp("A model of oasis train.", valueName: "model"))
    var model: String

    @Argument(help: ArgumentHelp("A CSV file.", valueName: "data"))
    var data: String

    @OptionGroup var columns: OutcomeColumns

    @Flag(help: "Print findings as JSON.")
    var json = false

    func validate() throws {
        guard columns.label != nil else { throw ValidationError("--label names the outcome's column.") }
    }

    func run() throws {
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
        let trained = try ModelFile.read(model)
        guard let reference = trained.lineage.profile else {
            throw InvalidTable(
                file: model,
                line: nil,
                rule: "must know what its training data looked like; train it from CSV"
            )
        }
        let table = try TrainingTable(csv: data, layout: columns.layout, encoder: FeatureEncoder(trained.schema))
        let quality = PredictionQuality(
            predictions: trained.probabilities(of: table.rows, surfaces: table.surfaceNames),
            labels: table.rows.labelColumn,
            weights: table.rows.weightColumn
        )
        return (SignalHealth(table.profile, against: reference).findings, quality)
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
