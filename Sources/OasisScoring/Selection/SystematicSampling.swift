/// Draws a set with exactly the inclusion probabilities asked for.
///
/// Madow, "On the theory of systematic sampling" (1949): lay the probabilities end to end and pick every element that a
/// comb of spacing 1, shifted by a uniform point, falls into.
package enum SystematicSampling {
    /// Writes the indices drawn, rising, and says how many they are.
    ///
    /// - Parameters:
    ///   - probabilities: 0 to 1 each.
    ///   - point: uniform in [0, 1).
    ///   - drawn: room for the sum of the probabilities, rounded up, and one more.
    /// - Returns: how many were drawn.
    package static func draw(
        _ probabilities: UnsafeBufferPointer<Double>,
        at point: Double,
        into drawn: UnsafeMutablePointer<Int>
    ) -> Int {
        var count = 0
        var tooth = point
        var covered = 0.0
        for index in 0..<probabilities.count {
            let probability = probabilities[index]
            covered += probability
            // Rounding must not let a certain element slip between two teeth.
            if tooth < covered || (probability >= 1 && tooth < covered + 1e-9) {
                drawn[count] = index
                count &+= 1
                tooth += 1
            }
        }
        return count
    }
}
