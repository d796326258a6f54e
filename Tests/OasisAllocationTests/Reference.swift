import OasisAllocation

/// What the market means, in plain loops that share nothing with the solver.
struct Reference {
    let problem: AllocationProblem

    /// Request of each candidate.
    let request: [Int]

    private let members: [Set<Int32>]
    /// Rows that can count a candidate: of its campaign, of its cell, and all others.
    private let campaignRows: [[Int]]
    private let cellRows: [[Int]]
    private let otherRows: [Int]

    init(_ problem: AllocationProblem) {
        self.problem = problem
        request = (0..<problem.requestCount)
            .flatMap { request in
                (problem.offsets[request]..<problem.offsets[request + 1]).map { _ in request }
            }
        members = (0..<problem.sets.count)
            .map { set in
                Set((problem.sets.offsets[set]..<problem.sets.offsets[set + 1]).map { problem.sets.campaign[Int($0)] })
            }
        var campaignRows = [[Int]](repeating: [], count: problem.campaignCount)
        var cellRows = [[Int]](repeating: [], count: problem.cellCount)
        var otherRows: [Int] = []
        for (index, row) in problem.rows.enumerated() {
            switch row.scope {
            case .campaign(let id) where row.share == 0: campaignRows[id].append(index)
            case .cell(let id) where row.share == 0: cellRows[id].append(index)
            default: otherRows.append(index)
            }
        }
        (self.campaignRows, self.cellRows, self.otherRows) = (campaignRows, cellRows, otherRows)
    }

    /// Rows outside of which a candidate's coefficient is 0.
    private func rows(_ candidate: Int) -> [Int] {
        campaignRows[Int(problem.campaign[candidate])]
            + cellRows[Int(problem.cell?[request[candidate]] ?? 0)] + otherRows
    }

    func weight(_ candidate: Int) -> Double { problem.weight.map { Double($0[request[candidate]]) } ?? 1 }

    func coefficient(_ row: AllocationRow, _ candidate: Int) -> Double {
        let amount = problem.attributes[row.attribute].amount.map { Double($0[candidate]) } ?? 1
        let campaign = problem.campaign[candidate]
        let isInScope =
            switch row.scope {
            case .all: true
            case .campaign(let id): Int(campaign) == id
            case .set(let id): members[id].contains(campaign)
            case .cell(let id): Int(problem.cell?[request[candidate]] ?? 0) == id
            }
        return amount * ((isInScope ? 1 : 0) - row.share)
    }

    func activity(_ row: AllocationRow, _ allocation: [Float]) -> Double {
        allocation.indices.reduce(0.0) {
            $0 + weight($1) * coefficient(row, $1) * Double(allocation[$1])
        }
    }

    /// Value with penalties paid.
    func value(_ allocation: [Float]) -> Double {
        var value = allocation.indices.reduce(0.0) {
            $0 + weight($1) * Double(problem.value[$1]) * Double(allocation[$1])
        }
        let activities = activities(allocation)
        for (index, row) in problem.rows.enumerated() where !row.isHard {
            value -= row.penalty * row.violation(activity: activities.sum[index])
        }
        return value
    }

    /// A·x of every row, and Σ|a x|.
    private func activities(_ allocation: [Float]) -> (sum: [Double], magnitude: [Double]) {
        var sum = [Double](repeating: 0, count: problem.rows.count)
        var magnitude = sum
        for (candidate, share) in allocation.enumerated() where share != 0 {
            for row in rows(candidate) {
                let term = weight(candidate) * coefficient(problem.rows[row], candidate) * Double(share)
                sum[row] += term
                magnitude[row] += abs(term)
            }
        }
        return (sum, magnitude)
    }

    /// Worst relative violation of hard rows, and worst absolute violation of slots or of 0 ≤ x ≤ 1.
    func violations(_ allocation: [Float]) -> (rows: Double, slots: Double) {
        var rows = 0.0
        let activities = activities(allocation)
        for (index, row) in problem.rows.enumerated() where row.isHard {
            let violation = row.violation(activity: activities.sum[index])
            rows = max(rows, violation / max(abs(row.bound), activities.magnitude[index], 1))
        }
        var used = [Double](repeating: 0, count: problem.requestCount)
        var slots = 0.0
        for (candidate, share) in allocation.enumerated() {
            used[request[candidate]] += Double(share)
            slots = max(slots, Double(-share), Double(share) - 1)
        }
        for request in used.indices { slots = max(slots, used[request] - Double(problem.slots[request])) }
        return (rows, slots)
    }

    /// The bound that any prices prove.
    func dualBound(_ prices: [Double]) -> Double {
        var bound = zip(problem.rows, prices).reduce(0.0) { $0 + $1.1 * $1.0.sign * $1.0.bound }
        for request in 0..<problem.requestCount {
            let candidates = Int(problem.offsets[request])..<Int(problem.offsets[request + 1])
            let reduced = candidates.map { candidate in
                rows(candidate)
                    .reduce(Double(problem.value[candidate])) {
                        $0 - prices[$1] * problem.rows[$1].sign * coefficient(problem.rows[$1], candidate)
                    }
            }
            let best = reduced.filter { $0 > 0 }.sorted(by: >).prefix(Int(problem.slots[request]))
            bound += (problem.weight.map { Double($0[request]) } ?? 1) * best.reduce(0, +)
        }
        return bound
    }

    /// The optimum by the dense simplex.
    func optimum() -> Double {
        var objective = (0..<problem.candidateCount).map { weight($0) * Double(problem.value[$0]) }
        var constraints: [(coefficients: [Int: Double], bound: Double)] = []
        for candidate in 0..<problem.candidateCount { constraints.append(([candidate: 1], 1)) }
        for request in 0..<problem.requestCount {
            let all = Int(problem.offsets[request])..<Int(problem.offsets[request + 1])
            constraints.append((Dictionary(uniqueKeysWithValues: all.map { ($0, 1) }), Double(problem.slots[request])))
        }
        var constant = 0.0
        for row in problem.rows {
            var terms: [Int: Double] = [:]
            for candidate in 0..<problem.candidateCount {
                let coefficient = row.sign * weight(candidate) * coefficient(row, candidate)
                if coefficient != 0 { terms[candidate] = coefficient }
            }
            if !row.isHard {
                // s pays for what is past the bound.
                terms[objective.count] = -1
                objective.append(-row.penalty)
            }
            let bound = row.sign * row.bound
            if bound >= 0 {
                constraints.append((terms, bound))
            } else {
                // A guarantee b: t of it is met, 0 ≤ t ≤ b, and the rest is paid for, so that the origin is feasible.
                constant += row.penalty * bound
                terms[objective.count] = 1
                constraints.append((terms, 0))
                constraints.append(([objective.count: 1], -bound))
                objective.append(row.penalty)
            }
        }
        var simplex = DenseSimplex(objective: objective, constraints: constraints)
        return simplex.maximum() + constant
    }
}
