package import OasisMarket
package import OasisResponse

/// What is known of models and of what goes into them, at one moment.
package struct ModelStatus: Hashable, Sendable {
    /// A version that has a stage.
    package struct Version: Hashable, Sendable {
        /// Which outcome's.
        package var outcome: PromotedOutcome
        /// Its stage.
        package var stage: ModelStage
        /// Its number.
        package var version: Int
        /// How it was trained.
        package var training: String
        /// Rows that it learned from.
        package var rowCount: Int
        /// How it did on later rows, by name.
        package var metrics: [String: Double]
    }

    /// Something wrong, and where.
    package struct Finding: Hashable, Sendable, CustomStringConvertible {
        /// An outcome's name, or `requests` for what rankers send.
        package var subject: String
        /// What.
        package var finding: SignalFinding

        /// One sentence with its evidence.
        package var description: String { "\(subject): \(finding)" }
    }

    /// What goes into an outcome's model, or what rankers send: the last day against the days before.
    package struct Signals: Hashable, Sendable {
        /// An outcome's name, or `requests`.
        package var subject: String
        /// Its columns.
        package var measures: [SignalHealth.Measure]
        /// Seconds after which half of the outcomes are heard of; nothing for requests.
        package var labelDelaySeconds: Double?
    }

    /// When it was looked at.
    package var lookedAt: Timestamp
    /// Versions with a stage.
    package var versions: [Version] = []
    /// How the live models' predictions add up, by outcome and surface.
    package var checks: [SurfaceCheck] = []
    /// What goes in.
    package var signals: [Signals] = []
    /// What is wrong.
    package var findings: [Finding] = []
    /// Versions that should be in use and are not, and why.
    package var faults: [String] = []
    /// What the last turn of training did.
    package var steps: [ModelTurn.Step] = []
    /// When that was.
    package var trainedAt: Timestamp?

    /// Nothing known.
    package init(lookedAt: Timestamp) {
        self.lookedAt = lookedAt
    }
}
