import Foundation
import OasisLedger
import OasisMarket

/// Records events in a ledger and writes the same raw rows through SQLite's C interface, turn by turn.
///
/// `ledger-benchmark FOLDER EVENTS SEGMENT BATCH random|rising SEED [compact]` prints one line for each segment: events so
/// far, then seconds of the ledger, of bare SQLite with a unique index, and of bare SQLite without.
@main
enum LedgerBenchmark {
    static func main() throws {
        let words = CommandLine.arguments
        guard words.count >= 7, let events = Int(words[2]), let segment = Int(words[3]), let batch = Int(words[4]),
            let seed = UInt64(words[6])
        else { fatalError("usage: ledger-benchmark FOLDER EVENTS SEGMENT BATCH random|rising SEED") }
        let folder = words[1]
        let ledger = try Ledger(path: folder + "/ledger.sqlite")
        var shape = EventTraffic.Shape()
        shape.hasRandomIDs = words[5] == "random"
        var traffic = try EventTraffic(shape, in: ledger, seed: seed)
        let bare = [BareDatabase.Uniqueness.index, .none]
            .map { BareDatabase(path: "\(folder)/bare-\($0.rawValue).sqlite", $0) }
        var last: (outcomes: [Outcome], now: Timestamp) = ([], EventTraffic.firstDay.start)
        for start in stride(from: 0, to: events, by: segment) {
            var seconds: [Double] = [0]
            for _ in 0..<segment / batch {
                last = traffic.batch(batch)
                seconds[0] += try time { try ledger.record(last.outcomes, at: last.now) }
            }
            let rows = RawOutcomes(ledger: ledger.path).rows(after: start)
            for database in bare {
                seconds.append(
                    time {
                        for place in stride(from: 0, to: rows.count, by: batch) {
                            database.write(rows[place..<min(place + batch, rows.count)])
                        }
                    }
                )
            }
            let times = seconds.map { String(format: "%.4f", $0) }.joined(separator: " ")
            FileHandle.standardOutput.write(Data("segment \(start + rows.count) \(times)\n".utf8))
        }
        let repeats = try ledger.record(last.outcomes, at: last.now)
        print("repeated", repeats.count { $0 == .duplicate }, "of", repeats.count)
        print("differences", try ledger.verify().count)
        if words.last == "compact" { try compact(ledger, events: events, at: last.now) }
        try ledger.close()
    }

    /// Takes every raw outcome away, as if it were a month later, and says what is left on disk.
    private static func compact(_ ledger: Ledger, events: Int, at now: Timestamp) throws {
        func bytesPerEvent() throws -> String {
            try ledger.shrink()
            let size = try FileManager.default.attributesOfItem(atPath: ledger.path)[.size] as? Int ?? 0
            return String(format: "%.1f", Double(size) / Double(events))
        }
        let before = try bytesPerEvent()
        let days = (from: EventTraffic.firstDay, to: now.day.next)
        let later = now.advanced(bySeconds: 30 * 86_400)
        let statement = try ledger.statement(from: days.from, to: days.to, by: StatementDimension.allCases, now: later)
        var compaction: Compaction?
        let seconds = try time { compaction = try ledger.compact(keptDays: 8, at: later) }
        let after = try ledger.statement(from: days.from, to: days.to, by: StatementDimension.allCases, now: later)
        print("compacted", compaction?.outcomes ?? 0, "outcomes in", String(format: "%.1f s", seconds))
        print("bytes an event", before, "before,", try bytesPerEvent(), "after")
        print("statement lines", statement.lines.count, statement == after ? "unchanged" : "CHANGED")
        print("differences", try ledger.verify().count)
    }

    private static func time(_ body: () throws -> some Any) rethrows -> Double {
        let clock = ContinuousClock()
        return try clock.measure { _ = try body() } / .seconds(1)
    }
}
