import OasisLedger

/// Numbers of snapshots, none of which is ever given twice: receipts and explanations name snapshots by them.
///
/// Numbers are set aside in the ledger a thousand at a time, so that hardly any snapshot waits for a commit. Where the
/// snapshots' folder is lost, what was set aside is passed over.
package struct SnapshotNumbers: Sendable {
    /// Under which the ledger keeps what was set aside.
    package static let key = "snapshot-numbers"
    private static let setAsideAtOnce: UInt64 = 1_000

    private var last: UInt64
    private var setAside: UInt64

    /// Goes on after the largest number among files, or after all that were set aside where files are lost.
    init(_ ledger: Ledger, lastFile: UInt64) throws(LedgerError) {
        setAside = try ledger.value(of: Self.key).flatMap { UInt64($0) } ?? 0
        let isLost = setAside > 0 && (lastFile == 0 || lastFile + Self.setAsideAtOnce < setAside)
        last = isLost ? max(lastFile, setAside) : lastFile
    }

    /// The next one.
    mutating func next(_ ledger: Ledger) throws(LedgerError) -> UInt64 {
        if last >= setAside {
            let more = last + Self.setAsideAtOnce
            try ledger.setValue(String(more), of: Self.key)
            setAside = more
        }
        last += 1
        return last
    }
}
