import Foundation
import OasisLogFiles
import OasisMarket
import OasisModelFiles
import OasisResponse
import Testing

@Suite("Training tables")
struct TableTests {
    private static let schema = """
        {"hashBits": 12, "features": [
          {"name": "song", "form": "categorical"}, {"name": "genres", "form": "words"},
          {"name": "age", "form": "log"}, {"name": "named", "form": "sparse"},
          {"name": "bucket", "form": "buckets", "edges": [1, 10], "column": "age"},
          {"name": "song-bucket", "form": "cross", "of": ["song", "bucket"]}]}
        """

    private func encoder(_ folder: ModelFolder) throws -> FeatureEncoder {
        FeatureEncoder(try SchemaFile.read(try folder.write(Self.schema, to: "schema.json")))
    }

    @Test("A line of CSV is the row that serving would make of the same values")
    func parity() throws {
        let folder = try ModelFolder()
        defer { folder.remove() }
        let encoder = try encoder(folder)
        let path = try folder.write(
            "y,song,genres,age,named,extra\n1,\"a, \"\"b\"\"\",rock pop,12.5,x:2 y,7\n0,,,,,\n",
            to: "rows.csv"
        )
        let table = try TrainingTable(csv: path, layout: .init(label: "y"), encoder: encoder)
        #expect(table.rows.rowCount == 2)
        var row = FeatureRow()
        row.append("a, \"b\"")
        row.endColumn()
        row.append("rock")
        row.append("pop")
        row.endColumn()
        row.append(number: 12.5)
        row.endColumn()
        row.append(token: FeatureHash.token("x"), number: 2)
        row.append(token: FeatureHash.token("y"))
        row.endColumn()
        var served: [UInt32: Float] = [:]
        encoder.forEachEntry(of: row) { served[$0] = $1 }
        let first = table.rows.row(0)
        #expect(Dictionary(first.entries.map { ($0.slot, $0.value) }) { $1 } == served)
        #expect(first.label == 1 && table.rows.row(1).label == 0)
        #expect(table.rows.row(1).entries.count == 6, "a missing value is an entry for each feature")
        #expect(table.profile.columns.map(\.missing) == [1, 1, 1, 1])
    }

    @Test("Fields lie where the strict reader finds them, on tables of every kind of quoting")
    func scannerAgrees() throws {
        let folder = try ModelFolder()
        defer { folder.remove() }
        var random = SeededGenerator(seed: 1)
        let pieces = ["a", "bc", "", "\"q\"\"q\"", "\",\"", "\"two\nlines\"", "\"\"", "é"]
        var text = "one,two,three\n"
        for _ in 0..<500 {
            text += (0..<3).map { _ in pieces[random.index(below: pieces.count)] }.joined(separator: ",")
            text += random.uniform() < 0.3 ? "\r\n" : "\n"
        }
        let scanner = try FieldScanner(path: try folder.write(text, to: "quoted.csv"))
        var reader = try CommaSeparatedReader(Array(text.utf8), file: "quoted.csv")
        while let row = try reader.next() {
            #expect(try scanner.nextRow())
            #expect(scanner.fields.map { String(decoding: $0, as: UTF8.self) } == row.fields)
            #expect(scanner.line == row.line)
        }
        #expect(try !scanner.nextRow())
    }

