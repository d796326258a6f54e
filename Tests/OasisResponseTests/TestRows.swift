import OasisMarket
import OasisResponse

/// Rows of a small world with a known answer.
enum TestRows {
    /// A schema of two categorical features.
    static func encoder(hashBits: Int = 12) throws -> FeatureEncoder {
        FeatureEncoder(
            try FeatureSchema(
                features: [.init("song", .categorical), .init("cohort", .categorical)],
                hashBits: hashBits
            )
        )
    }

    /// Rows whose log-odds are a sum of effects of song and cohort, `strength` times drawn ones.
    static func draw(_ count: Int, strength: Double, rate: Double = 0.3, seed: UInt64) throws -> EncodedRows {
        let encoder = try encoder()
        var random = SeededGenerator(seed: seed)
        let effects = (0..<30).map { _ in strength * (2 * random.uniform() - 1) }
        var rows = EncodedRows()
        for _ in 0..<count {
            let (song, cohort) = (random.index(below: 20), random.index(below: 10))
            let margin = logit(rate) + effects[song] + effects[20 + cohort]
            let label: Float = random.uniform() < logistic(margin) ? 1 : 0
            encoder.encode(row(["song-\(song)", "cohort-\(cohort)"]), label: label, weight: 1, into: &rows)
        }
        return rows
    }

    /// A row of texts, one for each column.
    static func row(_ texts: [String]) -> FeatureRow {
        var row = FeatureRow()
        for text in texts {
            row.append(text)
            row.endColumn()
        }
        return row
    }
}
