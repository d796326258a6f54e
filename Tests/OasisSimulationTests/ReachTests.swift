import Foundation
import OasisLedger
import OasisMarket
import OasisPlanning
import OasisScoring
import OasisSimulation
import Testing

@Suite("Other ways to pace, at equal listener loss")
struct ReachTests {
    private func result(seed: UInt64, requests: Int, hasNoonShock: Bool = false) throws -> ReachDay.Result {
        var shape = MarketShape.small
        shape.requestsPerDay = requests
        let reach = ReachDay(shape: shape, seed: seed, day: SmallDay.day, hasNoonShock: hasNoonShock)
        let folder = try Folder()
        let ledger = try Ledger(path: folder.url.appending(path: "ledger.sqlite").path())
        try reach.register(in: ledger)
        let engine = try PromotionEngine(
            ledger: ledger,
            settings: EngineSettings(
                node: "test",
                snapshotDirectory: folder.url.appending(path: "snapshots").path(),
                receiptKeys: ReceiptKeys(current: ReceiptKey(id: 1, secret: Array(1...32))),
                sampleSize: 500,
                drawKey: seed
            ),
            usualDay: reach.usualDay,
            now: SmallDay.day.start
        )
        let result = try reach.run(engine, threads: 1)
        try ledger.close()
        return result
    }

    @Test("Oasis lies between greed and hindsight, above no cap, and baselines lose listeners as much as it does")
    func smallDay() throws {
        let result = try result(seed: 1, requests: 3_000)
        #expect(result.oasis.overspend == 0)
        #expect(result.baselines.map(\.name).count == 4)
        #expect(result.oasis.value < result.optimum && result.optimum < result.optimumWithoutExploration)
        let greedy = try #require(result.baselines.first { $0.name.hasPrefix("greedy") })
        #expect(result.oasis.value > greedy.value)
        for line in result.baselines {
            #expect(line.loss <= 1.15 * result.oasis.loss, "\(line.name) would buy its value from listeners")
        }
        #expect(result.offPlanCurve > 0 && result.offPlanCurve < 0.2)
        let summary = ReachSummary([result])
        #expect(summary.days == 1 && summary.lines.count == 5)
        #expect(summary.lines[0].ratio == result.oasis.value / result.optimum)
    }

    @Test("The noon shock changes traffic for three hours, and nothing before them")
    func noonShock() {
        let market = SyntheticMarket(shape: .small, seed: 1, day: SmallDay.day)
        let usual = market.traffic()
        let shock = TrafficChange.noonShock(of: market)
        let shocked = market.traffic(changes: [shock])
        func count(_ traffic: [TrafficRequest], _ hours: Range<Double>) -> Double {
            Double(traffic.count { hours.contains($0.time.secondOfDay / 3_600) })
        }
        let factor = count(shocked, 12..<15) / count(usual, 12..<15)
        #expect(abs(factor / shock.factor - 1) < 0.15)
        #expect(count(shocked, 0..<12) == count(usual, 0..<12) && count(shocked, 15..<24) == count(usual, 15..<24))
        #expect(shocked.map(\.index) == Array(shocked.indices))
    }

    @Test("A surface that goes dark sends nothing")
    func darkSurface() {
        let market = SyntheticMarket(shape: .small, seed: 1, day: SmallDay.day)
        let surface = market.shape.surfaces[0].id
        let (start, end) = (
            SmallDay.day.start.advanced(bySeconds: 50_000), SmallDay.day.start.advanced(bySeconds: 60_000)
        )
        let traffic = market.traffic(changes: [.init(start: start, end: end, factor: 0, surface: surface)])
        let within = traffic.filter { start <= $0.time && $0.time < end }
        #expect(!within.isEmpty && within.allSatisfy { $0.cell.surface != surface })
        #expect(traffic.contains { $0.cell.surface == surface })
    }
}
