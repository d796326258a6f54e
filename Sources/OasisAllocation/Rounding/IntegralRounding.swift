/// Makes a feasible allocation whole: every candidate is promoted or not.
///
/// Pushing along the fractional graph keeps what requests and campaigns add up to. What remains to be done is little:
/// candidates are dropped where a row still gives less room than a whole one takes, and free slots are filled again.
struct IntegralRounding {
    private let problem: AllocationProblem
    private let prices: PriceTables
    /// Prices of the rows that a campaign's own sum decides: caps, guarantees, and those of its sets.
    private let ownPrices: PriceTables
    private var activities: RowActivities
    private var chosen: Set<Int> = []
    private var free: [Int]

    /// A problem and the prices of its rows, which say what is dropped first and filled first.
    init(_ problem: AllocationProblem, prices: [Double]) {
        self.problem = problem
        let folding = RowFolding(problem)
        self.prices = PriceTables(folding, prices: prices)
        let own = zip(problem.rows, prices)
            .map { row, price -> Double in
                switch row.scope {
                case .campaign, .set: price
                case .all, .cell: 0
                }
            }
        ownPrices = PriceTables(folding, prices: own)
        activities = RowActivities(problem)
        free = problem.slots.array.map(Int.init)
    }

    /// A whole allocation near `allocation`, within slots and hard rows; candidates rise.
    mutating func round(_ allocation: SparseAllocation) -> SparseAllocation {
        var fractions: [FractionalGraph.Edge] = []
        var request = 0
        for (candidate, share) in zip(allocation.candidates, allocation.shares) where share > 0 {
            while problem.offsets[request + 1] <= candidate { request += 1 }
            if share == 1 { take(candidate, request) } else { fractions.append(edge(candidate, request, share)) }
        }
        for candidate in wholeCandidates(of: fractions) { take(candidate.candidate, candidate.request) }
        dropUntilFeasible()
        fill()
        let candidates = chosen.sorted()
        return SparseAllocation(candidates: candidates, shares: [Float](repeating: 1, count: candidates.count))
    }

    private func edge(_ candidate: Int, _ request: Int, _ share: Float) -> FractionalGraph.Edge {
        let own = priceOf(candidate, request, ownPrices)
        return FractionalGraph.Edge(
            candidate: candidate,
            request: request,
            campaign: Int(problem.campaign[candidate]),
            share: Double(share),
            worth: Double(problem.value[candidate]) - priceOf(candidate, request, prices) + own,
            campaignPrice: own
        )
    }

    /// What pushing leaves at 1; requests of one weight at a time, because only those trade one for one.
    private func wholeCandidates(of fractions: [FractionalGraph.Edge]) -> [FractionalGraph.Edge] {
        let groups = Dictionary(grouping: fractions) { problem.weight?[$0.request] ?? 1 }
        return groups.keys.sorted()
            .flatMap { weight -> [FractionalGraph.Edge] in
                var graph = FractionalGraph(groups[weight] ?? [])
                graph.makeWhole()
                return graph.edges.filter { $0.share == 1 }
            }
    }

    private mutating func take(_ candidate: Int, _ request: Int) {
        guard free[request] > 0 else { return }
        free[request] -= 1
        chosen.insert(candidate)
        activities.add(1, candidate: candidate, request: request)
    }

    private mutating func drop(_ candidate: Int, _ request: Int) {
        free[request] += 1
        chosen.remove(candidate)
        activities.add(-1, candidate: candidate, request: request)
    }

    /// Drops what is worth least in a violated row until none is; x = 0 keeps every hard row, so this ends.
    private mutating func dropUntilFeasible() {
        while let (row, excess) = activities.violations().first {
            let order = chosenInRequestOrder()
                .filter { activities.index.coefficient(row, candidate: $0.candidate, request: $0.request) > 0 }
                .map { ($0, reduced($0.candidate, $0.request)) }
                .sorted { ($0.1, $0.0.candidate) < ($1.1, $1.0.candidate) }
            var left = excess
            for ((candidate, request), _) in order where left > 0 {
                let weight = Double(problem.weight?[request] ?? 1)
                left -= weight * activities.index.coefficient(row, candidate: candidate, request: request)
                drop(candidate, request)
            }
        }
    }

    /// Fills free slots with what is worth most among what rows have room for.
    private mutating func fill() {
        for _ in 0..<2 {
            var proposals = openCandidates()
            proposals.sort { ($1.reduced, $0.candidate) < ($0.reduced, $1.candidate) }
            var isAnyTaken = false
            for (candidate, request, _) in proposals
            where free[request] > 0 && activities.worth(of: candidate, request: request) > 0
                && activities.hasRoom(for: candidate, request: request)
            {
                take(candidate, request)
                isAnyTaken = true
            }
            if !isAnyTaken { return }
        }
    }

    /// Candidates of requests with a free slot whose campaigns have room.
    private func openCandidates() -> [(candidate: Int, request: Int, reduced: Double)] {
        var smallest = problem.weight == nil ? 1.0 : Double.infinity
        if let weight = problem.weight {
            for weight in weight.unsafeElements where weight > 0 { smallest = min(smallest, Double(weight)) }
        }
        let hasRoom = activities.campaignsWithRoom(smallestWeight: smallest)
        var proposals: [(candidate: Int, request: Int, reduced: Double)] = []
        for request in 0..<problem.requestCount where free[request] > 0 {
            for candidate in Int(problem.offsets[request])..<Int(problem.offsets[request + 1])
            where hasRoom[Int(problem.campaign[candidate])] && !chosen.contains(candidate)
                && activities.worth(of: candidate, request: request) > 0
            {
                proposals.append((candidate, request, reduced(candidate, request)))
            }
        }
        return proposals
    }

    private func chosenInRequestOrder() -> [(candidate: Int, request: Int)] {
        var request = 0
        return chosen.sorted()
            .map { candidate in
                while problem.offsets[request + 1] <= candidate { request += 1 }
                return (candidate, request)
            }
    }

    private func reduced(_ candidate: Int, _ request: Int) -> Double {
        Double(problem.value[candidate]) - priceOf(candidate, request, prices)
    }

    private func priceOf(_ candidate: Int, _ request: Int, _ tables: PriceTables) -> Double {
        let campaign = Int(problem.campaign[candidate])
        let cell = Int(problem.cell?[request] ?? 0)
        var price = 0.0
        for (attribute, column) in problem.attributes.enumerated() {
            let amount = Double(column.amount?[candidate] ?? 1)
            price += amount * tables.price(attribute: attribute, campaign: campaign, cell: cell)
        }
        return price
    }
}
