import OasisAllocation
import OasisMarket
import OasisPlanning
import OasisResponse
import OasisScoring

/// The program of the whole day, known in advance: its dual bounds every way of promoting that keeps the same rows.
///
/// Where the program cannot copy the day exactly it errs upward. Every promotion counts as played, displaces the
/// cheapest track of its slate, and finds the artist as new to the listener as in the morning.
struct HindsightBound {
    private let program: MarketProgram
    private let threads: Int

    init(_ market: SyntheticMarket, traffic: [TrafficRequest], unpriced snapshot: Snapshot, threads: Int) {
        self.threads = threads
        let scorer = Scorer(snapshot)
        let sample = traffic.map { traffic in
            let request = market.scoreRequest(for: traffic) { !market.knew(listener: $0, artist: $1) }
            return SampledRequest(request, by: scorer, displacing: .cheapest)
        }
        let sizes = Dictionary(grouping: sample, by: \.cell).mapValues { Double($0.count) }
        program = MarketProgram(
            restOfDay: Self.documents(of: market),
            rates: { _ in Self.trueRates },
            count: DayCount(
                deliveries: [],
                heldUnits: { _ in 0 },
                tallies: [],
                loss: LossAccount(day: market.day)
            ),
            sample: sample,
            ahead: { sizes[$0] ?? 0 }
        )
    }

    /// Bound of the program's objective.
    func value() throws -> Double {
        try Plan(solving: program, gap: 1e-4, threads: threads).certificate.dualBound
    }

    /// Bound of the sum of one attribute, whatever that does to all others, within the hard rows.
    func largest(_ attribute: Attribute) throws -> Double {
        var program = program
        program.worths = AttributeVector()
        program.worths[attribute] = 1
        program.rows.removeAll { $0.penalty.isFinite }
        return try Plan(solving: program, gap: 1e-3, threads: threads).certificate.dualBound
    }

    /// How many guarantees can be met, each taken by itself: what misses here is promised and impossible.
    func guaranteesPossible(of campaigns: [Campaign]) throws -> Int {
        var possible = 0
        for (index, campaign) in campaigns.enumerated() {
            guard let promised = campaign.dailyGuarantee, promised > 0 else { continue }
            var alone = program
            alone.worths = AttributeVector()
            alone.worths[.delivery] = 1
            alone.rows.removeAll { $0.penalty.isFinite || $0.share > 0 }
            let number = program.entrants[index].number
            for request in alone.sample.indices {
                alone.sample[request].candidates.removeAll { $0.campaignNumber != number }
            }
            let most = try Plan(solving: alone, gap: 1e-3, threads: threads).certificate.dualBound
            // Deliveries are whole; a millionth allows for rounding in the proof.
            if most + 1e-6 >= Double(promised) { possible += 1 }
        }
        return possible
    }

    /// The market's documents, with guarantees as promised rather than with the planner's margin.
    static func documents(of market: SyntheticMarket) -> MarketDocuments {
        var policy = market.policy
        policy.guarantees.margin = 0
        return MarketDocuments(
            policy: policy,
            policyVersion: 1,
            campaigns: market.campaigns.enumerated().map { .init(number: Int64($0 + 1), campaign: $1) },
            licensors: market.licensors
        )
    }

    static let trueRates = ResponseRates(
        streamsPerPlay: 0,
        savesPerStream: ListenerBehaviour.saveProbability,
        newListenersPerStream: 0
    )
}
