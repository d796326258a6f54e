/// Labelled sparse rows in contiguous memory: entry (slot, value) after entry, row after row.
///
/// It owns its memory, which grows by doubling; nobody keeps a pointer into it beyond one call.
package struct EncodedRows: ~Copyable {
    /// How many rows there are.
    @usableFromInline package internal(set) var rowCount = 0
    /// How many entries there are, those of a row that has not ended included.
    @usableFromInline package internal(set) var entryCount = 0
    /// Whether every entry so far has the value 1.
    @usableFromInline package internal(set) var isOneHot = true
    @usableFromInline var slots: UnsafeMutablePointer<UInt32>
    @usableFromInline var values: UnsafeMutablePointer<Float>
    /// Where each row's entries start, and where the last one's end.
    @usableFromInline var offsets: UnsafeMutablePointer<Int>
    @usableFromInline var labels: UnsafeMutablePointer<Float>
    @usableFromInline var weights: UnsafeMutablePointer<Float>
    @usableFromInline var entryCapacity: Int
    @usableFromInline var rowCapacity: Int

    /// No rows yet, and memory for some.
    package init(rowCapacity: Int = 1_024, entryCapacity: Int = 16_384) {
        self.rowCapacity = max(1, rowCapacity)
        self.entryCapacity = max(1, entryCapacity)
        slots = .allocate(capacity: self.entryCapacity)
        values = .allocate(capacity: self.entryCapacity)
        offsets = .allocate(capacity: self.rowCapacity + 1)
        labels = .allocate(capacity: self.rowCapacity)
        weights = .allocate(capacity: self.rowCapacity)
        offsets[0] = 0
    }

    deinit {
        slots.deallocate()
        values.deallocate()
        offsets.deallocate()
        labels.deallocate()
        weights.deallocate()
    }

    /// Forgets all rows and keeps the memory.
    package mutating func removeAll() {
        rowCount = 0
        entryCount = 0
        isOneHot = true
    }

    /// Adds an entry to the row that has not ended.
    @inlinable
    package mutating func append(slot: UInt32, value: Float) {
        if entryCount == entryCapacity { growEntries(to: entryCapacity &* 2) }
        slots[entryCount] = slot
        values[entryCount] = value
        entryCount &+= 1
        if value != 1 { isOneHot = false }
    }

    /// Ends a row.
    @inlinable
    package mutating func endRow(label: Float, weight: Float) {
        if rowCount == rowCapacity { growRows(to: rowCapacity &* 2) }
        labels[rowCount] = label
        weights[rowCount] = weight
        rowCount &+= 1
        offsets[rowCount] = entryCount
    }

    /// Label, weight and entries of a row.
    package func row(_ index: Int) -> (label: Float, weight: Float, entries: [(slot: UInt32, value: Float)]) {
        precondition((0..<rowCount).contains(index), "A row must be one of the rows")
        let entries = (offsets[index]..<offsets[index + 1]).map { (slot: slots[$0], value: values[$0]) }
        return (labels[index], weights[index], entries)
    }

    /// The labels, each as often as it was added.
    package var labelColumn: [Float] { Array(UnsafeBufferPointer(start: labels, count: rowCount)) }

    /// The weights.
    package var weightColumn: [Float] { Array(UnsafeBufferPointer(start: weights, count: rowCount)) }

    /// How many different slots the entries are in.
    package var distinctSlotCount: Int {
        Set(UnsafeBufferPointer(start: slots, count: offsets[rowCount])).count
    }

    /// Σ weight · label over Σ weight of some rows; 0 without rows.
    package func meanLabel(_ range: Range<Int>) -> Double {
        precondition(range.upperBound <= rowCount, "A range must be one of rows")
        var (sum, total) = (0.0, 0.0)
        for row in range {
            sum += Double(weights[row]) * Double(labels[row])
            total += Double(weights[row])
        }
        return total > 0 ? sum / total : 0
    }

    @usableFromInline
    mutating func growEntries(to capacity: Int) {
        slots = moved(slots, count: entryCount, capacity: capacity)
        values = moved(values, count: entryCount, capacity: capacity)
        entryCapacity = capacity
    }

    @usableFromInline
    mutating func growRows(to capacity: Int) {
        offsets = moved(offsets, count: rowCount + 1, capacity: capacity + 1)
        labels = moved(labels, count: rowCount, capacity: capacity)
        weights = moved(weights, count: rowCount, capacity: capacity)
        rowCapacity = capacity
    }
}

/// The first `count` numbers in new memory; the old is given back.
private func moved<Number: BitwiseCopyable>(
    _ old: UnsafeMutablePointer<Number>,
    count: Int,
    capacity: Int
) -> UnsafeMutablePointer<Number> {
    let new = UnsafeMutablePointer<Number>.allocate(capacity: capacity)
    new.update(from: old, count: count)
    old.deallocate()
    return new
}

// MARK: - Copies in and out

extension EncodedRows {
    /// The columns as they lie in memory; pointers are good within `body` alone.
    package func withColumns<Result>(
        _ body: (
            _ offsets: UnsafeBufferPointer<Int>,
            _ slots: UnsafeBufferPointer<UInt32>,
            _ values: UnsafeBufferPointer<Float>,
            _ labels: UnsafeBufferPointer<Float>,
            _ weights: UnsafeBufferPointer<Float>
        ) throws -> Result
    ) rethrows -> Result {
        try body(
            UnsafeBufferPointer(start: offsets, count: rowCount + 1),
            UnsafeBufferPointer(start: slots, count: offsets[rowCount]),
            UnsafeBufferPointer(start: values, count: offsets[rowCount]),
            UnsafeBufferPointer(start: labels, count: rowCount),
            UnsafeBufferPointer(start: weights, count: rowCount)
        )
    }

    /// Adds rows that lie as columns in memory, such as a mapped file's.
    ///
    /// `counts` has the entries of each row, slots and values those of all rows one after the other, as many as counts
    /// add up to. There are no values, or no weights, when every one is 1.
    package mutating func append(
        counts: UnsafeBufferPointer<UInt16>,
        slots newSlots: UnsafeRawPointer,
        values newValues: UnsafeRawPointer?,
        entryCount added: Int,
        labels newLabels: UnsafeRawPointer,
        weights newWeights: UnsafeRawPointer?
    ) {
        precondition(entryCount == offsets[rowCount], "The row before must have ended")
        if entryCount + added > entryCapacity { growEntries(to: max(entryCapacity * 2, entryCount + added)) }
        if rowCount + counts.count > rowCapacity { growRows(to: max(rowCapacity * 2, rowCount + counts.count)) }
        UnsafeMutableRawPointer(slots + entryCount).copyMemory(from: newSlots, byteCount: added * 4)
        if let newValues {
            UnsafeMutableRawPointer(values + entryCount).copyMemory(from: newValues, byteCount: added * 4)
            isOneHot = false
        } else {
            (values + entryCount).update(repeating: 1, count: added)
        }
        UnsafeMutableRawPointer(labels + rowCount).copyMemory(from: newLabels, byteCount: counts.count * 4)
        if let newWeights {
            UnsafeMutableRawPointer(weights + rowCount).copyMemory(from: newWeights, byteCount: counts.count * 4)
        } else {
            (weights + rowCount).update(repeating: 1, count: counts.count)
        }
        var end = entryCount
        for (place, count) in counts.enumerated() {
            end &+= Int(count)
            offsets[rowCount + place + 1] = end
        }
        precondition(end == entryCount + added, "Counts must add up to the entries")
        rowCount += counts.count
        entryCount = end
    }
}
