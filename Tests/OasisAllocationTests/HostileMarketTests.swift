import OasisAllocation
import Testing

@Suite("Markets at the edges")
struct HostileMarketTests {
    /// Solves and checks the certificate by plain arithmetic.
    @discardableResult
    private func solve(
        _ market: RandomMarket,
        gap: Double = 1e-3,
        isOptimal: Bool = true
    ) throws -> AllocationSolution {
        let problem = try market.problem()
        let solution = try AllocationSolver.solve(problem, options: SolverOptions(targetGap: gap))
        expectCertificateHolds(solution, Reference(problem))
        if isOptimal { #expect(solution.certificate.status == .optimal) }
        return solution
    }

    private func market(_ families: RandomMarket.Families = .everything, requests: Int = 30) -> RandomMarket {
        RandomMarket(seed: 42, requests: requests, campaigns: 5, families: families)
    }

    @Test("No requests at all")
    func nothing() throws {
        let solution = try solve(market([.guarantees], requests: 0), isOptimal: false)
        #expect(solution.allocation.isEmpty)
    }

    @Test("No rows: the best k positive values are taken")
    func noRows() throws {
        var market = market([])
        market.rows = []
        let solution = try solve(market, gap: 1e-6)
        #expect(abs(solution.certificate.feasibleValue / Reference(try market.problem()).dualBound([]) - 1) < 1e-6)
    }

    @Test("Caps of zero promote nothing")
    func zeroCaps() throws {
        var market = market([])
        for row in market.rows.indices { market.rows[row].bound = 0 }
        let solution = try solve(market, isOptimal: false)
        #expect(solution.allocation.allSatisfy { $0 == 0 })
        #expect(solution.certificate.dualBound <= 1e-3)
    }

    @Test("Zero bounds of cells, sets and guarantees")
    func zeroBounds() throws {
        var market = market()
        for row in market.rows.indices where row >= market.campaignCount { market.rows[row].bound = 0 }
        try solve(market, isOptimal: false)
    }

    @Test("Requests without candidates or slots are passed over")
    func emptyRequests() throws {
        var market = market()
        for request in stride(from: 0, to: 30, by: 3) { market.requests[request].candidates = [] }
        for request in stride(from: 1, to: 30, by: 3) { market.requests[request].slots = 0 }
        try solve(market)
    }

    @Test("A campaign without candidates")
    func idleCampaign() throws {
        var market = market()
        for request in market.requests.indices { market.requests[request].candidates.removeAll { $0.campaign == 0 } }
        let solution = try solve(market)
        let guarantee = market.rows.firstIndex { $0.scope == .campaign(0) && $0.sense == .atLeast }
        #expect(solution.shortfalls.contains { $0.row == guarantee })
    }

    @Test("All values equal")
    func ties() throws {
        var market = market()
        for request in market.requests.indices {
            for candidate in market.requests[request].candidates.indices {
                market.requests[request].candidates[candidate].value = 0.5
            }
        }
        try solve(market)
    }

    @Test("Negative values are not promoted without a reason")
    func negativeValues() throws {
        var market = market([])
        for request in market.requests.indices {
            for candidate in market.requests[request].candidates.indices {
                market.requests[request].candidates[candidate].value *= -1
            }
        }
        #expect(try solve(market).allocation.allSatisfy { $0 == 0 })
    }

    @Test("A single request")
    func oneRequest() throws {
        try solve(market(requests: 1), isOptimal: false)
    }

    @Test("More slots than candidates")
    func manySlots() throws {
        var market = market()
        for request in market.requests.indices { market.requests[request].slots = 1000 }
        try solve(market)
    }

    @Test("Weights from a thousandth to a million")
    func weights() throws {
        var market = market()
        for request in market.requests.indices {
            market.requests[request].weight = [1e-3, 1, 1e3, 1e6][request % 4]
        }
        for row in market.rows.indices { market.rows[row].bound *= 1e5 }
        try solve(market)
    }

    @Test("Values twenty-four orders of magnitude apart")
    func valueRange() throws {
        var market = market([])
        for request in market.requests.indices {
            for candidate in market.requests[request].candidates.indices {
                market.requests[request].candidates[candidate].value *= request % 2 == 0 ? 1e-12 : 1e12
            }
        }
        try solve(market)
    }

    @Test("Values of zero with guarantees that pay")
    func worthlessButGuaranteed() throws {
        var market = market([.guarantees])
        for request in market.requests.indices {
            for candidate in market.requests[request].candidates.indices {
                market.requests[request].candidates[candidate].value = 0
            }
        }
        let solution = try solve(market, isOptimal: false)
        #expect(solution.certificate.dualBound <= 1e-9)
    }

    @Test("Floors that sum over one and guarantees beyond supply are reported, at their penalty")
    func infeasible() throws {
        var market = market([.guarantees])
        market.rows.append(
            AllocationRow(attribute: 0, scope: .campaign(1), sense: .atLeast, bound: 1e6, penalty: 0.5)
        )
        for set in 0..<2 {
            market.rows.append(
                AllocationRow(attribute: 0, scope: .set(set), sense: .atLeast, bound: 0, share: 0.8, penalty: 0.3)
            )
        }
        let solution = try solve(market)
        let impossible = market.rows.count - 3
        #expect(solution.prices[impossible] > 0.49)
        #expect(solution.shortfalls.contains { $0.row == impossible })
    }

    @Test("Starting prices of the wrong length or not a number are refused")
    func startingPrices() throws {
        let problem = try market().problem()
        #expect(throws: InvalidProblem.self) {
            try AllocationSolver.solve(problem, options: SolverOptions(startingPrices: [1]))
        }
        var prices = [Double](repeating: 0, count: problem.rows.count)
        prices[3] = .nan
        let error = #expect(throws: InvalidProblem.self) {
            try AllocationSolver.solve(problem, options: SolverOptions(startingPrices: prices))
        }
        #expect(error?.part == .startingPrices && error?.index == 3)
    }

    @Test("Starting prices far off do no harm")
    func wildStart() throws {
        let problem = try market().problem()
        let solution = try AllocationSolver.solve(
            problem,
            options: SolverOptions(
                targetGap: 1e-3,
                startingPrices: [Double](repeating: 1e3, count: problem.rows.count)
            )
        )
        expectCertificateHolds(solution, Reference(problem))
        #expect(solution.certificate.status == .optimal)
    }
}
