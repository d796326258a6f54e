import OasisAllocation
import Testing

@Suite("The projection onto one request's slots")
struct SlotProjectionTests {
    private func select(_ reduced: [Float], _ slots: Int, _ smoothing: Float) -> (x: [Float], level: Float) {
        var selection = [Float](repeating: .nan, count: reduced.count)
        let level = reduced.withUnsafeBufferPointer { reduced in
            selection.withUnsafeMutableBufferPointer {
                SlotProjection.select(reduced: reduced, slots: slots, smoothing: smoothing, into: $0)
            }
        }
        return (selection, level)
    }

    @Test("No smoothing takes the best k positive values, the earlier among equals")
    func topK() {
        #expect(select([0.3, -1, 0.5, 0.3, 0.1], 2, 0).x == [1, 0, 1, 0, 0])
        #expect(select([0.3, -1, 0.2], 5, 0).x == [1, 0, 1])
        #expect(select([-0.3, -1, 0], 2, 0).x == [0, 0, 0])
        #expect(select([0.2, 0.2, 0.2], 2, 0).x == [1, 1, 0])
        #expect(select([1, 2], 0, 0).x == [0, 0])
        #expect(select([], 3, 0).x == [])
    }

    @Test("Without competition it clips u / γ")
    func clipped() {
        let (x, level) = select([0.5, 3, -1], 2, 1)
        #expect(x == [0.5, 1, 0] && level == 0)
    }

    @Test("Equal values share the slots equally")
    func equal() {
        for value in select([5, 5, 5, 5], 2, 1).x { #expect(abs(value - 0.5) < 1e-6) }
    }

    @Test("It maximises u·x − γ/2 x² over the box and the slots", arguments: UInt64(0)..<40)
    func optimality(seed: UInt64) {
        var random = RandomSource(seed: seed)
        let count = Int.random(in: 1...60, using: &random)
        let slots = Int.random(in: 1...20, using: &random)
        let smoothing = Float(random.uniform(0.001...2))
        let reduced = (0..<count).map { _ in Float(random.uniform(-1...1)) }
        let (x, level) = select(reduced, slots, smoothing)
        let sum = x.reduce(0.0) { $0 + Double($1) }
        #expect(sum <= Double(slots) + 1e-4)
        #expect(level >= 0)
        // The conditions of Karush, Kuhn and Tucker: the gradient u − γx meets one price τ, paid only for full slots.
        if level > 1e-5 { #expect(abs(sum - Double(slots)) < 1e-3) }
        for (u, share) in zip(reduced, x) {
            let gradient = u - smoothing * share - level
            if share > 0 && share < 1 { #expect(abs(gradient) < 1e-4) }
            if share == 0 { #expect(gradient < 1e-4) }
            if share == 1 { #expect(gradient > -1e-4) }
        }
    }
}
