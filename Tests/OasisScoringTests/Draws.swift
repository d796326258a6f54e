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

    static func drawn(_ probabilities: [Double], at point: Double) -> [Int] {
        [Int](unsafeUninitializedCapacity: probabilities.count + 1) { memory, count in
            guard let first = memory.baseAddress else { return }
            count = probabilities.withUnsafeBufferPointer { SystematicSampling.draw($0, at: point, into: first) }
        }
    }
}
