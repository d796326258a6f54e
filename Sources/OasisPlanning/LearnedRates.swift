import OasisLedger
import OasisResponse

/// Response rates by campaign, learned from what the ledger counted, shrunk toward all campaigns together.
enum LearnedRates {
    /// Days that are looked back on.
    static let windowDays: Int32 = 28
    /// What is assumed of a song nobody has heard.
    static let fallback = ResponseRates(streamsPerPlay: 0.5, savesPerStream: 0.03, newListenersPerStream: 0.3)

    static func rates(_ campaignNumbers: [Int64], _ tallies: [TallyRow]) -> [Int64: ResponseRates] {
        var counts: [Int64: TallyCounts] = [:]
        for row in tallies { counts[row.campaignNumber, default: TallyCounts()] += row.counts }
        let heard = campaignNumbers.map { counts[$0] ?? TallyCounts() }
        let streams = shrunk(heard.map { ($0.streams, $0.shown) }, fallback.streamsPerPlay)
        let saves = shrunk(heard.map { ($0.saved, $0.streams) }, fallback.savesPerStream)
        let newListeners = shrunk(heard.map { ($0.newListeners, $0.streams) }, fallback.newListenersPerStream)
        var rates: [Int64: ResponseRates] = [:]
        for (index, number) in campaignNumbers.enumerated() {
            rates[number] = ResponseRates(
                streamsPerPlay: streams[index],
                savesPerStream: saves[index],
                newListenersPerStream: newListeners[index]
            )
        }
        return rates
    }

    private static func shrunk(_ counts: [(successes: Int, trials: Int)], _ fallbackRate: Double) -> [Double] {
        // Events arrive in any order, so that for a moment there may be more successes than trials.
        let counts = counts.map {
            EmpiricalBayes.Count(
                successes: Double(min($0.successes, $0.trials)),
                trials: Double($0.trials)
            )
        }
        let prior = EmpiricalBayes(counts, fallbackRate: fallbackRate)
        return counts.map { prior.rate($0) }
    }
}
