import Foundation
import OasisLedger
import OasisMarket
import OasisPlanning
import OasisScoring
import Testing

/// Nodes that score apart from one planner.
private struct Apart {
    let planner: Node
    let nodes: [ScoringNode]

    /// A planner with one capped campaign, planned at noon, and nodes that have its snapshot.
    init(cap: Int, nodes count: Int) throws {
        planner = try Node(campaigns: [Market.campaign(0, cap: cap)], now: Market.noon)
        _ = try planner.engine.replan(at: Market.noon)
        let bytes = try #require(try planner.engine.snapshotBytes())
        nodes = try (0..<count)
            .map { index in
                let node = Self.node("node-\(index)/1")
                try node.adopt(snapshot: bytes)
                return node
            }
    }

    static func node(_ name: String) -> ScoringNode {
        let settings = EngineSettings(node: name, snapshotDirectory: "", receiptKeys: Market.keys, drawKey: 5)
        return ScoringNode(settings: settings, now: Market.noon)
    }

    var campaign: Int64 {
        get throws { try planner.number(of: "c0") }
    }

    func units(of node: ScoringNode) throws -> Int { node.units(of: try campaign, at: Market.noon) }

    func delivery() throws -> Delivery {
        try #require(try planner.ledger.deliveries(day: Market.day).first)
    }
}

@Suite("Scoring apart from the planner")
struct ScoringNodeTests {
    @Test("A node without a snapshot says so; with one it promotes against the units that it was granted, and no more")
    func unitsAreKept() throws {
        let apart = try Apart(cap: 3, nodes: 1)
        var random = SeededGenerator(seed: 1)
        let bare = Apart.node("bare/1").score(try Market.request(0, at: Market.noon, &random), at: Market.noon)
        #expect(bare.degradations == [.noSnapshot])

        let node = apart.nodes[0]
        node.accept(try apart.planner.engine.answer(node.report(at: Market.noon), at: Market.noon))
        #expect(try apart.units(of: node) == 3)
        var promoted = 0
        for index in 0..<200 {
            let reply = node.score(try Market.request(index, at: Market.noon, &random), at: Market.noon)
            promoted += reply.promotions.count
            for promotion in reply.promotions {
                let receipt = try Receipt.verify(promotion.receipt, with: Market.keys)
                #expect(try apart.planner.ledger.lease(receipt.lease)?.node == "node-0/1")
            }
        }
        #expect(promoted == 3)
    }

    @Test("Nodes share a cap: what all of them hold is at most the cap")
    func capIsShared() throws {
        let apart = try Apart(cap: 10, nodes: 4)
        for node in apart.nodes {
            node.accept(try apart.planner.engine.answer(node.report(at: Market.noon), at: Market.noon))
        }
        #expect(try apart.nodes.reduce(0) { $0 + (try apart.units(of: $1)) } == 10)
        #expect(try apart.delivery().outstanding == 10)
    }

    @Test("A report that is sent again is granted once, and a grant that comes again is taken once")
    func repeats() throws {
        let apart = try Apart(cap: 100, nodes: 1)
        let node = apart.nodes[0]
        let report = node.report(at: Market.noon)
        #expect(node.report(at: Market.noon) == report, "an unanswered report is the one to send")
        let grant = try apart.planner.engine.answer(report, at: Market.noon)
        #expect(try apart.planner.engine.answer(report, at: Market.noon) == grant)
        for _ in 0..<3 { node.accept(grant) }
        #expect(try apart.units(of: node) == grant.leases.reduce(0) { $0 + $1.outstanding })
        #expect(try apart.delivery().outstanding == apart.units(of: node))
        #expect(node.report(at: Market.noon).number == report.number + 1)
    }

