import OasisMarket
import OasisScoring
import Testing

@Suite("The slate without promotion")
struct OrganicSlateTests {
    /// Scores of one kind: some kinds repeat themselves, some are of both signs.
    private static func scores(_ kind: Int, _ count: Int, _ random: inout SeededGenerator) -> [Float] {
        (0..<count)
            .map { _ in
                switch kind {
                case 0: Float(random.uniform())
                case 1: Float(random.index(below: 4)) - 2
                case 2: Float(2e6 * random.uniform() - 1e6)
                case 3: [0, -0.0, .leastNonzeroMagnitude, -.leastNonzeroMagnitude][random.index(below: 4)]
                default: 0.5
                }
            }
    }

    @Test("Floor, displaced track, utility and quantile are what sorting says", arguments: 0..<5)
    func sorted(kind: Int) {
        var random = SeededGenerator(seed: UInt64(kind))
        for round in 0..<400 {
            let count = round < 100 ? round + 1 : 1 + random.index(below: 1_000)
            let scores = Self.scores(kind, count, &random)
            let falling = scores.sorted(by: >)
            let size = 1 + random.index(below: 100)
            let slots = 1 + random.index(below: size)
            let share = [0, 0.1, 0.5, 1, random.uniform()][round % 5]
            scores.withUnsafeBufferPointer { scores in
                let slate = OrganicSlate(scores: scores, size: size, slots: slots)
                #expect(slate.utility == falling.prefix(size).reduce(0) { $0 + Double($1) })
                #expect(slate.floor == (count > size ? falling[size - 1] : -.infinity))
                #expect(slate.displaced == (count > size ? falling[size - slots] : -.infinity))
                let rank = max(Int((share * Double(count)).rounded(.up)) - 1, 0)
                let expected = share > 0 ? falling[count - 1 - rank] : -.infinity
                #expect(OrganicSlate.quantile(share, of: scores) == expected)
            }
        }
    }
}
