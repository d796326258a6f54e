/// Rows as a sparse matrix, by rows and by columns, with a column for each slot that occurs.
///
/// Products by rows and by columns each write every result once, from one sum in a fixed order: the same bits with any
/// number of threads.
final class SparseDesign {
    let rowCount: Int
    /// The slot of each column, rising.
    let slotOfColumn: [UInt32]
    let labels: [Double]
    let weights: [Double]
    private let parallel: Parallel
    private let rowStarts: [Int]
    private let rowColumns: [Int32]
    private let rowValues: [Float]
    private let columnStarts: [Int]
    private let columnRows: [Int32]
    private let columnValues: [Float]

    var columnCount: Int { slotOfColumn.count }

    /// The rows `range` of `rows`; fewer than 2^31.
    init(_ rows: borrowing EncodedRows, _ range: Range<Int>, threads: Int) {
        precondition(range.upperBound <= rows.rowCount && range.count < Int(Int32.max), "A range must be one of rows")
        parallel = Parallel(threads: max(1, threads))
        rowCount = range.count
        labels = range.map { Double(rows.labels[$0]) }
        weights = range.map { Double(rows.weights[$0]) }
        let entries = rows.offsets[range.lowerBound]..<rows.offsets[range.upperBound]
        rowStarts = (range.lowerBound...range.upperBound).map { rows.offsets[$0] - entries.lowerBound }
        let columns = Columns(UnsafeBufferPointer(start: rows.slots + entries.lowerBound, count: entries.count))
        slotOfColumn = columns.slots
        rowColumns = columns.ofEntry
        rowValues = entries.map { rows.values[$0] }
        (columnStarts, columnRows, columnValues) = Self.transposed(
            rowStarts,
            rowColumns,
            rowValues,
            columnCount: columns.slots.count
        )
    }

    private static func transposed(
        _ rowStarts: [Int],
        _ rowColumns: [Int32],
        _ rowValues: [Float],
        columnCount: Int
    ) -> (starts: [Int], rows: [Int32], values: [Float]) {
        var starts = [Int](repeating: 0, count: columnCount + 1)
        for column in rowColumns { starts[Int(column) + 1] += 1 }
        for column in 0..<columnCount { starts[column + 1] += starts[column] }
        var next = starts
        var rows = [Int32](repeating: 0, count: rowColumns.count)
        var values = [Float](repeating: 0, count: rowColumns.count)
        for row in 0..<rowStarts.count - 1 {
            for place in rowStarts[row]..<rowStarts[row + 1] {
                let column = Int(rowColumns[place])
                rows[next[column]] = Int32(row)
                values[next[column]] = rowValues[place]
                next[column] += 1
            }
        }
        return (starts, rows, values)
    }

    /// `result` = X · `vector`, row by row; the vector's last number is what every row has, the bias.
    func margins(of vector: [Double], into result: inout [Double]) {
        let bias = vector[columnCount]
        result.withUnsafeMutableBufferPointer { result in
            // Each part writes the rows of its own range.
            nonisolated(unsafe) let result = result
            vector.withUnsafeBufferPointer { vector in
                withRows { starts, columns, values in
                    parallel.forEach(rowCount) { _, range in
                        for row in range {
                            var sum = bias
                            for place in starts[row]..<starts[row &+ 1] {
                                sum += vector[Int(columns[place])] * Double(values[place])
                            }
                            result[row] = sum
                        }
                    }
                }
            }
        }
    }

    /// `result` = Xᵀ · `vector`, column by column, values squared if asked; the last number is the bias's.
    func columnSums(of vector: [Double], squared: Bool = false, into result: inout [Double]) {
        result[columnCount] = vector.reduce(0, +)
        result.withUnsafeMutableBufferPointer { result in
            // Each part writes the columns of its own range.
            nonisolated(unsafe) let result = result
            vector.withUnsafeBufferPointer { vector in
                withColumns { starts, rows, values in
                    parallel.forEach(columnCount) { _, range in
                        for column in range {
                            var sum = 0.0
                            for place in starts[column]..<starts[column &+ 1] {
                                let value = Double(values[place])
                                sum += vector[Int(rows[place])] * (squared ? value * value : value)
                            }
                            result[column] = sum
                        }
                    }
                }
            }
        }
    }

    /// Σ of `body` over rows, in a fixed order.
    func sum(_ body: (_ row: Int) -> Double) -> Double {
        parallel.sum(rowCount) { range in range.reduce(0) { $0 + body($1) } }
    }

    private func withRows(
        _ body: (UnsafeBufferPointer<Int>, UnsafeBufferPointer<Int32>, UnsafeBufferPointer<Float>) -> Void
    ) {
        rowStarts.withUnsafeBufferPointer { starts in
            rowColumns.withUnsafeBufferPointer { columns in
                rowValues.withUnsafeBufferPointer { body(starts, columns, $0) }
            }
        }
    }

    private func withColumns(
        _ body: (UnsafeBufferPointer<Int>, UnsafeBufferPointer<Int32>, UnsafeBufferPointer<Float>) -> Void
    ) {
        columnStarts.withUnsafeBufferPointer { starts in
            columnRows.withUnsafeBufferPointer { rows in
                columnValues.withUnsafeBufferPointer { body(starts, rows, $0) }
            }
        }
    }
}

/// Slots that occur, and each entry's place among them.
private struct Columns {
    let slots: [UInt32]
    let ofEntry: [Int32]

    init(_ entries: UnsafeBufferPointer<UInt32>) {
        let largest = Int(entries.max() ?? 0)
        var places = [Int32](repeating: -1, count: largest + 1)
        for slot in entries { places[Int(slot)] = 0 }
        var slots: [UInt32] = []
        for slot in places.indices where places[slot] == 0 {
            places[slot] = Int32(slots.count)
            slots.append(UInt32(slot))
        }
        self.slots = slots
        ofEntry = entries.map { places[Int($0)] }
    }
}
