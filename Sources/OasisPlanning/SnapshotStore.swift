import Foundation
package import OasisScoring

/// A directory of snapshot files: written whole or not at all, the newest valid one read back.
package struct SnapshotStore: Sendable {
    /// Why a snapshot could not be kept.
    package struct Failure: Error, Sendable, CustomStringConvertible {
        /// One sentence for people.
        package var description: String
    }

    /// How many snapshots are kept.
    package static let kept = 5

    private let directory: URL

    /// Uses (and makes) a directory.
    package init(directory path: String) throws(Failure) {
        directory = URL(fileURLWithPath: path, isDirectory: true)
        do {
            try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        } catch {
            throw Failure(description: "the snapshot directory \(path) cannot be made: \(error.localizedDescription)")
        }
    }

    /// Writes a snapshot beside the others, forgets the oldest, and maps what was written.
    ///
    /// Files are never changed: a snapshot that is in use stays whole, also when its file is removed or replaced.
    package func write(_ snapshot: Snapshot) throws(Failure) -> MappedSnapshot {
        let file = directory.appendingPathComponent(Self.name(snapshot.number))
        let mapped: MappedSnapshot
        do throws(SnapshotFile.Fault) {
            // A reader, or a restart after a crash, sees all of the file or none of it.
            try SnapshotFile.encode(snapshot).save(to: file.path)
            mapped = try MappedSnapshot(path: file.path)
        } catch {
            throw Failure(description: "snapshot \(file.path) cannot be written: \(error)")
        }
        do {
            for old in try numbers().sorted().dropLast(Self.kept) {
                try FileManager.default.removeItem(at: directory.appendingPathComponent(Self.name(old)))
            }
        } catch {
            throw Failure(
                description: "old snapshots in \(directory.path) cannot be removed: \(error.localizedDescription)"
            )
        }
        return mapped
    }

    /// The newest snapshot that is whole, and what was wrong with newer ones.
    package func newest() -> (snapshot: MappedSnapshot?, faults: [String]) {
        var faults: [String] = []
        for number in ((try? numbers()) ?? []).sorted(by: >) {
            let file = directory.appendingPathComponent(Self.name(number))
            do throws(SnapshotFile.Fault) {
                return (try MappedSnapshot(path: file.path), faults)
            } catch {
                faults.append("\(file.path): \(error)")
            }
        }
        return (nil, faults)
    }

    /// The largest number that a file has, whole or not: a number names one snapshot, also when its file is damaged.
    package var lastNumber: UInt64 { ((try? numbers()) ?? []).max() ?? 0 }

    /// A snapshot's bytes, as they were written.
    package func bytes(of number: UInt64) throws(Failure) -> [UInt8] {
        let file = directory.appendingPathComponent(Self.name(number))
        do {
            return [UInt8](try Data(contentsOf: file))
        } catch {
            throw Failure(description: "snapshot \(file.path) cannot be read: \(error.localizedDescription)")
        }
    }

    private func numbers() throws -> [UInt64] {
        try FileManager.default.contentsOfDirectory(atPath: directory.path)
            .compactMap { name in
                guard name.hasPrefix("snapshot-"), name.hasSuffix(".oasis") else { return nil }
                return UInt64(name.dropFirst(9).dropLast(6))
            }
    }

    private static func name(_ number: UInt64) -> String {
        let digits = String(number)
        return "snapshot-\(String(repeating: "0", count: max(0, 12 - digits.count)))\(digits).oasis"
    }
}
