import OasisLogFiles
import Testing

@Suite("The reader of comma-separated values")
struct CommaSeparatedReaderTests {
    private func rows(_ text: String) throws -> [[String]] {
        var reader = try CommaSeparatedReader(Array(text.utf8), file: "t.csv")
        var rows = [reader.header]
        while let row = try reader.next() { rows.append(row.fields) }
        return rows
    }

    private func fault(_ text: String) -> InvalidTable? {
        #expect(throws: InvalidTable.self) { try rows(text) }
    }

    @Test("Plain rows, with either line end and with or without the last one")
    func plain() throws {
        #expect(try rows("a,b\n1,2\n") == [["a", "b"], ["1", "2"]])
        #expect(try rows("a,b\r\n1,\r\n,2") == [["a", "b"], ["1", ""], ["", "2"]])
        #expect(try rows("a\n") == [["a"]])
    }

    @Test("Quoted fields hold commas, doubled quotes and line breaks")
    func quoted() throws {
        #expect(try rows("a,b\n\"1,\"\"x\"\"\n2\",\"\"\n") == [["a", "b"], ["1,\"x\"\n2", ""]])
    }

    @Test("Lines are counted through quoted line breaks")
    func lines() throws {
        var reader = try CommaSeparatedReader(Array("a\n\"x\ny\"\nz\n".utf8), file: "t.csv")
        #expect(try reader.next()?.line == 2)
        #expect(try reader.next()?.line == 4)
    }

    @Test(
        "Malformed text is refused with its line",
        arguments: [
            ("", 1), ("a,a\n", 1), ("a,b\n1\n", 2), ("a,b\n1,2\n1,2,3\n", 3), ("a\n\"x\n", 2), ("a\nx\"y\n", 2),
            ("a\n\"x\"y\n", 2), ("a\nx\ry\n", 2),
        ]
    )
    func malformed(text: String, line: Int) {
        #expect(fault(text)?.line == line)
    }

    @Test("Bytes that are not UTF-8 are refused")
    func notUnicode() throws {
        var reader = try CommaSeparatedReader([0x61, 0x0a, 0xff, 0x0a], file: "t.csv")
        #expect(throws: InvalidTable(file: "t.csv", line: 2, rule: "must be UTF-8")) { try reader.next() }
    }

    @Test("A refusal names file, line and rule in one line")
    func description() {
        #expect(fault("a,b\n1\n")?.description == "t.csv:2: must have 2 fields like the header, but has 1")
    }
}
