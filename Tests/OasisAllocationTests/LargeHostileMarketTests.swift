import OasisAllocation
import Testing

/// The edges of `HostileMarketTests` again, in markets that are solved on a sample and on shortlists.
@Suite("Large markets at the edges")
struct LargeHostileMarketTests {
    /// Solves and checks the certificate by plain arithmetic.
    @discardableResult
    private func solve(
        _ market: LargeMarket,
        gap: Double = 1e-3,
        isOptimal: Bool = true
    ) throws -> AllocationSolution {
        try #require(market.value.count >= LargeMarket.fewestShortlisted)
        let problem = try market.problem()
        let solution = try AllocationSolver.solve(problem, options: SolverOptions(targetGap: gap))
        expectCertificateHolds(solution, Reference(problem))
        if isOptimal { #expect(solution.certificate.status == .optimal) }
        return solution
    }

    private func market(_ families: RandomMarket.Families = .everything) -> LargeMarket {
        LargeMarket(seed: 42, families: families)
    }

    @Test("No rows: the best k positive values are taken")
    func noRows() throws {
        var market = market([])
        market.rows = []
        let solution = try solve(market, gap: 1e-6)
        #expect(solution.certificate.feasibleValue > 0)
        #expect(solution.prices.isEmpty)
    }

    @Test("Caps of zero promote nothing, whatever is promised")
    func zeroCaps() throws {
        var market = market()
        for row in market.rows.indices where market.rows[row].sense == .atMost { market.rows[row].bound = 0 }
        let solution = try solve(market, isOptimal: false)
        // Rows with a penalty may be paid for, but every campaign has a hard cap.
        #expect(solution.allocation.allSatisfy { $0 == 0 })
    }

    @Test("Caps of zero on half of the campaigns leave the others alone")
    func someZeroCaps() throws {
        var market = market([])
        for row in market.rows.indices where row % 2 == 0 { market.rows[row].bound = 0 }
        let solution = try solve(market)
        var promoted = [Float](repeating: 0, count: market.campaignCount)
        for (candidate, share) in solution.allocation.enumerated() {
            promoted[Int(market.campaign[candidate])] += share
        }
        #expect(stride(from: 0, to: market.campaignCount, by: 2).allSatisfy { promoted[$0] == 0 })
        #expect(promoted.contains { $0 > 0 })
    }

    @Test("Requests without candidates or slots are passed over")
    func emptyRequests() throws {
        let full = market()
        var market = full
        market.offsets = [0]
        (market.campaign, market.value, market.loss) = ([], [], [])
        for request in market.slots.indices {
            let kept = request % 4 == 0 ? 0..<0 : full.candidates(request)
            market.campaign += full.campaign[kept]
            market.value += full.value[kept]
            market.loss += full.loss[kept]
            market.offsets.append(Int64(market.value.count))
            if request % 4 == 1 { market.slots[request] = 0 }
        }
        let solution = try solve(market)
        for request in stride(from: 1, to: market.slots.count, by: 4) {
            #expect(market.candidates(request).allSatisfy { solution.allocation[$0] == 0 })
        }
    }

    @Test("A campaign without candidates cannot keep its guarantee")
    func idleCampaign() throws {
        var market = market(.guarantees)
        market.campaignCount += 1
        let row = market.rows.count
        let idle = market.campaignCount - 1
        market.rows.append(.init(attribute: 0, scope: .campaign(idle), sense: .atLeast, bound: 5, penalty: 0.01))
        market.rows.append(.init(attribute: 0, scope: .campaign(idle), sense: .atMost, bound: 5))
        let solution = try solve(market)
        let missing = solution.shortfalls.first { $0.row == row }?.amount
        #expect(missing == 5)
    }

    @Test("All values equal")
    func ties() throws {
        var market = market()
        for candidate in market.value.indices { market.value[candidate] = 0.5 }
        try solve(market, gap: 1e-2)
    }

    @Test("Values of 1e-12 and 1e12 in one market", arguments: [RandomMarket.Families(), .everything])
    func valueRange(_ families: RandomMarket.Families) throws {
        var market = market(families)
        for request in market.slots.indices {
            for candidate in market.candidates(request) {
                market.value[candidate] *= request % 2 == 0 ? 1e-12 : 1e12
            }
        }
        try solve(market)
    }

    @Test("Negative values are not promoted without a reason")
    func negativeValues() throws {
        var market = market([])
        for candidate in market.value.indices where candidate % 2 == 0 { market.value[candidate] *= -1 }
        let solution = try solve(market)
        #expect(market.value.indices.allSatisfy { market.value[$0] > 0 || solution.allocation[$0] == 0 })
        for candidate in market.value.indices { market.value[candidate] = -abs(market.value[candidate]) }
        #expect(try solve(market).allocation.allSatisfy { $0 == 0 })
    }

    @Test("A single request with all candidates, many of the same campaign")
    func oneRequest() throws {
        for families in [RandomMarket.Families(), .everything] {
            var market = market(families)
            market.offsets = [0, Int64(market.value.count)]
            market.slots = [900]
            market.weight = [2]
            market.cell = [0]
            try solve(market)
        }
    }

    @Test("One slot in every request", arguments: [RandomMarket.Families(), .everything])
    func oneSlot(_ families: RandomMarket.Families) throws {
        try solve(LargeMarket(seed: 43, slots: 1...1, families: families))
    }

    @Test("More slots than candidates", arguments: [RandomMarket.Families(), .everything])
    func manySlots(_ families: RandomMarket.Families) throws {
        var market = market(families)
        for request in market.slots.indices { market.slots[request] = Int32.max }
        try solve(market)
    }

    @Test("Weights from a thousandth to a million", arguments: [RandomMarket.Families(), .everything])
    func weights(_ families: RandomMarket.Families) throws {
        var market = market(families)
        for request in market.slots.indices { market.weight[request] = [1e-3, 1, 1e3, 1e6][request % 4] }
        for row in market.rows.indices { market.rows[row].bound *= 1e5 }
        try solve(market)
    }

    @Test("Weights of zero make the requests count for nothing")
    func zeroWeights() throws {
        var market = market()
        for request in market.slots.indices where request % 2 == 0 { market.weight[request] = 0 }
        try solve(market)
        for request in market.slots.indices { market.weight[request] = 0 }
        let nothing = try solve(market, isOptimal: false)
        #expect(nothing.certificate.feasibleValue <= 0)
    }

    @Test("Floors that sum over one and guarantees beyond supply are paid for, and proven as well as others")
    func infeasible() throws {
        var market = market(.guarantees)
        let first = market.rows.count
        let cap = try #require(market.rows.first { $0.scope == .campaign(1) }).bound
        market.rows.append(.init(attribute: 0, scope: .campaign(1), sense: .atLeast, bound: cap + 50, penalty: 0.5))
        for set in 0..<2 {
            market.rows.append(
                .init(attribute: 0, scope: .set(set), sense: .atLeast, bound: 0, share: 0.8, penalty: 0.003)
            )
        }
        let solution = try solve(market)
        let broken = Set(solution.shortfalls.map(\.row))
        #expect(broken.contains(first))
        // Both floors cannot hold at once, unless nothing is promoted.
        #expect(broken.contains(first + 1) || broken.contains(first + 2))
        // No more of campaign 1 than its cap is possible, so one unit more of the promise costs its whole penalty.
        #expect(solution.prices[first] > 0.49)
        let reference = Reference(try market.problem())
        for shortfall in solution.shortfalls {
            let row = market.rows[shortfall.row]
            let activity = reference.activity(row, solution.allocation)
            let missing = row.sense == .atMost ? activity - row.bound : row.bound - activity
            #expect(abs(missing - shortfall.amount) <= 1e-9 * max(1, abs(row.bound)))
        }
    }

    @Test("Shares that sum over one, and ceilings that sum to less than one")
    func shares() throws {
        var loose = market([])
        var tight = loose
        for set in loose.sets.indices {
            loose.rows.append(.init(attribute: 0, scope: .set(set), sense: .atMost, bound: 0, share: 0.9))
            tight.rows.append(.init(attribute: 0, scope: .set(set), sense: .atMost, bound: 0, share: 0.2))
        }
        #expect(try solve(loose).certificate.feasibleValue > 0)
        // The sets divide all campaigns, and four times a fifth is less than everything: only nothing will do.
        let nothing = try solve(tight, isOptimal: false)
        #expect(nothing.allocation.allSatisfy { $0 == 0 } || nothing.certificate.feasibleValue < 1e-3)
        #expect(nothing.certificate.dualBound >= -1e-9)
    }

    @Test("Not a number and infinity are refused by column and element", arguments: [Float.nan, .infinity, -.infinity])
    func notNumbers(_ value: Float) throws {
        let sound = market()
        let element = 20_001
        let spoils: [(InvalidProblem.Part, Int, (inout LargeMarket) -> Void)] = [
            (.value, element, { $0.value[element] = value }),
            (.amount("listenerLoss"), element, { $0.loss[element] = value }),
            (.weight, 1100, { $0.weight[1100] = value }),
            (.rowBound, 7, { $0.rows[7].bound = Double(value) }),
        ]
        for (part, index, spoil) in spoils {
            var market = sound
            spoil(&market)
            let error = #expect(throws: InvalidProblem.self) { try market.problem() }
            #expect(error?.part == part)
            #expect(error?.index == index)
        }
    }
}
