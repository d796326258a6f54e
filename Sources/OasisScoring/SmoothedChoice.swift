/// The program's answer for one request at given prices.
enum SmoothedChoice {
    /// argmax u·x − γ/2‖x‖² over 0 ≤ x ≤ 1, Σx ≤ slots, which is clip((u − τ)/γ, 0, 1) with the least τ ≥ 0 that fits.
    static func maximiser(of worths: [Double], slots: Int, smoothing: Double) -> [Double] {
        guard smoothing > 0 else { return best(of: worths, slots: slots) }
        func filled(_ threshold: Double) -> Double {
            worths.reduce(0) { $0 + min(max(($1 - threshold) / smoothing, 0), 1) }
        }
        var threshold = 0.0
        if filled(0) > Double(slots) {
            // The sum falls from the top worth − γ (all that fits) to 0 at the top worth: bisect to the last bit.
            var low = 0.0
            var high = worths.max() ?? 0
            while true {
                let middle = low + (high - low) / 2
                guard middle > low, middle < high else { break }
                if filled(middle) > Double(slots) { low = middle } else { high = middle }
            }
            threshold = high
        }
        return worths.map { min(max(($0 - threshold) / smoothing, 0), 1) }
    }

    private static func best(of worths: [Double], slots: Int) -> [Double] {
        var chosen = [Double](repeating: 0, count: worths.count)
        let order = worths.indices.filter { worths[$0] > 0 }.sorted { (worths[$0], $1) > (worths[$1], $0) }
        for index in order.prefix(slots) { chosen[index] = 1 }
        return chosen
    }
}
