import OasisLogFiles
import Testing

@Suite("Files of action probabilities")
struct ActionProbabilityFileTests {
    private func read(_ text: String, _ name: String = "") throws -> [Double] {
        let folder = try LogFolder()
        defer { folder.remove() }
        let path = try folder.write(text, to: "policy.json")
        return try ActionProbabilityFile.read(path + name, actionCount: 2, positionCount: 3)
    }

    private static let first = "[[0.7, 0.5, 0.25], [0.3, 0.5, 0.75]]"
    private static let second = "[[1, 1, 1], [0, 0, 0]]"

    @Test("A table is read position after position")
    func table() throws {
        #expect(try read(Self.first) == [0.7, 0.3, 0.5, 0.5, 0.25, 0.75])
    }

    @Test("Of several tables one is picked by name, whatever signs the name has")
    func names() throws {
        let several = "{\"men/bts\": \(Self.first), \"plain\": \(Self.second)}"
        #expect(try read(several, "#men/bts") == [0.7, 0.3, 0.5, 0.5, 0.25, 0.75])
        #expect(try read(several, "#plain") == [1, 0, 1, 0, 1, 0])
        #expect(try read("{\"only\": \(Self.second)}") == [1, 0, 1, 0, 1, 0])
    }

    @Test(
        "What is no such table is refused with the rule",
        arguments: [
            ("[[1, 1, 1]", "", "must be JSON"),
            ("[[1, 1, 1]]", "", "must have an entry for each of 2 actions"),
            ("[[1, 1, 1], [0, 0]]", "", "entry 1 must have a number for each of 3 positions"),
            ("[[1, 1, 1], [0, 0, \"0\"]]", "", "entry 1 must have a number for each of 3 positions"),
            ("[[1, 1, 1], 0]", "", "entry 1 must have a number for each of 3 positions"),
            ("3", "", "must be JSON"),
            ("{\"a\": 1, \"b\": 2}", "", "holds several tables; pick one, such as FILE#a: a, b"),
            ("{\"a\": 1, \"b\": 2}", "#c", "has no table \"c\", but a, b"),
            ("{\"a\": 1}", "#a", "must have an entry for each of 2 actions"),
            ("[]", "#a", "must hold tables by name to have one named \"a\""),
        ]
    )
    func refusals(text: String, name: String, rule: String) throws {
        let error = #expect(throws: InvalidTable.self) { try read(text, name) }
        #expect(error?.rule == rule)
        #expect(error?.file.hasSuffix("policy.json") == true)
    }

    @Test("A file that is not there is refused by its name")
    func missing() {
        let error = #expect(throws: InvalidTable.self) {
            try ActionProbabilityFile.read("/nowhere/policy.json#x", actionCount: 2, positionCount: 3)
        }
        #expect(error?.file == "/nowhere/policy.json")
    }
}
