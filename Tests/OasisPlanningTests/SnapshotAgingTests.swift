import OasisLedger
import OasisMarket
import OasisPlanning
import OasisScoring
import Testing

@Suite("A snapshot that ages")
struct SnapshotAgingTests {
    private let aging = SnapshotAging(freshSeconds: 60, frozenAfterSeconds: 900, expiredAfterSeconds: 2_900)

    @Test("It is fresh, then stale, then frozen, then expired, and each step begins where it is said to")
    func ladder() {
        #expect([-5, 0, 60].allSatisfy { aging.step(ageSeconds: $0) == .fresh })
        #expect([60.001, 900].allSatisfy { aging.step(ageSeconds: $0) == .stale })
        #expect(aging.step(ageSeconds: 1_400) == .frozen(capShare: 0.75))
        #expect(aging.step(ageSeconds: 2_900) == .frozen(capShare: 0))
        #expect(aging.step(ageSeconds: 2_900.001) == .expired)
        let usual = SnapshotAging()
        #expect((usual.freshSeconds, usual.frozenAfterSeconds, usual.expiredAfterSeconds) == (60, 900, 86_400))
    }

    @Test("The usable share of caps never rises with age, from all to nothing")
    func shrinking() {
        let shares = stride(from: 0.0, through: 3_000, by: 10).map { aging.capShare(ageSeconds: $0) }
        #expect(shares == shares.sorted(by: >) && shares.first == 1 && shares.last == 0)
        #expect(aging.capShare(ageSeconds: 1_900) == 0.5)
    }

    @Test("While plans fail, a cap shrinks with the age of the last plan that succeeded, and recovers with the next")
    func capsShrink() throws {
        var policy = Market.policy
        policy.guardrails.holdout = BasisPoints(0)
        let node = try Node(campaigns: [Market.campaign(0, cap: 100)], policy: policy, now: Market.noon) {
            $0.aging = SnapshotAging(freshSeconds: 60, frozenAfterSeconds: 900, expiredAfterSeconds: 2_900)
            $0.leaseUnitsMinimum = 1_000
        }
        _ = try node.engine.replan(at: Market.noon)
        func promised(after seconds: Double) throws -> Int {
            try node.engine.refillLeases(at: Market.noon.advanced(bySeconds: seconds))
            return try node.ledger.deliveries(day: Market.day).first?.outstanding ?? 0
        }
        // Three quarters of the way down from 900 to 2,900 s, a quarter of the cap is left.
        #expect(try promised(after: 2_400) == 25)
        #expect(try promised(after: 1_900) == 50)
        #expect(try promised(after: 2_800) == 50, "what is promised already is honoured")
        #expect(try promised(after: 3_000) == 50)
        _ = try node.engine.replan(at: Market.noon.advanced(bySeconds: 3_000))
        #expect(try promised(after: 3_000) == 100)
    }

    @Test("A plan that fails leaves the snapshot's age counting from the last that succeeded, and tells of the ledger")
    func failedPlan() throws {
        let node = try Node(campaigns: [Market.campaign(0)], now: Market.noon)
        _ = try node.engine.replan(at: Market.noon)
        try node.ledger.close()
        let later = Market.noon.advanced(bySeconds: 50)
        #expect(throws: LedgerError.self) { try node.engine.replan(at: later) }
        var random = SeededGenerator(seed: 3)
        func reply(after seconds: Double) throws -> ScoreReply {
            let now = Market.noon.advanced(bySeconds: seconds)
            return node.engine.score(try Market.request(1, at: now, &random), at: now)
        }
        #expect(try reply(after: 60).degradations == [.ledgerUnavailable])
        #expect(try reply(after: 61).degradations == [.staleSnapshot, .ledgerUnavailable])
        #expect(try reply(after: 901).degradations == [.frozenPrices, .ledgerUnavailable])
        #expect(try reply(after: 86_401).degradations == [.expiredSnapshot])
    }
}
