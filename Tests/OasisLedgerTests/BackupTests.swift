import Foundation
import GRDB
import OasisLedger
import OasisMarket
import Synchronization
import Testing

/// Something that happened, told from one task to another.
private final class Flag: Sendable {
    private let value = Atomic(false)
    var isSet: Bool { value.load(ordering: .relaxed) }
    func set() { value.store(true, ordering: .relaxed) }
}

@Suite("Backups")
struct BackupTests {
    let fixture: Fixture
    let campaign: Int64
    var ledger: Ledger { fixture.ledger }

    init() throws {
        fixture = try Fixture()
        campaign = try fixture.openMarket(cap: 5)[0]
    }

    private func file(_ name: String) -> String { fixture.folder.appending(path: name).path() }

    private static func batch(_ range: Range<Int>) -> [Outcome] {
        range.map { Fixture.organic(.streamed, id: "event-\($0)", listener: UInt64($0), played: 40_000) }
    }

    @Test("A backup that is made while events are recorded is one sound state")
    func whileWriting() async throws {
        let ledger = ledger
        try ledger.record(Self.batch(0..<2_000), at: soon)
        let isDone = Flag()
        let path = file("backup.sqlite")
        let copied = try await withThrowingTaskGroup(of: Int.self) { group in
            group.addTask {
                var next = 2_000
                while !isDone.isSet {
                    try ledger.record(Self.batch(next..<next + 50), at: soon)
                    next += 50
                }
                return 0
            }
            group.addTask {
                defer { isDone.set() }
                try ledger.backUp(to: path)
                return try Ledger(path: path, access: .read).eventCount()
            }
            return try await group.reduce(0, +)
        }
        let recorded = try ledger.eventCount()
        #expect(copied >= 2_000 && copied <= recorded && copied % 50 == 0)
        let copy = try Ledger(path: path, access: .read)
        #expect(try copy.verify() == [])
        #expect(try ledger.verify() == [])
        #expect(!FileManager.default.fileExists(atPath: path + "-wal"))
    }

    @Test("What is restored is what was backed up, and goes on from there")
    func roundTrip() throws {
        try ledger.record(Self.batch(0..<100), at: soon)
        try ledger.backUp(to: file("backup.sqlite"))
        let rows = try ledger.tallies(from: today.from, to: today.to)
        try ledger.record(Self.batch(100..<200), at: soon)
        #expect(try Ledger.restore(file("backup.sqlite"), to: file("restored.sqlite")) == nil)
        let restored = try Ledger(path: file("restored.sqlite"))
        defer { try? restored.close() }
        #expect(try restored.tallies(from: today.from, to: today.to) == rows)
        #expect(try restored.campaign(number: campaign)?.document == Fixture.campaign(0, cap: 5))
        let results = try restored.record(Self.batch(0..<200), at: soon)
        #expect(results.count { $0 == .recorded } == 100)
        #expect(try restored.verify() == [])
    }

    @Test("A backup takes no file's place")
    func existing() throws {
        try Data("mine".utf8).write(to: URL(filePath: file("taken")))
        #expect(refusal { try ledger.backUp(to: file("taken")) }?.code == .fileExists)
        #expect(try String(contentsOfFile: file("taken"), encoding: .utf8) == "mine")
        let missing = file("no/such/folder.sqlite")
        #expect(refusal { try ledger.backUp(to: missing) }?.code == .storageFailed)
    }

    @Test("A ledger in use is not replaced; one that is not is moved aside")
    func replacing() throws {
        try ledger.record(Self.batch(0..<10), at: soon)
        try ledger.backUp(to: file("backup.sqlite"))
        #expect(refusal { try Ledger.restore(file("backup.sqlite"), to: fixture.path) }?.code == .fileExists)
        let refused = refusal { try Ledger.restore(file("backup.sqlite"), to: fixture.path, replacing: true) }
        #expect(refused?.code == .lockedByAnotherProcess)
        try ledger.record(Self.batch(10..<20), at: soon)
        try ledger.close()
        let aside = try #require(try Ledger.restore(file("backup.sqlite"), to: fixture.path, replacing: true))
        #expect(try Ledger(path: aside, access: .read).eventCount() == 20)
        try fixture.reopen()
        #expect(try fixture.ledger.eventCount() == 10)
    }

    @Test(
        "A backup that is not sound is not restored",
        arguments: [
            "UPDATE tally SET shown = shown + 1", "PRAGMA application_id = 7", "DELETE FROM outcome WHERE number = 3",
        ]
    )
    func unsound(tampering: String) throws {
        try ledger.record(Self.batch(0..<10), at: soon)
        try ledger.backUp(to: file("backup.sqlite"))
        let copy = try DatabaseQueue(path: file("backup.sqlite"))
        try copy.writeWithoutTransaction { try $0.execute(sql: tampering) }
        try copy.close()
        let error = try #require(refusal { try Ledger.restore(file("backup.sqlite"), to: file("restored.sqlite")) })
        #expect(error.code == (tampering.hasPrefix("PRAGMA") ? .notALedger : .differs))
        #expect(!FileManager.default.fileExists(atPath: file("restored.sqlite")))
        #expect(!FileManager.default.fileExists(atPath: file("restored.sqlite.draft")))
    }

    @Test("A damaged page is found before anything is put in place")
    func damaged() throws {
        try ledger.record(Self.batch(0..<2_000), at: soon)
        try ledger.backUp(to: file("backup.sqlite"))
        var bytes = try Data(contentsOf: URL(filePath: file("backup.sqlite")))
        let middle = bytes.count / 8192 * 4096
        for place in middle..<middle + 4_096 { bytes[place] = 0xa5 }
        try bytes.write(to: URL(filePath: file("backup.sqlite")))
        let error = refusal { try Ledger.restore(file("backup.sqlite"), to: file("restored.sqlite")) }
        #expect(error?.code == .corrupt)
        #expect(!FileManager.default.fileExists(atPath: file("restored.sqlite")))
    }
}
