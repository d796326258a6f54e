import OasisMarket
import OasisScoring

/// The draw and its probabilities over arrays.
enum Draws {
    static func probabilities(
        netWorths: [Double],
        slots: Int,
        smoothing: Double,
        explorationShare: Double
    ) -> [Double] {
        var probabilities = [Double](repeating: 0, count: netWorths.count)
        netWorths.withUnsafeBufferPointer { worths in
            probabilities.withUnsafeMutableBufferPointer {
                InclusionProbabilities.fill(
                    $0,
                    netWorths: worths,
                    slots: slots,
                    smoothing: smoothing,
                    explorationShare: explorationShare
                )
            }
        }
        return probabilities
    }

    /// How often each element was drawn, at points that hash numbered requests as the scorer's draws do.
    static func counts(of probabilities: [Double], draws: Int, key: StableHash) -> [Int] {
        var counts = [Int](repeating: 0, count: probabilities.count)
        let drawn = UnsafeMutablePointer<Int>.allocate(capacity: probabilities.count + 1)
        defer { drawn.deallocate() }
        probabilities.withUnsafeBufferPointer { probabilities in
            for draw in 0..<draws {
                let point = key.hash(UInt64(draw)).unitFraction
                for place in 0..<SystematicSampling.draw(probabilities, at: point, into: drawn) {
                    counts[drawn[place]] += 1
                }
            }
        }
        return counts
    }

    static func drawn(_ probabilities: [Double], at point: Double) -> [Int] {
        [Int](unsafeUninitializedCapacity: probabilities.count + 1) { memory, count in
            guard let first = memory.baseAddress else { return }
            count = probabilities.withUnsafeBufferPointer { SystematicSampling.draw($0, at: point, into: first) }
        }
    }
}
