import Foundation
import GRDB
import OasisLedger
import OasisMarket
import Testing

@Suite("Storage")
struct StorageTests {
    private func batch(_ range: Range<Int>) -> [Outcome] {
        range.map { Fixture.organic(.streamed, id: "event-\($0)", listener: UInt64($0), played: 40_000) }
    }

    @Test("What was recorded is there after the file is opened again")
    func reopen() throws {
        let fixture = try Fixture()
        let campaign = try fixture.openMarket(cap: 5)[0]
        let lease = try fixture.ledger.grantLease(campaignNumber: campaign, day: Fixture.day, node: "n", units: 3)
        try fixture.ledger.record(batch(0..<10), at: soon)
        let rows = try fixture.ledger.tallies(from: today.from, to: today.to)
        try fixture.reopen()
        #expect(try fixture.ledger.tallies(from: today.from, to: today.to) == rows)
        #expect(try fixture.ledger.eventCount() == 10)
        #expect(try fixture.ledger.lease(try #require(lease).id) == lease)
        #expect(try fixture.ledger.record(batch(0..<11), at: soon).count { $0 == .recorded } == 1)
        #expect(try fixture.ledger.currentPolicy()?.document == Fixture.policy())
    }

    @Test("A commit waits for the disk, in a new file and in one that was there")
    func durable() throws {
        let fixture = try Fixture()
        #expect(try fixture.ledger.isDurable())
        try fixture.reopen()
        #expect(try fixture.ledger.isDurable())
    }

    @Test("A batch that runs out of room half-way leaves nothing, and the ledger goes on")
    func halfWay() throws {
        let fixture = try Fixture(maximumBytes: 400_000)
        _ = try fixture.openMarket()
        try fixture.ledger.record(batch(0..<20), at: soon)
        let rows = try fixture.ledger.tallies(from: today.from, to: today.to)
        // New names come with the batch, too: they must not be remembered once they were rolled back.
        let strange = Fixture.organic(
            .shown,
            id: "strange",
            cell: Cell(surface: try SurfaceID("mix"), market: try MarketID("FR"))
        )
        let error = refusal { try fixture.ledger.record([strange] + batch(20..<20_000), at: soon) }
        #expect(error?.code == .storageFull)
        #expect(try fixture.ledger.tallies(from: today.from, to: today.to) == rows)
        #expect(try fixture.ledger.eventCount() == 20)
        #expect(try fixture.ledger.record([strange], at: soon) == [.recorded])
        #expect(try fixture.ledger.tallies(from: today.from, to: today.to).map(\.cell.market.text).contains("FR"))
        #expect(try fixture.ledger.verify() == [])
        try fixture.reopen()
        #expect(try fixture.ledger.record(batch(20..<2_000), at: soon).allSatisfy { $0 == .recorded })
    }

    @Test("A second writer is turned away until the first is gone; readers are welcome")
    func oneWriter() throws {
        let fixture = try Fixture()
        let campaign = try fixture.openMarket()[0]
        #expect(refusal { try Ledger(path: fixture.path) }?.code == .lockedByAnotherProcess)
        let reader = try Ledger(path: fixture.path, access: .read)
        #expect(try reader.campaign(number: campaign)?.document == Fixture.campaign(0))
        try fixture.ledger.record(batch(0..<3), at: soon)
        #expect(try reader.eventCount() == 3)
        #expect(refusal { try reader.record(batch(3..<4), at: soon) } != nil)
        try reader.close()
        try fixture.reopen()
        #expect(try fixture.ledger.eventCount() == 3)
    }

    @Test("A closed ledger says so")
    func closed() throws {
        let fixture = try Fixture()
        try fixture.ledger.close()
        #expect(refusal { try fixture.ledger.eventCount() }?.code == .closed)
        #expect(refusal { try fixture.ledger.record(batch(0..<1), at: soon) }?.code == .closed)
        try fixture.reopen()
    }