    @Test("A node that starts again inherits nothing, and what it held stays promised")
    func newStart() throws {
        let apart = try Apart(cap: 100, nodes: 1)
        let grant = try apart.planner.engine.answer(apart.nodes[0].report(at: Market.noon), at: Market.noon)
        let again = Apart.node("node-0/2")
        _ = again.report(at: Market.noon)
        again.accept(grant)
        #expect(try apart.units(of: again) == 0)
        #expect(try apart.delivery().outstanding == grant.leases.reduce(0) { $0 + $1.outstanding })
    }

    @Test("A clock that is off by a day gets no units, and takes none of its own into another day")
    func wrongDay() throws {
        let apart = try Apart(cap: 100, nodes: 1)
        let node = apart.nodes[0]
        node.accept(try apart.planner.engine.answer(node.report(at: Market.noon), at: Market.noon))
        #expect(try apart.units(of: node) > 0)
        let tomorrow = Market.noon.advanced(bySeconds: 86_400)
        let grant = try apart.planner.engine.answer(node.report(at: tomorrow), at: Market.noon)
        #expect(grant.leases.isEmpty)
        node.accept(grant)
        #expect(node.units(of: try apart.campaign, at: tomorrow) == 0)
        #expect(try apart.units(of: node) == 0, "the book was turned to the other day and back")
    }

    @Test("A damaged snapshot and an older one change nothing")
    func snapshots() throws {
        let apart = try Apart(cap: 10, nodes: 1)
        let node = apart.nodes[0]
        let first = try #require(try apart.planner.engine.snapshotBytes())
        _ = try apart.planner.engine.replan(at: Market.noon.advanced(bySeconds: 60))
        let second = try #require(try apart.planner.engine.snapshotBytes())
        var damaged = second
        damaged[damaged.count / 2] ^= 1
        #expect(throws: SnapshotFile.Fault.self) { try node.adopt(snapshot: damaged) }
        #expect(throws: SnapshotFile.Fault.self) { try node.adopt(snapshot: Array(second.prefix(second.count / 2))) }
        #expect(node.snapshotNumber == 1)
        #expect(try node.adopt(snapshot: second))
        #expect(try !node.adopt(snapshot: first))
        #expect(node.snapshotNumber == 2)
    }

    @Test("A snapshot file that was cut short keeps its number to itself after a restart")
    func damagedFile() throws {
        let node = try Node(campaigns: [Market.campaign(0)], now: Market.noon)
        for _ in 0..<3 { _ = try node.engine.replan(at: Market.noon) }
        let folder = node.folder.url.appending(path: "snapshots")
        let newest = try #require(
            try FileManager.default.contentsOfDirectory(atPath: folder.path()).filter { $0.hasSuffix(".oasis") }.max()
        )
        // Replaced, not cut: the engine that still runs has the file mapped.
        let half = try Data(contentsOf: folder.appending(path: newest)).prefix(100)
        try FileManager.default.removeItem(at: folder.appending(path: newest))
        try half.write(to: folder.appending(path: newest))
        try node.restart(at: Market.noon)
        #expect(node.engine.snapshotStatus?.number == 2)
        _ = try node.engine.replan(at: Market.noon)
        #expect(node.engine.snapshotStatus?.number == 4)
    }

    @Test("What nodes saw reaches the planner's sample once, however often it is reported")
    func reportsAreCountedOnce() throws {
        let apart = try Apart(cap: 10, nodes: 1)
        let node = apart.nodes[0]
        var random = SeededGenerator(seed: 2)
        for index in 0..<40 { _ = node.score(try Market.request(index, at: Market.noon, &random), at: Market.noon) }
        let report = node.report(at: Market.noon)
        #expect(report.seen.reduce(0) { $0 + $1.requests } == report.sample.count)
        for _ in 0..<3 { _ = try apart.planner.engine.answer(report, at: Market.noon) }
        let plan = try apart.planner.engine.replan(at: Market.noon.advanced(bySeconds: 60))
        #expect(plan.sampledRequests == report.sample.count && plan.sampledRequests > 0)
    }
}
