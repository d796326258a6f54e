import OasisMarket
import OasisPlanning

/// Outcomes on their way from players to the ledger: each is sent until it is answered.
struct PlayerOutbox {
    /// One outcome.
    struct Entry {
        var report: OutcomeReport
        /// When it is sent first.
        var due: Timestamp
        var attempts = 0
    }

    /// Outcomes in one message at most.
    static let batchMaximum = 200
    private static let patienceSeconds = 90.0

    private var entries: [Int: Entry] = [:]
    private var byID: [String: Int] = [:]
    private var nextNumber = 0

    /// How many wait for an answer.
    var count: Int { entries.count }

    /// When the first of them is due.
    var firstDue: Timestamp? { entries.values.map(\.due).min() }

    mutating func add(_ report: OutcomeReport, due: Timestamp) {
        entries[nextNumber] = Entry(report: report, due: due)
        byID[report.id] = nextNumber
        nextNumber += 1
    }

    /// What is to be sent now, in the order in which it happened; each again only after a while.
    mutating func batches(at now: Timestamp) -> [[Entry]] {
        let due = entries.keys.sorted().filter { entries[$0].map { $0.due <= now } ?? false }
        var sent: [Entry] = []
        for number in due {
            guard let entry = entries[number] else { continue }
            sent.append(entry)
            entries[number]?.attempts += 1
            entries[number]?.due = now.advanced(bySeconds: Self.patienceSeconds)
        }
        return stride(from: 0, to: sent.count, by: Self.batchMaximum)
            .map { Array(sent[$0..<min($0 + Self.batchMaximum, sent.count)]) }
    }

    /// Takes off what was answered.
    mutating func settle(_ ids: [String]) {
        for id in ids { if let number = byID.removeValue(forKey: id) { entries[number] = nil } }
    }
}
