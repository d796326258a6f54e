internal import ArgumentParser
internal import Foundation
internal import OasisLogFiles
internal import OasisMarket
internal import OasisModelFiles
internal import OasisResponse

/// `oasis evaluate-model`: how good a model's predictions are on a table of outcomes.
struct EvaluateModelCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "evaluate-model",
        abstract: "Say how good a model's predictions are on a table of outcomes.",
        discussion: """
            MODEL is a model of oasis train, or a LightGBM model as text, whose features are columns of numbers (empty \
            is missing).

              oasis evaluate-model streamed.model later.csv --label streamed --surface surface --bins
              oasis evaluate-model lightgbm.txt later.csv --label streamed --predictions predictions.txt

            Exit codes: 0 done, 1 failed, 2 usage, 3 model or data refused.
            """
    )

    @Argument(help: ArgumentHelp("A model.", valueName: "model"))
    var model: String

    @Argument(help: ArgumentHelp("A CSV file.", valueName: "data"))
    var data: String

    @OptionGroup var columns: OutcomeColumns

    @Option(help: ArgumentHelp("Where predictions go, one to a line, as exact as they are.", valueName: "file"))
    var predictions: String?

    @Flag(help: "Show predicted and observed rates by bin.")
    var bins = false

    @Flag(help: "Print the answer as JSON.")
    var json = false

    func validate() throws {
        guard columns.label != nil else { throw ValidationError("--label names the outcome's column.") }
    }

    func run() throws {
        let predicted = try Terminal.refusing("evaluate-model") {
            try LabelledPredictions(model: model, data: data, layout: columns.layout)
        }
        if let predictions {
            let text = predicted.predictions.map { "\($0)\n" }.joined()
            try Data(text.utf8).write(to: URL(fileURLWithPath: predictions), options: .atomic)
        }
        let report = QualityReport(predicted.quality)
        json ? try Terminal.printJSON(report.document) : report.printTable(bins: bins)
    }
}

/// What a model says of a table's rows, and what came of them.
struct LabelledPredictions {
    var predictions: [Double]
    var labels: [Float]
    var weights: [Float]

    var quality: PredictionQuality {
        PredictionQuality(predictions: predictions, labels: labels, weights: weights)
    }

    /// - Throws: `InvalidTable` for a model or a table that is refused.
    init(model path: String, data: String, layout: TrainingTable.Layout) throws {
        if let text = try TreeModelFile.text(path) {
            let ensemble = try TreeModelFile.ensemble(text, file: path)
            let table = try NumericTable(csv: data, layout: layout, columns: ensemble.features)
            predictions = (0..<table.rowCount).map { ensemble.prediction(table.row($0)) }
            (labels, weights) = (table.labels, table.weights)
        } else {
            self = try LabelledPredictions(try ModelFile.read(path), data: data, layout: layout)
        }
    }

    /// - Throws: `InvalidTable` for a table that is refused.
    init(_ model: ResponseModel, data: String, layout: TrainingTable.Layout) throws {
        let table = try TrainingTable(csv: data, layout: layout, encoder: FeatureEncoder(model.schema))
        predictions = model.probabilities(of: table.rows, surfaces: table.surfaceNames)
        (labels, weights) = (table.rows.labelColumn, table.rows.weightColumn)
    }
}
