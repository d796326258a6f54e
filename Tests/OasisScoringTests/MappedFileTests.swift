import Foundation
import OasisMarket
import OasisScoring
import Testing

@Suite("Snapshot files while they are mapped")
struct MappedFileTests {
    /// A folder that goes away with its value.
    private final class Folder {
        let url: URL

        init() throws {
            url = FileManager.default.temporaryDirectory.appending(path: "scoring-\(UUID().uuidString)")
            try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
        }

        func path(_ name: String) -> String { url.appending(path: name).path() }

        deinit { try? FileManager.default.removeItem(at: url) }
    }

    private let first = Fixture.snapshot((0..<40).map { Fixture.campaign($0) })
    private let second = Fixture.snapshot((0..<3).map { Fixture.campaign($0, prices: [.delivery: 9]) })

    @Test("A mapped snapshot goes on scoring when its file is replaced, and when it is removed")
    func replaced() throws {
        let folder = try Folder()
        let path = folder.path("snapshot.oasis")
        try SnapshotFile.encode(first).save(to: path)
        let scorer = Scorer(try MappedSnapshot(path: path))
        let request = try Fixture.request(promoted: [("promoted-39", 0.7)])
        func reply() -> ScoreReply { scorer.score(request, at: Fixture.noon, drawKey: Fixture.key) { _ in true } }
        let before = reply()
        #expect(before.promotions.map(\.campaign.text) == ["campaign-39"])
        try SnapshotFile.encode(second).save(to: path)
        #expect(reply() == before)
        #expect(try MappedSnapshot(path: path).campaignCount == 3)
        try FileManager.default.removeItem(atPath: path)
        #expect(reply() == before)
    }

    @Test("A file appears whole, read-only and alone, or not at all")
    func saved() throws {
        let folder = try Folder()
        let path = folder.path("snapshot.oasis")
        try SnapshotFile.encode(first).save(to: path)
        let attributes = try FileManager.default.attributesOfItem(atPath: path)
        #expect(attributes[.posixPermissions] as? Int == 0o444)
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.url.path()) == ["snapshot.oasis"])
        #expect(
            try Data(contentsOf: folder.url.appending(path: "snapshot.oasis")) == Data(SnapshotFile.encode(first).copy)
        )
        let error = #expect(throws: SnapshotFile.Fault.self) {
            try SnapshotFile.encode(first).save(to: folder.path("missing/snapshot.oasis"))
        }
        #expect(error?.section == "file")
    }

    @Test("What is no file, or an empty one, is refused")
    func refused() throws {
        let folder = try Folder()
        try Data().write(to: folder.url.appending(path: "empty"))
        for (path, section) in [("", "file"), ("none", "file"), ("empty", "header")] {
            let error = #expect(throws: SnapshotFile.Fault.self) { try MappedSnapshot(path: folder.path(path)) }
            #expect(error?.section == section)
        }
    }

    @Test("A file of many pages scores as the small ones do, whole and after it is gone, and is refused when cut short")
    func large() throws {
        let folder = try Folder()
        let path = folder.path("large.oasis")
        let snapshot = Fixture.snapshot((0..<30_000).map { Fixture.campaign($0) })
        let memory = SnapshotFile.encode(snapshot)
        #expect(memory.copy.count > 4 << 20)
        try memory.save(to: path)
        #expect(try Data(contentsOf: folder.url.appending(path: "large.oasis")) == Data(memory.copy))
        let opened = try MappedSnapshot(path: path)
        try opened.verifyTracks()
        #expect(SnapshotFile.encode(opened.value).copy == memory.copy)
        try FileManager.default.removeItem(atPath: path)
        let request = try Fixture.request(promoted: [("promoted-29999", 0.7)])
        let reply = Scorer(opened).score(request, at: Fixture.noon, drawKey: Fixture.key) { _ in true }
        #expect(reply.promotions.map(\.campaign.text) == ["campaign-29999"])
        try Data(memory.copy.dropLast(4_096)).write(to: folder.url.appending(path: "cut.oasis"))
        #expect(throws: SnapshotFile.Fault.self) { try MappedSnapshot(path: folder.path("cut.oasis")) }
    }

    @Test("A file of the format before is read from disk, too")
    func formatBefore() throws {
        let folder = try Folder()
        try Data(Version1Bytes.bytes).write(to: folder.url.appending(path: "old"))
        let snapshot = try MappedSnapshot(path: folder.path("old"))
        #expect(snapshot.formatVersion == 1 && snapshot.campaignCount == 5)
    }
}
