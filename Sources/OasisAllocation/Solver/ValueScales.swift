/// Typical sizes, from which γ and price scales start.
struct ValueScales {
    /// Mean |value| of a candidate; from penalties when all values are 0.
    let value: Double
    /// Largest |value| of a candidate.
    let largestValue: Double
    /// Value per unit, for each attribute.
    let price: [Double]
    /// From the smallest to the largest amount of a candidate, for each attribute.
    let amounts: [ClosedRange<Double>]

    init(_ problem: AllocationProblem) {
        var sum = 0.0
        var largest: Float = 0
        for value in problem.value.unsafeElements {
            sum += Double(abs(value))
            largest = max(largest, abs(value))
        }
        largestValue = Double(largest)
        let count = Double(max(problem.candidateCount, 1))
        var means: [Double] = []
        var ranges: [ClosedRange<Double>] = []
        for attribute in problem.attributes {
            var sum = attribute.amount == nil ? count : 0
            var range: ClosedRange<Float> = attribute.amount == nil ? 1...1 : 0...0
            if let amount = attribute.amount {
                for amount in amount.unsafeElements {
                    sum += Double(abs(amount))
                    range = min(range.lowerBound, amount)...max(range.upperBound, amount)
                }
            }
            means.append(sum / count)
            ranges.append(Double(range.lowerBound)...Double(range.upperBound))
        }
        amounts = ranges
        var scale = sum / count
        if !(scale > 0) {
            scale = problem.rows.reduce(0.0) { largest, row in
                row.isHard ? largest : max(largest, row.penalty * means[row.attribute])
            }
        }
        value = scale > 0 ? scale : 1
        price = means.map { [value] in $0 > 0 ? value / $0 : value }
    }
}