    @Test("A bad table is refused with file, line and rule")
    func refusals() throws {
        let folder = try ModelFolder()
        defer { folder.remove() }
        let encoder = try encoder(folder)
        func refused(_ rows: String, weight: String? = nil, time: String? = nil) throws -> String? {
            let path = try folder.write("y,w,t,song,genres,age,named\n" + rows, to: "rows.csv")
            let layout = TrainingTable.Layout(label: "y", weight: weight, time: time)
            return refusal { _ = try TrainingTable(csv: path, layout: layout, encoder: encoder) }
        }
        #expect(try refused("1,1,1,a,b,2,c:1\n") == nil)
        #expect(try refused("2,1,1,a,b,2,c\n")?.contains("rows.csv:2: y must be 0 to 1") == true)
        #expect(try refused("1,1,1,a,b,x,c\n")?.contains("age must be a finite number") == true)
        #expect(try refused("1,1,1,a,b,2,c:nan\n")?.contains("named must be a finite number") == true)
        #expect(try refused("1,0,1,a,b,2,c\n", weight: "w")?.contains("w must be above 0") == true)
        #expect(
            try refused("1,1,5,a,b,2,c\n1,1,4,a,b,2,c\n", time: "t")?.contains("csv:3: t must not be before") == true
        )
        #expect(try refused("1,1,never,a,b,2,c\n", time: "t")?.contains("RFC 3339") == true)
        #expect(try refused("1,1,1,a,b,2\n")?.contains("must have 7 fields") == true)
        #expect(try refused("1,1,1,\"a,b,2,c\n")?.contains("close the quotes") == true)
        #expect(try refused("1,1,1,a\"b,b,2,c\n")?.contains("quotes inside quoted fields") == true)
        #expect(try refused("")?.contains("at least one row") == true)
        #expect(refusal { _ = try FieldScanner(path: folder.path + "/none") }?.contains("readable") == true)
    }

    @Test("A bad schema file is refused with its field")
    func schemaRefusals() throws {
        let folder = try ModelFolder()
        defer { folder.remove() }
        func refused(_ text: String) throws -> String? {
            let path = try folder.write(text, to: "schema.json")
            return refusal { _ = try SchemaFile.read(path) }
        }
        #expect(try refused(#"{"features":[{"name":"a","form":"categoric"}]}"#)?.contains("features[0].form") == true)
        #expect(try refused(#"{"features":[{"form":"log"}]}"#)?.contains("name") == true)
        #expect(try refused(#"{"features":[{"name":"a","form":"log","edges":[1]}]}"#)?.contains("edges") == true)
        #expect(try refused(#"{"features":"a"}"#)?.contains("features") == true)
        #expect(try refused("[")?.contains("JSON") == true)
    }
}

@Suite("Texts in Vowpal Wabbit's layout, and their cache")
struct VowpalTests {
    private let encoder: FeatureEncoder

    init() throws {
        encoder = FeatureEncoder(try FeatureSchema.namedNumbers(hashBits: 16))
    }

    private func read(_ text: String, _ folder: ModelFolder) throws -> EncodedRows {
        let source = try VowpalText(path: try folder.write(text, to: "rows.vw"), encoder: encoder)
        var rows = EncodedRows()
        try source.read(into: &rows, entries: .max)
        return rows
    }

    @Test("Labels, weights, tags, namespaces and numbers are read as the layout has them")
    func layout() throws {
        let folder = try ModelFolder()
        defer { folder.remove() }
        let rows = try read("1 |f a b:2\n\n-1 0.5 'tag|f a |g:3 a b:2e1\r\n0 |f\n1 2 tag| x\n", folder)
        #expect(rows.labelColumn == [1, 0, 0, 1] && rows.weightColumn == [1, 0.5, 1, 2])
        #expect(rows.row(0).entries.map(\.value) == [1, 2])
        let second = rows.row(1).entries
        #expect(second.map(\.value) == [1, 3, 60])
        #expect(second[0].slot == rows.row(0).entries[0].slot && second[0].slot != second[1].slot)
        #expect(rows.row(2).entries.isEmpty && rows.row(3).entries.count == 1)
        var row = FeatureRow()
        row.append(token: FeatureHash.pair(FeatureHash.token("b"), FeatureHash.token("f")), number: 2)
        row.endColumn()
        encoder.forEachEntry(of: row) { slot, value in
            #expect(slot == rows.row(0).entries[1].slot && value == 2, "serving makes the same entry")
        }
    }

    @Test("What the layout has not is refused with its line")
    func refusals() throws {
        let folder = try ModelFolder()
        defer { folder.remove() }
        func refused(_ text: String) -> String? { refusal { _ = try read(text, folder) } }
        #expect(refused("1 |f a\n2 |f a\n")?.contains("rows.vw:2: must have a label -1, 0 or 1") == true)
        #expect(refused("1 f a\n")?.contains("must start with a label") == true)
        #expect(refused("1 1\n")?.contains("must have |") == true)
        #expect(refused("1 0 |f a\n")?.contains("weight above 0") == true)
        #expect(refused("1 |f a:x\n")?.contains("number behind each colon") == true)
        #expect(refused("|f a\n")?.contains("label") == true)
        let many = (0...FeatureEncoder.entriesMaximum).map { " \($0)" }.joined()
        #expect(refused("1 |f\(many)\n")?.contains("at most") == true)
    }