    @Test("A file of a newer version is left alone")
    func newerSchema() throws {
        let fixture = try Fixture()
        try fixture.ledger.close()
        let file = try DatabaseQueue(path: fixture.path)
        try file.write { try $0.execute(sql: "INSERT INTO grdb_migrations VALUES ('v99')") }
        try file.close()
        #expect(refusal { try Ledger(path: fixture.path) }?.code == .newerSchema)
        #expect(refusal { try Ledger(path: fixture.path, access: .read) }?.code == .newerSchema)
    }

    @Test("Another program's file is left alone")
    func notALedger() throws {
        let fixture = try Fixture()
        let other = fixture.folder.appending(path: "other.sqlite").path()
        let file = try DatabaseQueue(path: other)
        try file.write { try $0.execute(sql: "CREATE TABLE thing (a)") }
        try file.close()
        #expect(refusal { try Ledger(path: other) }?.code == .notALedger)
        let text = fixture.folder.appending(path: "text.txt").path()
        try String(repeating: "Not a database. ", count: 200).write(toFile: text, atomically: true, encoding: .utf8)
        #expect(refusal { try Ledger(path: text) }?.code == .notALedger)
        let missing = fixture.folder.appending(path: "no/such/folder.sqlite").path()
        #expect(refusal { try Ledger(path: missing) }?.code == .storageFailed)
        #expect(refusal { try Ledger(path: missing, access: .read) }?.code == .storageFailed)
    }

    @Test(
        "The audit finds what was changed behind its back",
        arguments: [
            "UPDATE tally SET shown = shown + 1 WHERE promoted = 1", "UPDATE tally SET commission = commission - 1",
            "UPDATE tally SET new_listeners = 0", "DELETE FROM shown_curve", "DELETE FROM tally WHERE promoted = 0",
            "UPDATE delivery SET confirmed = confirmed + 1", "UPDATE delivery SET outstanding = 0",
            "UPDATE unattributed SET outcomes = 7", "DELETE FROM outcome WHERE number = 1",
            "UPDATE lease SET outstanding = outstanding - 1, returned = 1",
            "UPDATE lease SET confirmed = confirmed + 1, granted = granted + 1",
        ]
    )
    func audit(tampering: String) throws {
        let fixture = try Fixture()
        let campaign = try fixture.openMarket(cap: 5)[0]
        let lease = try fixture.ledger.grantLease(campaignNumber: campaign, day: Fixture.day, node: "n", units: 3)
        let receipt = Fixture.receipt(1, campaign: campaign, lease: try #require(lease).id)
        let forged = Outcome(
            source: "pzn",
            id: "f",
            kind: .shown,
            occurredAt: Fixture.noon,
            attribution: .unattributed("receipt-forged")
        )
        try fixture.ledger.record(batch(0..<3) + [Fixture.promoted(.shown, id: "s", receipt), forged], at: soon)
        #expect(try fixture.ledger.verify() == [])
        try fixture.ledger.close()
        let file = try DatabaseQueue(path: fixture.path)
        try file.write { try $0.execute(sql: tampering) }
        try file.close()
        try fixture.reopen()
        #expect(!(try fixture.ledger.verify().isEmpty))
    }

    @Test("Small facts and epochs outlive the process")
    func meta() throws {
        let fixture = try Fixture()
        #expect(try fixture.ledger.value(of: "key") == nil)
        try fixture.ledger.setValue("text", of: "key")
        #expect(try fixture.ledger.nextEpoch(node: "a") == 1)
        try fixture.reopen()
        #expect(try fixture.ledger.value(of: "key") == "text")
        #expect(try fixture.ledger.nextEpoch(node: "a") == 2)
        #expect(try fixture.ledger.nextEpoch(node: "b") == 1)
        try fixture.ledger.setValue(nil, of: "key")
        #expect(try fixture.ledger.value(of: "key") == nil)
    }
}
