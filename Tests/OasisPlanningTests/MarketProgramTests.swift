import OasisAllocation
import OasisLedger
import OasisMarket
import OasisPlanning
import OasisResponse
import OasisScoring
import Testing

@Suite("The program of the rest of the day")
struct MarketProgramTests {
    private let rates = ResponseRates(streamsPerPlay: 0.5, savesPerStream: 0.05, newListenersPerStream: 0.3)

    private func program(
        _ campaigns: [Campaign],
        rows: [PolicyRow] = [],
        deliveries: [Delivery] = [],
        held: [Int64: Int] = [:],
        tallies: [TallyRow] = [],
        loss: LossAccount = LossAccount(day: Market.day),
        sample: [SampledRequest] = [],
        ahead: [Cell: Double] = [:]
    ) -> MarketProgram {
        var policy = Market.policy
        policy.rows = rows
        return MarketProgram(
            restOfDay: Market.documents(campaigns, policy: policy),
            rates: { _ in rates },
            count: DayCount(deliveries: deliveries, heldUnits: { held[$0] ?? 0 }, tallies: tallies, loss: loss),
            sample: sample,
            ahead: { ahead[$0] ?? 0 }
        )
    }

    private func row(_ name: String, in program: MarketProgram) throws -> MarketProgram.Row {
        try #require(program.rows.first { $0.name == name })
    }

    private func delivered(_ campaign: Int64, _ shown: Int, isPromoted: Bool = true) -> TallyRow {
        var counts = TallyCounts()
        counts.shown = shown
        return TallyRow(
            day: Market.day,
            campaignNumber: campaign,
            cell: Market.radio,
            isPromoted: isPromoted,
            counts: counts
        )
    }

    private func request(_ cell: Cell = Market.radio, utility: Double = 1, losses: [Float] = []) -> SampledRequest {
        SampledRequest(
            cell: cell,
            slots: 1,
            organicUtility: utility,
            candidates: losses.enumerated()
                .map {
                    SampledRequest.Candidate(
                        campaignNumber: Int64($0 + 1),
                        listenerLoss: $1,
                        streamProbability: 0.8,
                        isNewToArtist: nil
                    )
                }
        )
    }

    @Test("A cap is bounded by what is neither confirmed nor on its way; what this node still holds is free")
    func caps() throws {
        let program = program(
            [Market.campaign(0, cap: 100), Market.campaign(1, cap: 10), Market.campaign(2)],
            deliveries: [
                Delivery(campaignNumber: 1, confirmed: 30, outstanding: 20, cap: 100),
                Delivery(campaignNumber: 2, confirmed: 12, outstanding: 0, cap: 10),
                Delivery(campaignNumber: 3, confirmed: 50, outstanding: 0, cap: nil),
            ],
            held: [1: 5]
        )
        let cap = try row("cap c0", in: program)
        #expect(cap.bound == 55 && cap.sense == .atMost && cap.penalty == .infinity && cap.attribute == .delivery)
        #expect(cap.scope == .campaign(0))
        #expect(try row("cap c1", in: program).bound == 0, "a cap that is used up leaves nothing, not less")
        #expect(!program.rows.contains { $0.name == "cap c2" })
    }

    @Test("A guarantee is planned with its margin, less what is committed, never above the cap")
    func guarantees() throws {
        let program = program(
            [
                Market.campaign(0, cap: 100, guarantee: 50), Market.campaign(1, cap: 50, guarantee: 50),
                Market.campaign(2, guarantee: 20), Market.campaign(3, guarantee: 0),
            ],
            deliveries: [
                Delivery(campaignNumber: 1, confirmed: 30, outstanding: 20, cap: 100),
                Delivery(campaignNumber: 3, confirmed: 40, outstanding: 0, cap: nil),
            ],
            held: [1: 5]
        )
        let promise = try row("guarantee c0", in: program)
        #expect(abs(promise.bound - (55 - 45)) < 1e-9)
        #expect(promise.sense == .atLeast && promise.penalty == Market.policy.guarantees.penalty)
        #expect(try row("guarantee c1", in: program).bound == 50)
        #expect(try row("guarantee c2", in: program).bound == 0)
        #expect(!program.rows.contains { $0.name == "guarantee c3" })
    }

    @Test("The loss budget is a share of the day's organic utility, so far and forecast, less what is spent")
    func lossBudget() throws {
        var loss = LossAccount(day: Market.day)
        loss.add(displaced: 1.5, organic: 200, in: Market.radio, on: Market.day)
        let budget = PolicyRow(
            name: "loss",
            attribute: .listenerLoss,
            scope: .eachCell,
            sense: .atMost,
            measure: .organicShare,
            bound: 0.01
        )
        let program = program(
            [Market.campaign(0)],
            rows: [budget],
            loss: loss,
            sample: [request(utility: 3), request(utility: 5), request(Market.mix, utility: 7)],
            ahead: [Market.radio: 100, Market.mix: 10]
        )
        #expect(program.weights == [50, 50, 10])
        // Radio: 200 so far and (3 + 5) × 50 ahead; mix: 7 × 10 ahead.
        #expect(abs(try row("loss radio/DE", in: program).bound - (0.01 * 600 - 1.5)) < 1e-6)
        #expect(abs(try row("loss mix/US", in: program).bound - 0.7) < 1e-6)
        #expect(try row("loss mix/US", in: program).attribute == .listenerLoss)
    }

