import Foundation
import OasisLedger
import OasisMarket
import OasisPlanning
import OasisScoring
import Testing

@Suite("What survives a restart or a wrong clock")
struct RestartTests {
    private let later = Market.noon.advanced(bySeconds: 60)

    @Test("A restarted node keeps its prices until it has requests to solve over")
    func pricesStay() throws {
        // A cap of 20 for a whole afternoon has a price as soon as there is traffic to solve over.
        let node = try Node(campaigns: [Market.campaign(0, cap: 20)])
        _ = try node.engine.replan(at: Market.noon)
        var random = SeededGenerator(seed: 81)
        for index in 0..<300 {
            _ = node.engine.score(try Market.request(index, at: Market.noon, &random), at: Market.noon)
        }
        let plan = try node.engine.replan(at: Market.noon)
        #expect(plan.rows.contains { $0.price > 0 })
        let before = try prices(node)
        #expect(before != AttributeVector())

        try FileManager.default.removeItem(atPath: node.folder.path("snapshots/recent-requests.json"))
        try node.restart(at: later)
        _ = try node.engine.replan(at: later)
        #expect(try prices(node) == before)
    }

    @Test("A restarted node solves over the requests that it kept")
    func requestsStay() throws {
        let node = try Node(campaigns: [Market.campaign(0, cap: 20)])
        _ = try node.engine.replan(at: Market.noon)
        var random = SeededGenerator(seed: 83)
        for index in 0..<90 {
            _ = node.engine.score(try Market.request(index, at: Market.noon, &random), at: Market.noon)
        }
        let plan = try node.engine.replan(at: Market.noon)
        #expect(plan.sampledRequests > 0)
        try node.restart(at: later)
        #expect(try node.engine.replan(at: later).sampledRequests == plan.sampledRequests)
        try Data("{}".utf8).write(to: URL(filePath: node.folder.path("snapshots/recent-requests.json")))
        try node.restart(at: later)
        #expect(try node.engine.replan(at: later).sampledRequests == 0, "a damaged file is as good as none")
    }

    @Test("A clock that jumps ahead and comes back leaves the day's leases usable, and gives the other day's back")
    func clockAhead() throws {
        let node = try Node(campaigns: [Market.campaign(0, cap: 20)], now: Market.noon)
        _ = try node.engine.replan(at: Market.noon)
        try node.engine.refillLeases(at: Market.noon)
        let tomorrow = Market.noon.advanced(bySeconds: 86_400)
        for _ in 0..<3 { try node.engine.refillLeases(at: tomorrow) }
        #expect(try node.ledger.deliveries(day: Market.day).allSatisfy { $0.outstanding == 0 })
        try node.engine.refillLeases(at: later)
        #expect(try node.ledger.deliveries(day: Market.day).contains { $0.outstanding > 0 })
        #expect(try node.ledger.deliveries(day: tomorrow.day).allSatisfy { $0.outstanding == 0 })
        var random = SeededGenerator(seed: 87)
        let promoted = try (0..<50)
            .count { index in
                let request = try Market.request(index, at: later, opted: 1, &random)
                return !node.engine.score(request, at: later).promotions.isEmpty
            }
        #expect(promoted > 0, "the book is open")
    }

    @Test("A lost folder of snapshots does not bring back numbers that were given before")
    func numbers() throws {
        let node = try Node(campaigns: [Market.campaign(0, cap: 20)])
        for _ in 0..<3 { _ = try node.engine.replan(at: Market.noon) }
        #expect(node.engine.snapshotStatus?.number == 3)
        try node.restart(at: later)
        _ = try node.engine.replan(at: later)
        #expect(node.engine.snapshotStatus?.number == 4, "an orderly restart leaves no gap")
        for _ in 0..<2 {
            let last = try #require(node.engine.snapshotStatus?.number)
            try FileManager.default.removeItem(atPath: node.folder.path("snapshots"))
            try node.restart(at: later)
            _ = try node.engine.replan(at: later)
            #expect(try #require(node.engine.snapshotStatus?.number) > last)
        }
    }

    @Test("A cap taken away and put back holds: units of no lease are never held")
    func capTakenAway() throws {
        let node = try Node(campaigns: [Market.campaign(0, cap: 3)], now: Market.noon)
        _ = try node.engine.replan(at: Market.noon)
        try node.ledger.updateCampaign(
            Market.campaign(0),
            expectedRevision: nil,
            actor: "ann",
            at: Market.noon
        )
        // The snapshot still says that there is a cap; the ledger grants what is not counted.
        try node.engine.refillLeases(at: Market.noon)
        var random = SeededGenerator(seed: 82)
        for index in 0..<50 {
            let reply = node.engine.score(try Market.request(index, at: Market.noon, &random), at: Market.noon)
            #expect(reply.promotions.isEmpty)
        }
        try node.engine.close(at: Market.noon)
    }

    @Test("Stopping promotion holds from the next request on, without a plan")
    func stopAtOnce() throws {
        let node = try Node(campaigns: [Market.campaign(0)], now: Market.noon)
        _ = try node.engine.replan(at: Market.noon)
        var random = SeededGenerator(seed: 83)
        let request = try Market.request(1, at: Market.noon, &random)
        var policy = Market.policy
        policy.guardrails.isPromotionStopped = true
        node.engine.adopt(policy)
        #expect(node.engine.score(request, at: Market.noon).degradations == [.promotionStopped])
    }

    @Test("Names of cells that callers make up fill no memory")
    func madeUpCells() throws {
        let node = try Node(campaigns: [Market.campaign(0)], now: Market.noon)
        _ = try node.engine.replan(at: Market.noon)
        var refused = 0
        for index in 0..<(CellSupply.cellsMaximum + 200) {
            var random = SeededGenerator(seed: UInt64(index))
            var request = try Market.request(index, at: Market.noon, &random)
            request.cell.surface = SurfaceID(trusted: "surface-\(index)")
            if node.engine.score(request, at: Market.noon).degradations == [.tooManyCells] { refused += 1 }
        }
        #expect(refused > 100)
    }

    /// The only campaign's prices in the newest snapshot on disk.
    private func prices(_ node: Node) throws -> AttributeVector {
        let newest = try SnapshotStore(directory: node.folder.path("snapshots")).newest().snapshot
        return try #require(newest).prices(0)
    }
}
