/// Order statistics of a request's scores, without sorting them: by bisection on the scores themselves.
///
/// Sorting and selecting compare what nobody can predict, and a processor that guessed wrong loses more time than eight
/// comparisons side by side take. So scores are counted, eight at a time and a few times over, and never looked at one by
/// one.
struct ScoreRanks {
    private static let blockScores = 8
    /// Filled up with minus infinity, which reaches nothing.
    private let blocks: UnsafeMutablePointer<SIMD8<Float>>
    private let blockCount: Int
    private let least: Float
    private let largest: Float
    /// How many scores there are, at least one.
    let count: Int

    /// Lends the ranks of at least one score, all of them finite.
    static func with<Result>(_ scores: UnsafeBufferPointer<Float>, _ body: (ScoreRanks) -> Result) -> Result {
        let blockCount = blocks(scores.count)
        return withUnsafeTemporaryAllocation(of: SIMD8<Float>.self, capacity: blockCount) { memory in
            guard let blocks = memory.baseAddress, let first = scores.baseAddress else {
                preconditionFailure("there are no scores to rank")
            }
            blocks.initialize(repeating: SIMD8(repeating: -.infinity), count: blockCount)
            let room = blockCount &* blockScores
            blocks.withMemoryRebound(to: Float.self, capacity: room) { $0.update(from: first, count: scores.count) }
            return body(ScoreRanks(blocks, blockCount, count: scores.count))
        }
    }

    /// How many floats hold `count` scores in whole blocks.
    static func room(_ count: Int) -> Int { blocks(count) * blockScores }

    private static func blocks(_ count: Int) -> Int { (count + blockScores - 1) / blockScores }

    private init(_ blocks: UnsafeMutablePointer<SIMD8<Float>>, _ blockCount: Int, count: Int) {
        self.blocks = blocks
        self.blockCount = blockCount
        self.count = count
        var (low, high) = (SIMD8<Float>(repeating: .infinity), blocks[blockCount &- 1])
        for block in 0..<(blockCount &- 1) {
            let scores = blocks[block]
            low.replace(with: scores, where: scores .< low)
            high.replace(with: scores, where: scores .> high)
        }
        var least = low.min()
        for place in 0..<(count &- (blockCount &- 1) &* Self.blockScores) {
            least = min(least, blocks[blockCount &- 1][place])
        }
        self.least = least
        largest = high.max()
    }

    /// The score that `share` > 0 of all scores do not exceed.
    func quantile(_ share: Double) -> Float {
        guard share > 0 else { return -.infinity }
        let rank = Int((share * Double(count)).rounded(.up))
        return largest(min(max(count &- rank &+ 1, 1), count))
    }

    /// The `rank`-th largest score, 1 to `count`.
    func largest(_ rank: Int) -> Float {
        // At least `rank` scores reach `low`, fewer reach `high`.
        var (low, high) = (Self.order(least), Self.order(largest) &+ 1)
        while high &- low > 1 {
            let middle = low &+ (high &- low) / 2
            let reaching = countReaching(Self.score(middle))
            if reaching == rank { return smallestReaching(Self.score(middle)) }
            if reaching > rank { low = middle } else { high = middle }
        }
        return Self.score(low)
    }

    /// Writes the `kept` largest scores in falling order, 1 to `count` of them, to memory with `room(kept)`.
    func writeLargest(_ kept: Int, into target: UnsafeMutablePointer<Float>) {
        let last = largest(kept)
        let blockCount = Self.blocks(kept)
        withUnsafeTemporaryAllocation(of: SIMD8<Float>.self, capacity: blockCount) { memory in
            guard let best = memory.baseAddress else { return }
            // What equals the last one fills up what exceeds it, and is fewer than `kept`.
            best.initialize(repeating: SIMD8(repeating: last), count: blockCount)
            best.withMemoryRebound(to: Float.self, capacity: blockCount &* Self.blockScores) { best in
                gather(above: last, into: best)
                for place in kept..<(blockCount &* Self.blockScores) { best[place] = -.infinity }
            }
            Self.writeFalling(best, blockCount, kept, into: target)
        }
    }

    /// Lists the scores above `level`, and behind them one that is not.
    private func gather(above level: Float, into list: UnsafeMutablePointer<Float>) {
        var found = 0
        blocks.withMemoryRebound(to: Float.self, capacity: blockCount &* Self.blockScores) { scores in
            for place in 0..<count {
                list[found] = max(scores[place], level)
                found &+= scores[place] > level ? 1 : 0
            }
        }
    }

    /// Sorts by counting: a score's place is how many exceed it.
    private static func writeFalling(
        _ scores: UnsafeMutablePointer<SIMD8<Float>>,
        _ blockCount: Int,
        _ count: Int,
        into target: UnsafeMutablePointer<Float>
    ) {
        for place in 0..<count { target[place] = -.infinity }
        scores.withMemoryRebound(to: Float.self, capacity: blockCount &* blockScores) { values in
            for place in 0..<count {
                let level = SIMD8(repeating: values[place])
                var counts = SIMD8<Int32>.zero
                for block in 0..<blockCount {
                    counts.replace(with: counts &+ 1, where: scores[block] .> level)
                }
                target[Int(truncatingIfNeeded: counts.wrappedSum())] = values[place]
            }
        }
        // Equal ones all went to the first of their places.
        for place in 1..<max(count, 1) where target[place] == -.infinity { target[place] = target[place &- 1] }
    }

    @inline(__always)
    private func countReaching(_ score: Float) -> Int {
        let level = SIMD8(repeating: score)
        var (even, odd) = (SIMD8<Int32>.zero, SIMD8<Int32>.zero)
        var block = 0
        while block &+ 1 < blockCount {
            even.replace(with: even &+ 1, where: blocks[block] .>= level)
            odd.replace(with: odd &+ 1, where: blocks[block &+ 1] .>= level)
            block &+= 2
        }
        if block < blockCount { even.replace(with: even &+ 1, where: blocks[block] .>= level) }
        return Int(truncatingIfNeeded: (even &+ odd).wrappedSum())
    }

    private func smallestReaching(_ score: Float) -> Float {
        let level = SIMD8(repeating: score)
        var smallest = SIMD8<Float>(repeating: .infinity)
        for block in 0..<blockCount {
            let scores = blocks[block]
            smallest.replace(with: scores, where: (scores .>= level) .& (scores .< smallest))
        }
        return smallest.min()
    }

    /// A number that grows as the score does.
    @inline(__always)
    private static func order(_ score: Float) -> Int {
        let bits = Int32(bitPattern: score.bitPattern)
        return Int(bits < 0 ? bits ^ 0x7fff_ffff : bits)
    }

    @inline(__always)
    private static func score(_ order: Int) -> Float {
        let bits = Int32(truncatingIfNeeded: order)
        return Float(bitPattern: UInt32(bitPattern: bits < 0 ? bits ^ 0x7fff_ffff : bits))
    }
}
