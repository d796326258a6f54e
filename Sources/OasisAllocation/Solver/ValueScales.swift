/// Typical sizes, from which γ and price scales start.
struct ValueScales {
    /// Mean |value| of a candidate; from penalties when all values are 0.
    let value: Double
    /// Value per unit, for each attribute.
    let price: [Double]

    init(_ problem: AllocationProblem) {
        var sum = 0.0
        for value in problem.value.unsafeElements { sum += Double(abs(value)) }
        let count = Double(max(problem.candidateCount, 1))
        let amounts = problem.attributes.map { attribute in
            guard let amount = attribute.amount else { return 1.0 }
            var sum = 0.0
            for amount in amount.unsafeElements { sum += Double(abs(amount)) }
            return sum / count
        }
        var scale = sum / count
        if !(scale > 0) {
            scale = problem.rows.reduce(0.0) { largest, row in
                row.isHard ? largest : max(largest, row.penalty * amounts[row.attribute])
            }
        }
        value = scale > 0 ? scale : 1
        price = amounts.map { [value] in $0 > 0 ? value / $0 : value }
    }
}
