import OasisLedger
import OasisMarket
import OasisResponse

/// How what rankers send looked on some days, from the sample of decisions.
enum RequestSignals {
    /// What is counted of each candidate.
    private static let columns = ["organicScore", "streamProbability", "isNewToArtist"]
    /// Candidates of a decision that are counted: the first ones.
    private static let candidatesMaximum = 50

    /// The candidates of decisions; what cannot be read is left out.
    static func profile(_ decisions: [Decision]) -> SignalProfile {
        var profile = SignalProfile(columns: columns)
        for decision in decisions {
            guard let logged = LoggedDecision(decision.body) else { continue }
            for place in logged.organicScores.indices.prefix(candidatesMaximum) {
                profile.add(number: Double(logged.organicScores[place]), column: 0)
                if let probabilities = logged.streamProbabilities {
                    profile.add(number: Double(probabilities[place]), column: 1)
                } else {
                    profile.addMissing(column: 1)
                }
                if let isNew = logged.isNewToArtist {
                    profile.add(number: isNew[place] ? 1 : 0, column: 2)
                } else {
                    profile.addMissing(column: 2)
                }
                profile.endRow(label: 0)
            }
        }
        return profile
    }
}