    @Test("Lines of random signs are refused or read, never a crash")
    func randomLines() throws {
        let folder = try ModelFolder()
        defer { folder.remove() }
        let signs = Array("1-0.| :'ab\n\r\t5e".utf8)
        var random = SeededGenerator(seed: 6)
        var readCount = 0
        for _ in 0..<400 {
            let bytes = Array("1 |f a ".utf8) + (0..<12).map { _ in signs[random.index(below: signs.count)] }
            guard let rowCount = try? read(String(decoding: bytes, as: UTF8.self), folder).rowCount else { continue }
            readCount += 1
            #expect(rowCount > 0)
        }
        #expect((1..<400).contains(readCount))
    }

    @Test("Learning from a text, from text while caching and from the cache gives the same bits")
    func cache() throws {
        let folder = try ModelFolder()
        defer { folder.remove() }
        var random = SeededGenerator(seed: 3)
        let lines = (0..<30_000)
            .map { index in
                let song = random.index(below: 50)
                let label = random.uniform() < 0.2 + 0.01 * Double(song) ? 1 : -1
                let weight = index % 100 == 0 ? " 2" : ""
                return
                    "\(label)\(weight) |f song=\(song) hour=\(random.index(below: 24)) age:\(random.index(below: 9)) a b c\n"
            }
        let text = try folder.write(lines.joined(), to: "rows.vw")
        let cache = folder.path + "/rows.cache"
        func learned(_ source: OnlineTraining.Source, _ writer: TrainingCacheWriter? = nil) throws -> [Float] {
            var learner = FollowTheRegularizedLeader(slotCount: encoder.slotCount, rates: .init())
            #expect(try OnlineTraining.learn(&learner, from: source, cache: writer) == lines.count)
            return learner.weights + [Float(learner.bias), Float(learner.progress.loss)]
        }
        let plain = try learned(.vowpal(try VowpalText(path: text, encoder: encoder)))
        let writer = try TrainingCacheWriter(path: cache, encoder: encoder)
        #expect(try learned(.vowpal(try VowpalText(path: text, encoder: encoder)), writer) == plain)
        try writer.finish()
        #expect(try learned(.cache(try TrainingCacheReader(path: cache, encoder: encoder))) == plain)
        let other = FeatureEncoder(try FeatureSchema.namedNumbers(hashBits: 15))
        #expect(refusal { _ = try TrainingCacheReader(path: cache, encoder: other) }?.contains("schema") == true)
    }

    @Test("A damaged or shortened cache is refused wherever it is damaged")
    func damagedCache() throws {
        let folder = try ModelFolder()
        defer { folder.remove() }
        let rows = try read("1 2 |f a b:2\n-1 |f c d e\n", folder)
        let path = folder.path + "/rows.cache"
        let writer = try TrainingCacheWriter(path: path, encoder: encoder)
        writer.append(rows)
        try writer.finish()
        let bytes = [UInt8](try Data(contentsOf: URL(fileURLWithPath: path)))
        func refused(_ bytes: [UInt8]) throws -> Bool {
            try Data(bytes).write(to: URL(fileURLWithPath: path))
            return refusal {
                let reader = try TrainingCacheReader(path: path, encoder: encoder)
                var rows = EncodedRows()
                while !reader.isAtEnd { try reader.read(into: &rows) }
            } != nil
        }
        #expect(try !refused(bytes))
        for place in bytes.indices {
            var damaged = bytes
            damaged[place] ^= 0x41
            #expect(try refused(damaged), "byte \(place)")
        }
        for length in 1..<bytes.count where length != 16 {
            #expect(try refused(Array(bytes[..<length])), "\(length) bytes")
        }
    }
}
