import COasis
import COasisHeader
import OasisMarket
import Testing

@Suite("Hostile arguments through C")
struct HostileArgumentTests {
    private static let floats: [Float] = [
        .nan, .infinity, -.infinity, .greatestFiniteMagnitude, -.greatestFiniteMagnitude, .leastNonzeroMagnitude, 0,
        -0.0,
        1e6, -1e6, 1e30, -1e30, 0.5, 1,
    ]
    private static let integers: [Int64] = [.min, .max, -1, 0, 1, 2, 3, 1 << 31, 1 << 32, -(1 << 31), 7, 100]

    private struct Draw {
        var random: SeededGenerator

        init(_ seed: UInt64) { random = SeededGenerator(seed: seed) }

        mutating func happens(_ share: Double) -> Bool { random.uniform() < share }
        mutating func float() -> Float {
            HostileArgumentTests.floats[random.index(below: HostileArgumentTests.floats.count)]
        }
        mutating func integer() -> Int64 {
            HostileArgumentTests.integers[random.index(below: HostileArgumentTests.integers.count)]
        }
        mutating func place<Element>(_ array: [Element]) -> Int { random.index(below: array.count) }
    }

    @Test("Whatever numbers a market is made of, a solve ends with a status, and an answer with its proof")
    func solve() {
        var statuses: [oasis_status: Int] = [:]
        for seed in 0..<1_500 as Range<UInt64> {
            var draw = Draw(seed)
            let market = SmallMarket()
            for _ in 0..<(1 + draw.random.index(below: 3)) { Self.spoil(market, &draw) }
            var options = oasis_solve_options.defaults
            options.passes_maximum = 30
            options.is_integral = draw.happens(0.3) ? 1 : 0
            let answer = market.solve(options: options)
            statuses[answer.status, default: 0] += 1
            if answer.status == OASIS_OK {
                #expect(answer.allocation.allSatisfy { (0...1).contains($0) }, "seed \(seed)")
                #expect(answer.price.allSatisfy { $0 >= 0 && $0.isFinite }, "seed \(seed)")
            } else {
                #expect(answer.status == OASIS_REFUSED && !answer.field.isEmpty, "seed \(seed)")
            }
        }
        #expect((statuses[oasis_status(OASIS_OK)] ?? 0) > 50 && (statuses[oasis_status(OASIS_REFUSED)] ?? 0) > 50)
    }

    private static func spoil(_ market: SmallMarket, _ draw: inout Draw) {
        switch draw.random.index(below: 12) {
        case 0: market.value[draw.place(market.value)] = draw.float()
        case 1: market.loss[draw.place(market.loss)] = draw.float()
        case 2: market.weight[draw.place(market.weight)] = draw.float()
        case 3: market.offsets[draw.place(market.offsets)] = draw.integer()
        case 4: market.slots[draw.place(market.slots)] = Int32(truncatingIfNeeded: draw.integer())
        case 5: market.cell[draw.place(market.cell)] = Int32(truncatingIfNeeded: draw.integer())
        case 6: market.campaign[draw.place(market.campaign)] = Int32(truncatingIfNeeded: draw.integer())
        case 7: market.rowScope[draw.place(market.rowScope)] = Int32(truncatingIfNeeded: draw.integer())
        case 8: market.rowBound[draw.place(market.rowBound)] = Double(draw.float())
        case 9: market.rowShare[draw.place(market.rowShare)] = Double(draw.float())
        case 10: market.rowPenalty[draw.place(market.rowPenalty)] = Double(draw.float())
        default: market.setOffsets[draw.place(market.setOffsets)] = draw.integer()
        }
    }

    @Test("Whatever numbers a request is made of, a score ends with a status, and a reply with boosts that can be")
    func score() throws {
        let fixture = try SnapshotFixture(holdout: 0)
        defer { withExtendedLifetime(fixture) {} }
        var statuses: [oasis_status: Int] = [:]
        for seed in 0..<3_000 as Range<UInt64> {
            var draw = Draw(seed)
            let arrays = RequestArrays(seed: seed)
            arrays.usesHashes = draw.happens(0.3)
            if draw.happens(0.3) { arrays.organic[draw.place(arrays.organic)] = draw.float() }
            if draw.happens(0.3) { arrays.time = Timestamp(milliseconds: draw.integer()) }
            if draw.happens(0.3) { arrays.slateSize = Int32(truncatingIfNeeded: draw.integer()) }
            if draw.happens(0.3) { arrays.slots = Int32(truncatingIfNeeded: draw.integer()) }
            if draw.happens(0.2) { arrays.lease = (0..<30).map { _ in draw.integer() } }
            if draw.happens(0.2) { arrays.tracks[draw.place(arrays.tracks)] = draw.happens(0.5) ? "" : "\u{0}" }
            let answer = ScoredArrays(arrays, by: fixture.handle, keys: fixture.keys) { request, _ in
                if draw.happens(0.1) { request.stale_after_seconds = Double(draw.float()) }
                if draw.happens(0.1) { request.expired_after_seconds = Double(draw.float()) }
                // Never more than there are.
                if draw.happens(0.1) { request.candidate_count = UInt64(draw.random.index(below: 41)) }
                if draw.happens(0.05) { request.track_names.length = UInt64(draw.random.index(below: 60)) }
            }
            statuses[answer.status, default: 0] += 1
            if answer.status == OASIS_OK {
                #expect(answer.boost.prefix(answer.count).allSatisfy { $0 > 0 && $0.isFinite }, "seed \(seed)")
                #expect(answer.propensity.prefix(answer.count).allSatisfy { (0...1).contains($0) }, "seed \(seed)")
            } else {
                #expect([OASIS_REFUSED, OASIS_BAD_ARGUMENT].contains(Int(answer.status)), "seed \(seed)")
                #expect(!answer.field.isEmpty, "seed \(seed)")
            }
        }
        #expect((statuses[oasis_status(OASIS_OK)] ?? 0) > 100 && (statuses[oasis_status(OASIS_REFUSED)] ?? 0) > 100)
    }
}
