internal import Foundation
internal import GRDB
internal import OasisMarket

/// Which events are on disk, so that none counts twice.
///
/// A unique index over ids that come in no order would write a page for nearly every event. Instead the keys of the
/// newest events lie in memory, to be read again from the raw rows at start; when there are `tailMaximum` of them they go
/// to disk together as a *run* that never changes. A filter in memory says of nearly every new event that no run has it.
struct EventIndex: Sendable {
    /// Keys that were written together, in chunks by their first bits.
    struct Run: Sendable {
        let number: Int64
        let chunkBits: Int64
        let filter: EventFilter
    }

    /// Keys of events after the last run's.
    private var tail: EventSet
    private var runs: [Run]
    /// Keys that the open transaction added.
    private var added: [EventKey] = []
    /// Whether the open transaction changed runs, so that only the disk knows what holds when it fails.
    private(set) var hasChangedRuns = false
    private let tailMaximum: Int

    /// Keys of a chunk, on average: its row then fits a page three times.
    private static let keysPerChunk = 64
    private static let keyBytes = 16

    /// Reads runs and tail of a ledger.
    init(_ database: Database, tailMaximum: Int) throws {
        self.tailMaximum = tailMaximum
        let sql = "SELECT number, chunk_bits, filter FROM event_run WHERE keys > 0 ORDER BY number"
        runs = try Row.fetchAll(database, sql: sql)
            .map { row in
                let bytes: Data = row[2]
                let words = bytes.withUnsafeBytes { bytes in
                    (0..<bytes.count / 8)
                        .map { UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: 8 * $0, as: UInt64.self)) }
                }
                return Run(number: row[0], chunkBits: row[1], filter: EventFilter(words: words))
            }
        tail = EventSet()
        let rows = try Row.fetchCursor(
            database,
            sql: """
                SELECT source, id FROM outcome
                WHERE number > (SELECT COALESCE(MAX(last_outcome), 0) FROM event_run)
                """
        )
        while let row = try rows.next() {
            _ = tail.insert(EventKey(source: row[0], StoredID(row[1] as DatabaseValue)))
        }
    }

    /// Whether an event with this key was recorded, in this transaction or before.
    func contains(_ key: EventKey, in database: Database) throws -> Bool {
        if tail.contains(key) { return true }
        for run in runs where run.filter.mayContain(key) {
            if try run.contains(key, in: database) { return true }
        }
        return false
    }

    /// Takes note of an event that this transaction writes.
    mutating func insert(_ key: EventKey) {
        if tail.insert(key) { added.append(key) }
    }

    /// The transaction is on disk.
    mutating func commit() {
        hasChangedRuns = false
        added.removeAll(keepingCapacity: true)
    }

    /// The transaction never was.
    mutating func rollBack() {
        guard !added.isEmpty else { return }
        tail = tail.subtracting(added)
        added.removeAll()
    }

    /// Whether enough keys are in memory to go to disk.
    var wantsRun: Bool { tail.count >= tailMaximum }

    /// Writes the keys in memory as a run, inside a transaction of its own.
    ///
    /// - Returns: The index as it is when that transaction is on disk.
    func writingRun(in database: Database) throws -> EventIndex {
        guard
            let last = try Row.fetchOne(
                database,
                sql: "SELECT number, received_at FROM outcome ORDER BY number DESC LIMIT 1"
            )
        else { return self }
        let number = (try Int64.fetchOne(database, sql: "SELECT MAX(number) FROM event_run") ?? 0) + 1
        let chunks = tail.count / Self.keysPerChunk
        let chunkBits = Int64(chunks.bitWidth - chunks.leadingZeroBitCount)
        var filter = EventFilter(count: tail.count)
        for key in tail.keys { filter.insert(key) }
        let run = Run(number: number, chunkBits: chunkBits, filter: filter)
        let bytes = filter.words.withUnsafeBytes { Data($0) }
        try database.execute(
            sql: """
                INSERT INTO event_run (number, keys, chunk_bits, last_outcome, last_received_at, filter)
                VALUES (?, ?, ?, ?, ?, ?)
                """,
            arguments: [number, tail.count, chunkBits, last[0] as Int64, last[1] as Int64, bytes]
        )
        try writeChunks(of: run, in: database)
        var after = self
        after.runs.append(run)
        after.tail = EventSet(capacity: tailMaximum)
        after.added = []
        after.hasChangedRuns = true
        return after
    }

    /// Forgets runs that compaction took away.
    mutating func keepRuns(after number: Int64) {
        runs.removeAll { $0.number <= number }
        hasChangedRuns = true
    }

    private func writeChunks(of run: Run, in database: Database) throws {
        let chunks = 1 << Int(run.chunkBits)
        var starts = [Int](repeating: 0, count: chunks + 1)
        for key in tail.keys { starts[run.chunk(of: key) + 1] += 1 }
        for chunk in 0..<chunks { starts[chunk + 1] += starts[chunk] }
        var next = starts
        var keys = [UInt64](repeating: 0, count: 2 * tail.count)
        for key in tail.keys {
            let place = next[run.chunk(of: key)]
            next[run.chunk(of: key)] += 1
            keys[2 * place] = key.high.littleEndian
            keys[2 * place + 1] = key.low.littleEndian
        }
        let insert = try BoundStatement("INSERT INTO event_run_chunk (place, keys) VALUES (?, ?)", in: database)
        try keys.withUnsafeBytes { bytes in
            for chunk in 0..<chunks where starts[chunk] < starts[chunk + 1] {
                insert.bind(run.place(of: chunk), at: 1)
                let range = Self.keyBytes * starts[chunk]..<Self.keyBytes * starts[chunk + 1]
                try insert.run(binding: UnsafeRawBufferPointer(rebasing: bytes[range]), at: 2)
            }
        }
    }
}

extension EventIndex.Run {
    /// Most chunks of a run, as bits of `event_run_chunk.place`.
    static let placeBits: Int64 = 32

    func place(of chunk: Int) -> Int64 { number << Self.placeBits | Int64(chunk) }

    func chunk(of key: EventKey) -> Int {
        chunkBits == 0 ? 0 : Int(truncatingIfNeeded: key.high >> UInt64(64 - chunkBits))
    }

    fileprivate func contains(_ key: EventKey, in database: Database) throws -> Bool {
        let select = try BoundStatement("SELECT keys FROM event_run_chunk WHERE place = ?", in: database)
        select.bind(place(of: chunk(of: key)), at: 1)
        let (high, low) = (key.high.littleEndian, key.low.littleEndian)
        let isThere = try select.first { row in
            row.withBytes(0) { bytes in
                stride(from: 0, to: bytes.count - 15, by: 16)
                    .contains { offset in
                        bytes.loadUnaligned(fromByteOffset: offset, as: UInt64.self) == high
                            && bytes.loadUnaligned(fromByteOffset: offset + 8, as: UInt64.self) == low
                    }
            }
        }
        return isThere ?? false
    }
}
