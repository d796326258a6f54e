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
        return try write { database, memory in
            let control = try memory.controlPlane(database)
            var recorder = Recorder(
                database: database,
                judge: Judge(control: control, now: now),
                names: memory.names
            )
            memory.names = Names()
            var results: [RecordResult] = []
            results.reserveCapacity(outcomes.count)
            for outcome in outcomes { results.append(try recorder.record(outcome)) }
            memory.names = try recorder.finish()
            return results
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
}
