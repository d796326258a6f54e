import OasisMarket

/// Decides what becomes of a message: how long it takes, whether it is lost, and whether it arrives twice.
struct SimulatedNetwork {
    /// Who talks to whom.
    enum Party: Hashable, Comparable {
        /// A scoring node.
        case node(Int)
        /// The planner, with the ledger.
        case planner
        /// The ranker and the players.
        case players
    }

    /// Share of messages that are lost when nothing is broken.
    static let lossShare = 0.002

    private let faults: [Fault]
    private let nodeCount: Int
    private var random: SeededGenerator
    private(set) var sent = 0
    private(set) var lost = 0
    private(set) var repeated = 0

    init(faults: [Fault], nodeCount: Int, seed: UInt64) {
        self.faults = faults
        self.nodeCount = nodeCount
        random = SeededGenerator(seed: seed ^ 0x6e65_7477_6f72_6b)
    }

    /// Seconds after which each copy of a message arrives; none when it is lost.
    mutating func delays(from sender: Party, to receiver: Party, at now: Timestamp) -> [Double] {
        sent += 1
        // Each message draws the same numbers whatever is broken, so that a fault changes as little else as can be.
        let (chance, twice, late, speed) = (random.uniform(), random.uniform(), random.uniform(), random.uniform())
        guard chance >= Self.lossShare, canTalk(sender, receiver, at: now) else {
            lost += 1
            return []
        }
        var delay = 0.005 + 0.06 * speed * speed
        if isActive(.reordering, at: now), late < 0.2 { delay += 600 * late }
        guard isActive(.duplicates, at: now), twice < 0.3 else { return [delay] }
        repeated += 1
        return [delay, delay + 300 * twice]
    }

    /// Whether two parties hear each other.
    func canTalk(_ one: Party, _ other: Party, at now: Timestamp) -> Bool {
        !faults.contains { fault in
            guard fault.kind == .partition, fault.isActive(at: now) else { return false }
            let (left, right) = severed(by: fault)
            return (left == one && right == other) || (left == other && right == one)
        }
    }

    private func isActive(_ kind: Fault.Kind, at now: Timestamp) -> Bool {
        faults.contains { $0.kind == kind && $0.isActive(at: now) }
    }

    /// Which line a partition cuts.
    private func severed(by fault: Fault) -> (Party, Party) {
        let lines: [(Party, Party)] =
            (0..<nodeCount).flatMap { [(.node($0), .planner), (.players, .node($0))] } + [(.players, .planner)]
        return lines[fault.target % lines.count]
    }
}
