import OasisMarket
import OasisResponse
import Testing

@Suite("Features")
struct FeatureTests {
    @Test("Every short number and every pair of lengths has a token of its own")
    func tokensDiffer() {
        let texts = (0..<20_000).map { "\($0)" } + ["", "a", "aa", "aaa", "aaaa", String(repeating: "a", count: 9)]
        #expect(Set(texts.map { FeatureHash.token($0) }).count == texts.count)
        #expect(
            FeatureHash.token(String(repeating: "x", count: 17)) != FeatureHash.token(String(repeating: "x", count: 18))
        )
    }

    @Test("Tokens of one feature fall into slots about as evenly as chance")
    func slotsAreSpread() throws {
        let encoder = try TestRows.encoder(hashBits: 16)
        var slots: Set<UInt32> = []
        for number in 0..<20_000 {
            encoder.forEachEntry(of: TestRows.row(["\(number)", "same"])) { slot, _ in slots.insert(slot) }
        }
        // 65,536 · (1 − e^(−20,000 / 65,536)) slots are hit in the mean, with a deviation below 60.
        #expect(abs(Double(slots.count) - 17_240) < 300)
    }

    @Test("The canonical JSON and its hash name everything that changes an encoding")
    func canonicalJSON() throws {
        let features: [FeatureSchema.Feature] = [
            .init("a\"b", .categorical), .init("age", .buckets([1, 2.5]), column: "days"),
            .init("both", .cross(["a\"b", "age"])),
        ]
        let schema = try FeatureSchema(features: features, hashBits: 10, seed: 3)
        #expect(
            schema.canonicalJSON
                == #"{"hashBits":10,"seed":3,"features":[{"name":"a\"b","form":"categorical"},"#
                + #"{"name":"age","form":"buckets","edges":[1.0,2.5],"column":"days"},"#
                + #"{"name":"both","form":"cross","of":["a\"b","age"]}]}"#
        )
        let other = try FeatureSchema(features: features, hashBits: 10, seed: 4)
        #expect(schema.hash != other.hash && schema.hash.count == 32)
    }

    @Test("A schema is refused with field and rule")
    func refusals() {
        func field(_ features: [FeatureSchema.Feature], hashBits: Int = 20) -> String? {
            do {
                _ = try FeatureSchema(features: features, hashBits: hashBits)
                return nil
            } catch {
                return error.field
            }
        }
        #expect(field([]) == "features")
        #expect(field([.init("a", .categorical)], hashBits: 25) == "hashBits")
        #expect(field([.init("a", .categorical), .init("a", .words, column: "b")]) == "features[1].name")
        #expect(field([.init("", .categorical)]) == "features[0].name")
        #expect(field([.init("a", .buckets([2, 1]))]) == "features[0].edges")
        #expect(field([.init("a", .buckets([.nan]))]) == "features[0].edges")
        #expect(field([.init("a", .categorical), .init("c", .cross(["a"]))]) == "features[1].of")
        #expect(
            field([.init("a", .numeric(.log)), .init("b", .categorical), .init("c", .cross(["a", "b"]))])
                == "features[2].of"
        )
        #expect(field([.init("a", .categorical), .init("n", .numeric(.log), column: "a")]) == "features[1].column")
        #expect(field([.init("a", .categorical), .init("b", .categorical, column: "a")]) == nil)
    }

    @Test("Each form makes the entries that it says")
    func forms() throws {
        let schema = try FeatureSchema(features: [
            .init("genres", .words), .init("age", .numeric(.log)), .init("score", .numeric(.logit)),
            .init("bucket", .buckets([1, 10]), column: "age"), .init("cross", .cross(["genres", "bucket"])),
        ])
        let encoder = FeatureEncoder(schema)
        #expect(encoder.columns.map(\.name) == ["genres", "age", "score"])
        func entries(_ genres: [String], _ age: Double, _ score: Double) -> [(slot: UInt32, value: Float)] {
            var row = FeatureRow()
            for genre in genres { row.append(genre) }
            row.endColumn()
            row.append(number: age)
            row.endColumn()
            row.append(number: score)
            row.endColumn()
            var entries: [(slot: UInt32, value: Float)] = []
            encoder.forEachEntry(of: row) { entries.append(($0, $1)) }
            return entries
        }
        let two = entries(["rock", "pop"], 9, 0.5)
        #expect(two.map(\.value) == [1, 1, Float(2.302585092994046), 0, 1, 1, 1])
        #expect(Set(two.map(\.slot)).count == 7)
        #expect(entries(["rock"], 9.9, 0.5)[3].slot == entries(["rock"], 1, 0.5)[3].slot, "one bucket")
        #expect(entries(["rock"], 10, 0.5)[3].slot != entries(["rock"], 9.9, 0.5)[3].slot, "an edge opens its bucket")
        #expect(entries(["rock"], -5, 2)[1].value == 0, "negative numbers have the logarithm of none")
        #expect(entries(["rock"], 1, 2)[2].value == entries(["rock"], 1, 1)[2].value, "probabilities are held")
        let none = entries([], .nan, .infinity)
        #expect(none.map(\.value) == [1, 1, 1, 1, 1], "what is missing is an entry of its own")
        #expect(none[1].slot != two[2].slot)
    }

    @Test("A row never has more than its maximum of entries")
    func entriesAreLimited() throws {
        let encoder = FeatureEncoder(
            try FeatureSchema(features: [
                .init("a", .words), .init("b", .words, column: "a"), .init("c", .cross(["a", "b"])),
            ])
        )
        var row = FeatureRow()
        for word in 0..<100 { row.append("\(word)") }
        row.endColumn()
        var count = 0
        encoder.forEachEntry(of: row) { _, _ in count += 1 }
        #expect(count == FeatureEncoder.entriesMaximum)
    }

    @Test("A row in training and the same row in serving have the same log-odds to the last bit")
    func parity() throws {
        let schema = try FeatureSchema(
            features: [
                .init("song", .categorical), .init("genres", .words), .init("age", .numeric(.log)),
                .init("score", .numeric(.logit)), .init("bucket", .buckets([3, 30]), column: "age"),
                .init("cross", .cross(["song", "genres", "bucket"])),
            ],
            hashBits: 10
        )
        let encoder = FeatureEncoder(schema)
        var random = SeededGenerator(seed: 9)
        let model = LinearModel(bias: 0.25, weights: (0..<encoder.slotCount).map { _ in Float(random.uniform()) })
        var rows = EncodedRows()
        var served: [Double] = []
        for _ in 0..<500 {
            var row = FeatureRow()
            if random.uniform() < 0.9 { row.append("song-\(random.index(below: 9))") }
            row.endColumn()
            for _ in 0..<random.index(below: 4) { row.append("genre-\(random.index(below: 9))") }
            row.endColumn()
            row.append(number: random.uniform() < 0.2 ? .nan : 100 * random.uniform())
            row.endColumn()
            row.append(number: random.uniform())
            row.endColumn()
            encoder.encode(row, label: 0, weight: 1, into: &rows)
            served.append(model.margin(of: row, encoder: FeatureEncoder(schema)))
        }
        #expect(model.margins(of: rows) == served)
    }
}
