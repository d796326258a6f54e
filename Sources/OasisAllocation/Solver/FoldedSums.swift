/// Sums by campaign and by cell, one region for each chunk and one for their total.
final class FoldedSums {
    /// Scalars beside the tables.
    enum Scalar: Int, CaseIterable {
        /// Σ w · max(u·x − γ/2 x²).
        case smoothed
        /// Σ w · (sum of the top k positive u).
        case top
        /// Σ w · u·x.
        case linear
        /// Σ w · x.
        case delivered
    }

    let campaignSize: Int
    let cellSize: Int
    private let stride: Int
    private let memory: Memory<Double>
    private let chunks: Chunks

    init(folding: RowFolding, chunks: Chunks) {
        campaignSize = folding.campaignTableSize
        cellSize = folding.cellTableSize
        // Padded so that no two chunks write to one cache line.
        stride = (campaignSize + cellSize + Scalar.allCases.count + 15) / 8 * 8
        memory = Memory(capacity: stride * (chunks.count + 1))
        self.chunks = chunks
    }

    func campaign(_ chunk: Int) -> UnsafeMutablePointer<Double> { memory.base + chunk * stride }
    func cell(_ chunk: Int) -> UnsafeMutablePointer<Double> { campaign(chunk) + campaignSize }
    func scalars(_ chunk: Int) -> UnsafeMutablePointer<Double> { cell(chunk) + cellSize }

    func clear(_ chunk: Int) { campaign(chunk).update(repeating: 0, count: stride) }

    /// Adds all chunks up, in their order, then what is settled, and returns the tables of the total.
    func total(with settled: Settled? = nil) -> (campaign: UnsafePointer<Double>, cell: UnsafePointer<Double>) {
        let total = campaign(chunks.count)
        total.update(from: campaign(0), count: stride)
        for chunk in 1..<max(1, chunks.count) {
            let other = campaign(chunk)
            for index in 0..<stride { total[index] += other[index] }
        }
        if let settled {
            for index in 0..<campaignSize { total[index] += settled.campaign.base[index] }
            for index in 0..<cellSize { total[campaignSize + index] += settled.cell.base[index] }
        }
        return (UnsafePointer(total), UnsafePointer(cell(chunks.count)))
    }

    /// A scalar of the latest total.
    func scalar(_ scalar: Scalar) -> Double { scalars(chunks.count)[scalar.rawValue] }
}
