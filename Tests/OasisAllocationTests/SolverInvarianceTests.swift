import OasisAllocation
import Testing

/// The same market, told in another way, has the same optimum; a looser one has no lower.
@Suite("What does not change what a market is worth")
struct SolverInvarianceTests {
    /// Markets small enough for any solver and large enough for sample and shortlists, solved once.
    struct Subject: Sendable {
        var market: LargeMarket
        var solution: AllocationSolution

        init(_ market: LargeMarket) throws {
            self.market = market
            solution = try Self.solve(market)
        }

        static func solve(_ market: LargeMarket) throws -> AllocationSolution {
            let problem = try market.problem()
            let solution = try AllocationSolver.solve(problem, options: SolverOptions(targetGap: 1e-3))
            expectCertificateHolds(solution, Reference(problem))
            return solution
        }

        static let all = Result {
            try (1...3).map { try Subject(small($0)) } + [Subject(LargeMarket(seed: 21, families: .everything))]
        }

        private static func small(_ seed: UInt64) -> LargeMarket {
            LargeMarket(seed: seed, requests: 40, candidates: 6, campaigns: 12, cells: 2, families: .everything)
        }
    }

    @Test("Raising a cap never lowers the optimum", arguments: 0..<4)
    func raisingACap(_ index: Int) throws {
        let subject = try Subject.all.get()[index]
        var market = subject.market
        for row in market.rows.indices where row % 3 == 0 && market.rows[row].sense == .atMost {
            market.rows[row].bound *= 1.5
        }
        let after = try Subject.solve(market).certificate
        #expect(after.dualBound >= subject.solution.certificate.feasibleValue)
        // And lowering them, to three eighths of what they were, never raises it.
        for row in market.rows.indices where row % 3 == 0 && market.rows[row].sense == .atMost {
            market.rows[row].bound *= 0.25
        }
        let tight = try Subject.solve(market).certificate
        #expect(subject.solution.certificate.dualBound >= tight.feasibleValue)
        #expect(after.dualBound >= tight.feasibleValue)
    }

    @Test("Values and penalties times a power of two: prices, bound and value times the same", arguments: 0..<4)
    func scalingByPowersOfTwo(_ index: Int) throws {
        let subject = try Subject.all.get()[index]
        let factor = index % 2 == 0 ? 0x1p10 : 0x1p-10
        var market = subject.market
        for candidate in market.value.indices { market.value[candidate] *= Float(factor) }
        for row in market.rows.indices { market.rows[row].penalty *= factor }
        let scaled = try Subject.solve(market)
        // Multiplying by a power of two rounds nothing, so the solve goes the same way to the last bit.
        #expect(scaled.prices == subject.solution.prices.map { $0 * factor })
        #expect(scaled.allocation == subject.solution.allocation)
        #expect(scaled.certificate.dualBound == subject.solution.certificate.dualBound * factor)
        #expect(scaled.certificate.feasibleValue == subject.solution.certificate.feasibleValue * factor)
        #expect(scaled.certificate.passes == subject.solution.certificate.passes)
    }

    @Test("Twice the weights and twice the bounds are worth twice as much", arguments: 0..<4)
    func doubling(_ index: Int) throws {
        let subject = try Subject.all.get()[index]
        var market = subject.market
        for request in market.weight.indices { market.weight[request] *= 2 }
        for row in market.rows.indices { market.rows[row].bound *= 2 }
        let doubled = try Subject.solve(market).certificate
        expectSameOptimum(doubled, subject.solution.certificate, factor: 2)
    }

    @Test("The order of requests changes nothing", arguments: 0..<4)
    func orderOfRequests(_ index: Int) throws {
        let subject = try Subject.all.get()[index]
        var random = RandomSource(seed: UInt64(index))
        let old = subject.market
        var market = old
        market.offsets = [0]
        (market.campaign, market.value, market.loss) = ([], [], [])
        for (place, request) in old.slots.indices.shuffled(using: &random).enumerated() {
            market.slots[place] = old.slots[request]
            market.weight[place] = old.weight[request]
            market.cell[place] = old.cell[request]
            market.campaign += old.campaign[old.candidates(request)]
            market.value += old.value[old.candidates(request)]
            market.loss += old.loss[old.candidates(request)]
            market.offsets.append(Int64(market.value.count))
        }
        expectSameOptimum(try Subject.solve(market).certificate, subject.solution.certificate)
    }

    @Test(
        "What campaigns, cells and sets are numbered, and in which order rows come, changes nothing",
        arguments: 0..<4
    )
    func numbering(_ index: Int) throws {
        let subject = try Subject.all.get()[index]
        var random = RandomSource(seed: UInt64(index))
        var market = subject.market
        let campaigns = (0..<market.campaignCount).shuffled(using: &random)
        let cells = (0..<market.cellCount).shuffled(using: &random)
        let sets = market.sets.indices.shuffled(using: &random)
        market.campaign = market.campaign.map { Int32(campaigns[Int($0)]) }
        market.cell = market.cell.map { Int32(cells[Int($0)]) }
        let members = market.sets
        for set in members.indices { market.sets[sets[set]] = members[set].map { Int32(campaigns[Int($0)]) } }
        market.rows = market.rows
            .map { row in
                var row = row
                switch row.scope {
                case .all: break
                case .campaign(let id): row.scope = .campaign(campaigns[id])
                case .set(let id): row.scope = .set(sets[id])
                case .cell(let id): row.scope = .cell(cells[id])
                }
                return row
            }
            .shuffled(using: &random)
        expectSameOptimum(try Subject.solve(market).certificate, subject.solution.certificate)
    }

    @Test("Rows that say nothing new change nothing", arguments: 0..<4)
    func redundantRows(_ index: Int) throws {
        let subject = try Subject.all.get()[index]
        var market = subject.market
        let supply = market.slots.indices.reduce(0.0) { $0 + Double(market.slots[$1]) * Double(market.weight[$1]) }
        let first = market.rows.count
        market.rows += [
            market.rows[0],
            .init(attribute: 0, scope: .all, sense: .atMost, bound: supply),
            .init(attribute: 0, scope: .set(0), sense: .atLeast, bound: 0, penalty: 1),
            .init(attribute: 0, scope: .cell(0), sense: .atMost, bound: 0, share: 1),
        ]
        let solution = try Subject.solve(market)
        expectSameOptimum(solution.certificate, subject.solution.certificate)
        #expect(solution.shortfalls.allSatisfy { $0.row < first })
    }

    private func expectSameOptimum(_ certificate: Certificate, _ other: Certificate, factor: Double = 1) {
        let slack = 1e-6 * max(abs(other.dualBound) * factor, 1e-9)
        #expect(certificate.dualBound >= other.feasibleValue * factor - slack)
        #expect(other.dualBound * factor >= certificate.feasibleValue - slack)
    }
}
