import OasisLedger
import OasisMarket
import OasisPlanning
import Testing

@Suite("Units in flight")
struct ShowRateTests {
    @Test("Before anything is known every promotion counts as played")
    func certain() {
        #expect(ShowRate.certain.mean == 1)
        #expect(ShowRate.certain.surelyUnplayed(of: 1_000) == 0)
    }

    @Test("What is held to be unplayed is hardly ever played", arguments: [0.3, 0.7, 0.95])
    func bound(rate: Double) {
        var random = SeededGenerator(seed: 11)
        let shown = (0..<2_000).count { _ in random.uniform() < rate }
        let learned = ShowRate(shown: shown, released: 2_000 - shown)
        #expect(abs(learned.mean - rate) < 0.05)
        let unplayed = learned.surelyUnplayed(of: 200)
        #expect(unplayed <= Int(200 * (1 - rate)))
        if rate < 0.9 { #expect(unplayed > 0, "units that come back are the point") }
        let exceeded = (0..<5_000).count { _ in (0..<200).count { _ in random.uniform() < rate } > 200 - unplayed }
        #expect(exceeded <= 2)
    }

    @Test("A node may bet on its own units in flight, and on no more than it has")
    func grants() throws {
        let node = try Node(campaigns: [Market.campaign(0, cap: 100)])
        let number = try node.number(of: "c0")
        func wish(_ units: Int, unplayed: Int, by name: String = "node-1") throws -> Int {
            try
                node.ledger
                .grantLeases([
                    LeaseWish(
                        campaignNumber: number,
                        day: Market.day,
                        node: name,
                        units: units,
                        unplayedUnits: unplayed
                    )
                ])[0]?
                .granted ?? 0
        }
        #expect(try wish(100, unplayed: 0) == 100)
        #expect(try wish(10, unplayed: 0) == 0, "leases + confirmed ≤ cap")
        #expect(try wish(10, unplayed: 50, by: "node-2") == 0, "nobody bets on another's receipts")
        #expect(try wish(50, unplayed: 8) == 8)
        #expect(try node.ledger.outstandingUnits(node: "node-1", day: Market.day) == [number: 108])
        #expect(try wish(1_000, unplayed: 1_000) == 100, "a bet is at most what is outstanding: 100 + 108 − 108")
    }

    @Test("Units in flight count by their show rate in what is left of bounds")
    func committed() {
        let count = DayCount(
            deliveries: [Delivery(campaignNumber: 1, confirmed: 10, outstanding: 30, cap: 100)],
            heldUnits: { _ in 10 },
            tallies: [],
            loss: LossAccount(day: Market.day),
            showRate: ShowRate(shown: 490, released: 510)
        )
        #expect(abs(count.committed(1) - (10 + 20 * 0.5)) < 1e-9)
    }
}
