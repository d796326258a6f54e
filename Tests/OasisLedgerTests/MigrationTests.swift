import Foundation
import GRDB
import OasisLedger
import OasisMarket
import Testing

/// Every released shape of the file becomes the present one with everything in it.
@Suite("Migrations")
struct MigrationTests {
    /// A file as `Schemas/NAME.sql` says that an earlier version left it.
    private static func file(_ name: String, in fixture: Fixture) throws -> String {
        let script = try #require(Bundle.module.url(forResource: name, withExtension: "sql", subdirectory: "Schemas"))
        let path = fixture.folder.appending(path: "\(name).sqlite").path()
        let file = try DatabaseQueue(path: path)
        let sql = try String(contentsOf: script, encoding: .utf8)
        try file.writeWithoutTransaction { try $0.execute(sql: sql) }
        try file.close()
        return path
    }

    @Test(
        "A ledger of an earlier schema keeps its counts, documents, history and leases",
        arguments: ["v1", "v2-ghosts"]
    )
    func migrates(schema: String) throws {
        let fixture = try Fixture()
        let path = try Self.file(schema, in: fixture)
        let ledger = try Ledger(path: path)
        defer { try? ledger.close() }
        #expect(try ledger.eventCount() == 9)
        #expect(try ledger.verify() == [])
        let line = try ledger.statement(from: today.from, to: today.to, by: [], now: soon).total
        let counts = [line.delivered, line.streams, line.saves, line.newListeners, line.contextStreams]
        #expect(counts.allSatisfy { $0 == 1 })
        #expect(line.commission == Money(micros: 2_400, currency: "EUR"))
        let reasons = try ledger.unattributed(from: today.from, to: today.to).map(\.reason)
        #expect(reasons == ["receipt-forged"])
        let actors = try ledger.history(of: try CampaignID("c1")).map(\.actor)
        #expect(actors == ["ann", "bob"])
        #expect(try ledger.currentPolicy()?.document == Fixture.policy())
        #expect(try ledger.lease(1)?.outstanding == 2)
        #expect(try ledger.value(of: "key") == "text")
        #expect(try ledger.nextEpoch(node: "n") == 2)
        #expect(try ledger.ghosts(day: Fixture.day).isEmpty)
    }

    @Test("Events of an earlier schema are recognised, and new ones count", arguments: ["v1", "v2-ghosts"])
    func recognises(schema: String) throws {
        let fixture = try Fixture()
        let ledger = try Ledger(path: try Self.file(schema, in: fixture))
        defer { try? ledger.close() }
        let receipt = Fixture.receipt(1, campaign: 2, lease: 1)
        let repeats = [
            Fixture.promoted(.shown, id: "0f8fad5b-d9cb-469f-a165-70867728950e", receipt),
            Fixture.promoted(.streamed, id: "p2", receipt, played: 31_000),
            Fixture.organic(.shown, id: "o1", track: "t1", listener: 9),
        ]
        #expect(try ledger.record(repeats, at: soon) == [.duplicate, .duplicate, .duplicate])
        #expect(try ledger.record([Fixture.organic(.shown, id: "new")], at: soon) == [.recorded])
        #expect(try ledger.record([Fixture.promoted(.shown, id: "x", receipt)], at: soon) == [.duplicateReceipt])
        #expect(try ledger.verify() == [])
    }

    @Test("A ledger of an earlier schema is not read as it is, and stays as it is")
    func readingOlder() throws {
        let fixture = try Fixture()
        let path = try Self.file("v1", in: fixture)
        let before = try Data(contentsOf: URL(filePath: path))
        #expect(refusal { try Ledger(path: path, access: .read) }?.code == .olderSchema)
        #expect(try Data(contentsOf: URL(filePath: path)) == before)
    }

    @Test("A backup of an earlier schema is restored as a ledger of this one")
    func restoringOlder() throws {
        let fixture = try Fixture()
        let path = fixture.folder.appending(path: "restored.sqlite").path()
        try Ledger.restore(try Self.file("v1", in: fixture), to: path)
        let ledger = try Ledger(path: path, access: .read)
        #expect(try ledger.eventCount() == 9)
        #expect(try ledger.verify() == [])
    }
}
