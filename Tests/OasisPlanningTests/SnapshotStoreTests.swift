import Foundation
import OasisMarket
import OasisPlanning
import OasisScoring
import Testing

@Suite("Snapshot store")
struct SnapshotStoreTests {
    private func snapshot(_ number: UInt64) -> Snapshot {
        Snapshot(
            number: number,
            createdAt: Market.noon,
            policyVersion: 1,
            scale: "s",
            worths: AttributeVector(),
            guardrails: Market.policy.guardrails,
            randomization: Market.policy.randomization,
            cells: [],
            elsewherePrices: AttributeVector(),
            campaigns: []
        )
    }

    @Test("The newest five are kept, whatever else lies in the directory")
    func kept() throws {
        let folder = try Folder()
        let store = try SnapshotStore(directory: folder.path("snapshots"))
        #expect(store.newest().snapshot == nil && store.newest().faults.isEmpty)
        try Data("x".utf8).write(to: folder.url.appending(path: "snapshots/notes.txt"))
        try Data("x".utf8).write(to: folder.url.appending(path: "snapshots/snapshot-last.oasis"))
        for number in 7...14 { _ = try store.write(snapshot(UInt64(number))) }
        #expect(store.newest().snapshot?.number == 14)
        let names = try FileManager.default.contentsOfDirectory(atPath: folder.path("snapshots")).sorted()
        #expect(
            names == ["notes.txt"] + (10...14).map { "snapshot-0000000000\($0).oasis" } + ["snapshot-last.oasis"]
        )
    }

    @Test("A damaged newest file is passed over, and named")
    func damaged() throws {
        let folder = try Folder()
        let store = try SnapshotStore(directory: folder.path("snapshots"))
        for number in 1...3 { _ = try store.write(snapshot(UInt64(number))) }
        let newest = folder.url.appending(path: "snapshots/snapshot-000000000003.oasis")
        var bytes = try Data(contentsOf: newest)
        bytes[bytes.count - 1] ^= 1
        try bytes.write(to: newest, options: .atomic)
        let older = folder.url.appending(path: "snapshots/snapshot-000000000002.oasis")
        try Data().write(to: older, options: .atomic)
        let (found, faults) = store.newest()
        #expect(found?.number == 1)
        #expect(faults.count == 2)
        #expect(faults.first?.contains("snapshot-000000000003.oasis") == true)
        #expect(faults.first?.contains("marketSets") == true)
        #expect(faults.last?.contains("header") == true)
    }

    @Test("A directory that cannot be made is refused with its path")
    func noDirectory() throws {
        let folder = try Folder()
        try Data("x".utf8).write(to: folder.url.appending(path: "file"))
        let error = #expect(throws: SnapshotStore.Failure.self) {
            try SnapshotStore(directory: folder.path("file/snapshots"))
        }
        #expect(error?.description.contains("file/snapshots") == true)
    }
}
