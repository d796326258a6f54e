internal import OasisResponse

/// Times predicting candidates of 20 features each: columns of tokens and numbers in, a probability out.
///
/// Prints the best of several rounds, and the sum of all probabilities for `response-yardstick.c`, which does the same
/// over rows of tokens in C.
let featureCount = 20
let rowCount = 4_096
let rounds = 200
let features = (0..<featureCount).map { FeatureSchema.Feature("f\($0)", .categorical) }
let encoder = FeatureEncoder(try FeatureSchema(features: features, hashBits: 20))
let model = LinearModel(
    bias: -1,
    weights: (0..<encoder.slotCount).map { Float(($0 &* 2_654_435_761) % 1_000) / 10_000 - 0.05 }
)

var rows: [FeatureRow] = []
for index in 0..<rowCount {
    var row = FeatureRow()
    for feature in 0..<featureCount {
        row.append("value-\((index &* 7_919 &+ feature &* 104_729) % 5_000)")
        row.endColumn()
    }
    rows.append(row)
}

let texts = rows.indices.map { index in
    (0..<featureCount).map { feature in "value-\((index &* 7_919 &+ feature &* 104_729) % 5_000)" }
}

let clock = ContinuousClock()
func best(_ body: () -> Double) -> (nanoseconds: Double, sum: Double) {
    var (fastest, sum) = (Double.infinity, 0.0)
    for _ in 0..<rounds {
        let start = clock.now
        sum = body()
        fastest = min(fastest, (clock.now - start) / .nanoseconds(1) / Double(rowCount))
    }
    return (fastest, sum)
}

let fromTokens = best {
    var sum = 0.0
    for row in rows { sum += logistic(model.margin(of: row, encoder: encoder)) }
    return sum
}
let fromTexts = best {
    var sum = 0.0
    var row = FeatureRow()
    for values in texts {
        row.removeAll()
        for text in values {
            row.append(text)
            row.endColumn()
        }
        sum += logistic(model.margin(of: row, encoder: encoder))
    }
    return sum
}
print("tokens \(fromTokens.nanoseconds) ns, sum \(fromTokens.sum)")
print("texts \(fromTexts.nanoseconds) ns, sum \(fromTexts.sum)")
