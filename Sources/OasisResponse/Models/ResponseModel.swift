/// A trained model: what it reads, what it says, and where it comes from.
package struct ResponseModel: Hashable, Sendable {
    /// What it reads.
    package let schema: FeatureSchema
    /// What it says.
    package let linear: LinearModel
    /// How that is corrected; nothing when it need not be.
    package let calibration: SurfaceCalibration?
    /// Where it comes from.
    package var lineage: Lineage

    /// Where a model comes from.
    package struct Lineage: Hashable, Sendable {
        /// The outcome it predicts: the label's column.
        package var outcome: String
        /// How it was trained, in words with every rate.
        package var training: String
        /// Rows it learned from.
        package var rowCount: Int
        /// Σ weight · label of them.
        package var events: Double
        /// Seconds since 1970 of the first and the last row of the table, those kept back included, when rows had a time.
        package var windowSeconds: [Double]?
        /// How it did, by name: `logLoss`, `areaUnderCurve` … and on what.
        package var metrics: [String: Double]
        /// What the table looked like, rows kept back included.
        package var profile: SignalProfile?

        /// Gathers facts.
        package init(
            outcome: String,
            training: String,
            rowCount: Int,
            events: Double,
            windowSeconds: [Double]? = nil,
            metrics: [String: Double] = [:],
            profile: SignalProfile? = nil
        ) {
            self.outcome = outcome
            self.training = training
            self.rowCount = rowCount
            self.events = events
            self.windowSeconds = windowSeconds
            self.metrics = metrics
            self.profile = profile
        }
    }

    /// Puts a model together.
    ///
    /// - Precondition: weights for every slot of the schema, or none.
    package init(schema: FeatureSchema, linear: LinearModel, calibration: SurfaceCalibration?, lineage: Lineage) {
        precondition(linear.isConstant || linear.weights.count == 1 << schema.hashBits, "A weight for each slot")
        self.schema = schema
        self.linear = linear
        self.calibration = calibration
        self.lineage = lineage
    }

    /// The probability of the outcome for one row.
    ///
    /// `encoder` must be that of `schema`; it is made once.
    package func probability(of row: FeatureRow, surface: String?, encoder: FeatureEncoder) -> Double {
        probability(margin: linear.margin(of: row, encoder: encoder), surface: surface)
    }

    /// Probabilities of rows that were encoded.
    package func probabilities(of rows: borrowing EncodedRows, surfaces: [String]? = nil) -> [Double] {
        linear.margins(of: rows).enumerated().map { probability(margin: $1, surface: surfaces?[$0]) }
    }

    private func probability(margin: Double, surface: String?) -> Double {
        let plain = logistic(margin)
        return calibration?(plain, surface: surface) ?? plain
    }
}
