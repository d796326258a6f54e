/// The fractional part of an allocation as a graph between requests and campaigns, made whole by pushing along it.
///
/// Along a cycle or a path, shares go up and down in turn, so every request and every campaign in between keeps its sum
/// (pipage rounding: Ageev and Sviridenko 2004). Each push makes at least one candidate whole, in the direction that is
/// worth more; sums change only at the two ends of a path, by less than one candidate.
struct FractionalGraph {
    struct Edge {
        var candidate: Int
        var request: Int
        var campaign: Int
        var share: Double
        /// Worth of a whole candidate, less the prices of rows that a push does not keep.
        var worth: Double
        /// What its campaign's rows take from that when the campaign's sum does change.
        var campaignPrice: Double
    }

    private(set) var edges: [Edge]
    /// Fractional edges at each node; requests first, then campaigns.
    private var edgesAt: [[Int32]]
    private var requestNode: [Int: Int] = [:]
    private let campaignNode: Int
    /// Where a walk stands at each node, −1 when not on it.
    private var placeOnWalk: [Int]

    /// All edges must have the same weight of request.
    init(_ edges: [Edge]) {
        self.edges = edges
        for edge in edges where requestNode[edge.request] == nil { requestNode[edge.request] = requestNode.count }
        campaignNode = requestNode.count
        let campaigns = (edges.map(\.campaign).max() ?? -1) + 1
        edgesAt = [[Int32]](repeating: [], count: campaignNode + campaigns)
        placeOnWalk = [Int](repeating: -1, count: campaignNode + campaigns)
        for (index, edge) in edges.enumerated() {
            edgesAt[requestNode[edge.request] ?? 0].append(Int32(index))
            edgesAt[campaignNode + edge.campaign].append(Int32(index))
        }
    }

    /// Makes every share 0 or 1.
    mutating func makeWhole() {
        for node in edgesAt.indices {
            while !edgesAt[node].isEmpty { pushFrom(node) }
        }
    }

    /// Walks from a node along fractional edges until it closes a cycle or ends, and pushes along what it found.
    private mutating func pushFrom(_ start: Int) {
        var walk: [Int] = []
        var nodes = [start]
        placeOnWalk[start] = 0
        var cycleStart: Int?
        while let edge = nextEdge(at: nodes[nodes.count - 1], after: walk.last) {
            walk.append(edge)
            let node = otherEnd(of: edge, from: nodes[nodes.count - 1])
            if placeOnWalk[node] >= 0 {
                cycleStart = placeOnWalk[node]
                break
            }
            placeOnWalk[node] = nodes.count
            nodes.append(node)
        }
        for node in nodes { placeOnWalk[node] = -1 }
        if let cycleStart {
            push(along: Array(walk[cycleStart...]), isCycle: true, from: nodes[cycleStart])
        } else {
            push(along: walk, isCycle: false, from: start)
        }
    }

    private func nextEdge(at node: Int, after last: Int?) -> Int? {
        for edge in edgesAt[node].reversed() where Int(edge) != last { return Int(edge) }
        return nil
    }

    private func otherEnd(of edge: Int, from node: Int) -> Int {
        let request = requestNode[edges[edge].request] ?? 0
        return node == request ? campaignNode + edges[edge].campaign : request
    }

    private mutating func push(along walk: [Int], isCycle: Bool, from start: Int) {
        var gain = 0.0
        for (place, edge) in walk.enumerated() { gain += place % 2 == 0 ? edges[edge].worth : -edges[edge].worth }
        if !isCycle {
            gain -= endPrice(walk, at: start, place: 0)
            var node = start
            for edge in walk { node = otherEnd(of: edge, from: node) }
            gain -= endPrice(walk, at: node, place: walk.count - 1)
        }
        // Even places rise in the first direction, odd ones in the second.
        let rising = gain >= 0 ? 0 : 1
        var step = Double.infinity
        for (place, edge) in walk.enumerated() {
            step = min(step, place % 2 == rising ? 1 - edges[edge].share : edges[edge].share)
        }
        for (place, edge) in walk.enumerated() {
            let share = edges[edge].share + (place % 2 == rising ? step : -step)
            let isWhole = share <= Self.rounding || share >= 1 - Self.rounding
            edges[edge].share = isWhole ? share.rounded() : share
            if isWhole { remove(edge) }
        }
    }

    private static let rounding = 1e-9

    /// What the campaign at an end of a path takes when its sum rises with the first direction.
    private func endPrice(_ walk: [Int], at node: Int, place: Int) -> Double {
        guard node >= campaignNode else { return 0 }
        let price = edges[walk[place]].campaignPrice
        return place % 2 == 0 ? price : -price
    }

    private mutating func remove(_ edge: Int) {
        let id = Int32(edge)
        edgesAt[requestNode[edges[edge].request] ?? 0].removeAll { $0 == id }
        edgesAt[campaignNode + edges[edge].campaign].removeAll { $0 == id }
    }
}
