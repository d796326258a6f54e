internal import Dispatch
package import OasisLogFiles
package import OasisResponse

/// One pass of the online learner over a file, reading ahead while it learns.
///
/// Two blocks take turns: while one is learned from on one thread, the next is read on another. Rows are learned from in
/// the file's order, so the result is the same as without threads.
package enum OnlineTraining {
    /// Entries of a block: half a megabyte of slots.
    package static let blockEntries = 1 << 17

    /// Where rows come from.
    package enum Source {
        /// A text in Vowpal Wabbit's layout.
        case vowpal(VowpalText)
        /// A cache.
        case cache(TrainingCacheReader)

        var isAtEnd: Bool {
            switch self {
            case .vowpal(let text): text.isAtEnd
            case .cache(let reader): reader.isAtEnd
            }
        }

        func read(into rows: inout EncodedRows) throws(InvalidTable) {
            rows.removeAll()
            switch self {
            case .vowpal(let text): try text.read(into: &rows, entries: OnlineTraining.blockEntries)
            case .cache(let reader): try reader.read(into: &rows)
            }
        }
    }

    /// Learns from every row of a source, and keeps blocks in a cache as well when one is given.
    ///
    /// - Returns: how many rows there were.
    /// - Throws: `InvalidTable`; the learner then has learned from the rows before.
    package static func learn(
        _ learner: inout FollowTheRegularizedLeader,
        from source: Source,
        cache: TrainingCacheWriter? = nil
    ) throws(InvalidTable) -> Int {
        var one = EncodedRows()
        var other = EncodedRows()
        var rowCount = 0
        try source.read(into: &one)
        while one.rowCount > 0 {
            let fault = step(&learner, one, next: source, into: &other, cache)
            if let fault { throw fault }
            rowCount += one.rowCount
            swap(&one, &other)
        }
        return rowCount
    }

    /// Learns from one block while the next is read.
    private static func step(
        _ learner: inout FollowTheRegularizedLeader,
        _ rows: borrowing EncodedRows,
        next source: Source,
        into next: inout EncodedRows,
        _ cache: TrainingCacheWriter?
    ) -> InvalidTable? {
        var fault: InvalidTable?
        withUnsafeMutablePointer(to: &learner) { learner in
            withUnsafeMutablePointer(to: &next) { next in
                withUnsafePointer(to: rows) { rows in
                    withUnsafeMutablePointer(to: &fault) { fault in
                        // Iteration 0 alone touches the learner, iteration 1 alone the next block, the source and the
                        // fault; both only read `rows`; concurrentPerform returns after both.
                        nonisolated(unsafe) let (learner, next, rows, fault) = (learner, next, rows, fault)
                        // Both are used by iteration 1 alone.
                        nonisolated(unsafe) let (source, cache) = (source, cache)
                        DispatchQueue.concurrentPerform(iterations: 2) { part in
                            if part == 0 {
                                learner.pointee.learn(from: rows.pointee)
                            } else {
                                cache?.append(rows.pointee)
                                fault.pointee = read(source, into: &next.pointee)
                            }
                        }
                    }
                }
            }
        }
        return fault
    }

    private static func read(_ source: Source, into rows: inout EncodedRows) -> InvalidTable? {
        rows.removeAll()
        guard !source.isAtEnd else { return nil }
        do {
            try source.read(into: &rows)
            return nil
        } catch {
            return error
        }
    }
}
