internal import GRDB
package import OasisMarket

/// Taking in outcomes.
extension Ledger {
    /// Records a batch in one transaction and says what became of each outcome, in their order.
    ///
    /// When it returns, everything is on disk; when it throws, nothing is. An outcome that is handed in again, in
    /// whatever batch and order, changes nothing. Larger batches cost less each: one wait for the disk per call.
    /// `now` is the time of arrival, against which lateness is judged.
    /// - Throws: `storageFull`, `corrupt`, `storageFailed`, `closed`.
    @discardableResult
    package func record(_ outcomes: [Outcome], at now: Timestamp) throws(LedgerError) -> [RecordResult] {
        guard !outcomes.isEmpty else { return [] }
        let (results, wantsRun) = try write { database, memory in
            let control = try memory.controlPlane(database)
            var recorder = try Recorder(
                database: database,
                judge: Judge(control: control, now: now),
                names: memory.takeNames(),
                events: memory.takeEvents(database)
            )
            defer { memory.give(back: recorder.names, recorder.events) }
            var results: [RecordResult] = []
            results.reserveCapacity(outcomes.count)
            for outcome in outcomes { results.append(try recorder.record(outcome)) }
            try recorder.finish()
            return (results, recorder.events.wantsRun)
        }
        if wantsRun { try writeEventRun() }
        return results
    }

    /// Puts the keys of the newest events on disk, which until then are read from raw rows at start.
    private func writeEventRun() throws(LedgerError) {
        try write { database, memory in
            let events = try memory.takeEvents(database)
            // Another thread may have done it meanwhile.
            memory.events = events.wantsRun ? try events.writingRun(in: database) : events
        }
    }
}

extension Ledger.Memory {
    /// The control plane as committed, read once after every change.
    mutating func controlPlane(_ database: Database) throws -> ControlPlane {
        if let control { return control }
        let control = try ControlPlane(database)
        self.control = control
        return control
    }

    /// Hands the names out, so that they are changed in place.
    mutating func takeNames() -> Names {
        defer { names = Names() }
        return names
    }

    /// Hands the index of events out, reading it when it is not in memory.
    mutating func takeEvents(_ database: Database) throws -> EventIndex {
        defer { events = nil }
        return try events ?? EventIndex(database, tailMaximum: eventsInMemory)
    }

    mutating func give(back names: Names, _ events: EventIndex) {
        self.names = names
        self.events = events
    }
}
