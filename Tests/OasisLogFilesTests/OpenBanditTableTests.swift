import Foundation
import OasisLogFiles
import OasisMarket
import Testing

@Suite("The Open Bandit Dataset's files")
struct OpenBanditTableTests {
    @Test("A row says what was recommended where, when, with which probability, and whether it was clicked")
    func rows() throws {
        let folder = try LogFolder()
        defer { folder.remove() }
        try folder.writeLog(propensities: ["0.25", "1", "4.5e-05"])
        let table = try OpenBanditTable(directory: folder.directory.path)
        #expect(table.itemCount == 4)
        #expect(table.itemFamilies == ["family-0", "family-1", "family-0", "family-1"])
        #expect(table.rows.map(\.propensity) == [0.25, 1, 4.5e-05])
        #expect(table.rows.map(\.item) == [0, 1, 2])
        #expect(table.rows.map(\.position) == [1, 2, 3])
        #expect(table.rows.map(\.isClicked) == [false, true, false])
        #expect(table.rows[2].time == Timestamp("2019-11-24T00:02:00Z"))
        #expect(table.affinities == [0, 0, 1, 2, 0, 0, 1, 2, 0, 0, 1, 2])
    }

    @Test(
        "A propensity that is no probability is refused with its line",
        arguments: ["0", "-0.1", "1.01", "nan", "", "x"]
    )
    func badPropensity(text: String) throws {
        let folder = try LogFolder()
        defer { folder.remove() }
        try folder.writeLog(propensities: ["0.25", text])
        let error = #expect(throws: InvalidTable.self) { try OpenBanditTable(directory: folder.directory.path) }
        #expect(error?.line == 3)
        #expect(error?.rule.hasPrefix("propensity_score must be above 0 and at most 1") == true)
    }
}