    @Test("Share rows carry what was delivered: surplus is credit, shortfall has to be made up for")
    func shares() throws {
        let rows = [
            PolicyRow(
                name: "share",
                attribute: .delivery,
                scope: .eachLicensor,
                sense: .atMost,
                measure: .share,
                bound: 0.7
            ),
            PolicyRow(
                name: "independents",
                attribute: .delivery,
                scope: .tier(TierID(trusted: "independent")),
                sense: .atLeast,
                measure: .share,
                bound: 0.4,
                penalty: 0.2
            ),
        ]
        let campaigns = (0..<4).map { Market.campaign($0) }
        // Major 10 + 30, independent 8 + 2; organic plays count for nothing.
        let tallies = [
            delivered(1, 10), delivered(3, 30), delivered(2, 8), delivered(4, 2), delivered(2, 99, isPromoted: false),
        ]
        let program = program(campaigns, rows: rows, tallies: tallies)
        let major = try row("share major", in: program)
        #expect(major.share == 0.7 && major.bound == 0, "above its share already: nothing left, not less")
        let independent = try row("share independent", in: program)
        #expect(abs(independent.bound - (0.7 * 50 - 10)) < 1e-9)
        let floor = try row("independents", in: program)
        #expect(abs(floor.bound - (0.4 * 50 - 10)) < 1e-9 && floor.share == 0.4 && floor.penalty == 0.2)
        guard case .set(let set) = floor.scope else {
            Issue.record("a tier is a set of campaigns")
            return
        }
        #expect(program.sets[set] == [1, 3])
        let ahead = self.program(campaigns, rows: rows, tallies: [delivered(2, 30), delivered(1, 20)])
        #expect(abs(try row("independents", in: ahead).bound - (0.4 * 50 - 30)) < 1e-9)
    }

    @Test("A row that names nobody who runs is left out")
    func emptyScope() {
        let nobody = PolicyRow(
            name: "nobody",
            attribute: .delivery,
            scope: .campaign(CampaignID(trusted: "gone")),
            sense: .atMost,
            measure: .perDay,
            bound: 5
        )
        #expect(program([Market.campaign(0)], rows: [nobody]).rows.isEmpty)
    }

    @Test("The solved program keeps its rows, and a scarce cap has a price")
    func solved() throws {
        let sample = (0..<100).map { request(utility: 1, losses: [Float($0) / 400, 0.1]) }
        let program = program(
            [Market.campaign(0, cap: 30), Market.campaign(1)],
            sample: sample,
            ahead: [Market.radio: 100]
        )
        let plan = try Plan(solving: program, threads: 1)
        #expect(plan.certificate.relativeGap <= 1e-3)
        #expect(plan.activities[0] <= 30 * (1 + 1e-6))
        #expect(plan.activities[0] > 29)
        #expect(abs(plan.deliveries[0] - plan.activities[0]) < 1e-6)
        // Each play of campaign 0 is worth 0.24 less its loss; campaign 1 offers 0.14 instead: the 31st is worth 0.025.
        #expect(plan.prices[0] > 0.015 && plan.prices[0] < 0.035)
        #expect(plan.campaignPrices[0][.delivery] == plan.prices[0])
        #expect(plan.campaignPrices[1][.delivery] == 0)
    }

    @Test("A sampled request keeps what could be promoted, with the loss the scorer holds it to or the least possible")
    func sampledRequests() throws {
        var random = SeededGenerator(seed: 61)
        let documents = Market.documents((0..<4).map { Market.campaign($0) })
        let scorer = Scorer(documents.unpricedSnapshot(at: Market.noon))
        for index in 0..<100 {
            let request = try Market.request(index, at: Market.noon, &random)
            let sampled = SampledRequest(request, by: scorer)
            let cheapest = SampledRequest(request, by: scorer, displacing: .cheapest)
            let slate = request.organicScores.sorted(by: >).prefix(4)
            #expect(sampled.slots == 2)
            #expect(abs(sampled.organicUtility - slate.reduce(0) { $0 + Double($1) }) < 1e-6)
            #expect(sampled.candidates.count == cheapest.candidates.count)
            for (dear, cheap) in zip(sampled.candidates, cheapest.candidates) {
                #expect(dear.listenerLoss >= cheap.listenerLoss && cheap.listenerLoss > 0)
                #expect(dear.campaignNumber == cheap.campaignNumber)
            }
        }
    }

    @Test("The sample keeps the latest requests, as many as fit")
    func ring() {
        var sample = RequestSample(capacity: 3)
        for index in 0..<5 { sample.add(request(utility: Double(index))) }
        #expect(sample.count == 3)
        #expect(Set(sample.all.map(\.organicUtility)) == [2, 3, 4])
    }
}
