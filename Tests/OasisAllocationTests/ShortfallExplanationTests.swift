import OasisAllocation
import Testing

@Suite("Why rows give way")
struct ShortfallExplanationTests {
    /// Ten requests of one slot; in each of them campaign 0 is worth 2 and campaign 1 is worth 1.
    private func market(requests: Int = 10, rows: [AllocationRow]) -> RandomMarket {
        var market = RandomMarket(seed: 1, requests: 0, campaigns: 2, families: [])
        market.requests = (0..<requests)
            .map { request in
                .init(
                    slots: 1,
                    weight: 1,
                    cell: request % 2,
                    candidates: [.init(campaign: 0, value: 2, loss: 0.5), .init(campaign: 1, value: 1, loss: 0.5)]
                )
            }
        market.rows = rows
        return market
    }

    private func explain(_ market: RandomMarket) throws -> [ShortfallExplanation] {
        let problem = try market.problem()
        let solution = try AllocationSolver.solve(problem)
        return solution.explanations(of: solution.shortfalls, in: problem)
    }

    private func promise(_ bound: Double, campaign: Int, penalty: Double) -> AllocationRow {
        AllocationRow(attribute: 0, scope: .campaign(campaign), sense: .atLeast, bound: bound, penalty: penalty)
    }

    @Test("A promise above the campaign's own cap is held back by the cap")
    func cap() throws {
        let cap = AllocationRow(attribute: 0, scope: .campaign(1), sense: .atMost, bound: 3)
        let explanation = try #require(try explain(market(rows: [promise(5, campaign: 1, penalty: 8), cap])).first)
        #expect(explanation.row == 0)
        #expect(explanation.reason == .rows)
        #expect(explanation.bindingRows.map(\.row) == [1])
        #expect(abs(explanation.amount - 2) < 0.01)
        #expect(explanation.attainable == 10)
        // Worth 1 and 8 of penalty for what would displace 2: the cap takes what is left.
        #expect(abs(try #require(explanation.bindingRows.first).charge - 7) < 0.05)
    }

    @Test("A promise is held back by the ceiling of a set that the campaign is in, and by no other set's")
    func ceiling() throws {
        var market = market(rows: [
            promise(8, campaign: 1, penalty: 8),
            AllocationRow(attribute: 0, scope: .set(0), sense: .atMost, bound: 4),
            AllocationRow(attribute: 0, scope: .set(1), sense: .atMost, bound: 3),
        ])
        market.sets = [[1], [0]]
        let explanation = try #require(try explain(market).first)
        #expect(explanation.bindingRows.map(\.row) == [1])
    }

    @Test("A promise is held back by the budget of the cell in which the campaign is offered")
    func budget() throws {
        var market = market(rows: [
            promise(5, campaign: 1, penalty: 8),
            AllocationRow(attribute: 1, scope: .cell(0), sense: .atMost, bound: 0.5),
            AllocationRow(attribute: 1, scope: .cell(1), sense: .atMost, bound: 0.5),
        ])
        // Campaign 1 is offered in cell 0 only.
        for request in market.requests.indices where market.requests[request].cell == 1 {
            market.requests[request].candidates.removeLast()
        }
        let explanation = try #require(try explain(market).first)
        #expect(explanation.bindingRows.map(\.row) == [1])
        #expect(explanation.reason == .rows)
    }

    @Test("A promise of more than there is says what there is")
    func supply() throws {
        let explanation = try #require(try explain(market(rows: [promise(25, campaign: 1, penalty: 8)])).first)
        #expect(explanation.reason == .supply)
        #expect(explanation.attainable == 10)
        #expect(explanation.bindingRows.isEmpty)
    }

    @Test("A promise whose penalty is small gives way to worthier candidates, and no row is blamed")
    func value() throws {
        let explanation = try #require(try explain(market(rows: [promise(5, campaign: 1, penalty: 0.25)])).first)
        #expect(explanation.reason == .value)
        #expect(explanation.bindingRows.isEmpty)
    }

    @Test("A soft ceiling is held back by the promise that breaks it")
    func softCeiling() throws {
        let explanation = try #require(
            try explain(
                market(rows: [
                    AllocationRow(attribute: 0, scope: .all, sense: .atMost, bound: 2, penalty: 3),
                    promise(6, campaign: 1, penalty: 9),
                ])
            )
            .first
        )
        #expect(explanation.row == 0)
        #expect(explanation.bindingRows.map(\.row) == [1])
        #expect(explanation.attainable == nil)
    }

    @Test("Activities are the sums that plain loops find", arguments: UInt64(0)..<4)
    func activities(seed: UInt64) throws {
        let problem = try RandomMarket(seed: seed, requests: 30, campaigns: 6, families: .everything).problem()
        let solution = try AllocationSolver.solve(problem)
        let reference = Reference(problem)
        let activity = AllocationActivity(problem, allocation: solution.allocation)
        for (row, sum) in zip(problem.rows, activity.rows) {
            #expect(abs(sum - reference.activity(row, solution.allocation)) < 1e-9)
        }
        for attribute in problem.attributes.indices {
            let all = AllocationRow(attribute: attribute, scope: .all, sense: .atMost, bound: 0)
            #expect(abs(activity.attributes[attribute] - reference.activity(all, solution.allocation)) < 1e-9)
        }
    }

    @Test("Charges are average prices that plain loops find", arguments: UInt64(0)..<4)
    func charges(seed: UInt64) throws {
        let problem = try RandomMarket(seed: seed, requests: 30, campaigns: 6, families: .everything).problem()
        let solution = try AllocationSolver.solve(problem)
        let reference = Reference(problem)
        for explanation in solution.explanations(of: solution.shortfalls, in: problem) {
            let held = problem.rows[explanation.row]
            let helping = (0..<problem.candidateCount)
                .filter {
                    var plain = held
                    plain.share = 0
                    return reference.coefficient(plain, $0) > 0
                }
            let magnitude = helping.reduce(0.0) { $0 + reference.weight($1) * reference.coefficient(held, $1) }
            for binding in explanation.bindingRows {
                let other = problem.rows[binding.row]
                let sum = helping.reduce(0.0) { $0 + reference.weight($1) * reference.coefficient(other, $1) }
                let charge = -held.sign * other.sign * binding.price * sum / magnitude
                #expect(abs(binding.charge - charge) < 1e-9)
                #expect(binding.price > 0)
            }
        }
    }
}
