import OasisAllocation

/// What the market means, in plain loops that share nothing with the solver.
struct Reference {
    let problem: AllocationProblem

    /// Request of each candidate.
    let request: [Int]

    init(_ problem: AllocationProblem) {
        self.problem = problem
        request = (0..<problem.requestCount)
            .flatMap { request in
                (problem.offsets[request]..<problem.offsets[request + 1]).map { _ in request }
            }
    }

    func weight(_ candidate: Int) -> Double { problem.weight.map { Double($0[request[candidate]]) } ?? 1 }

    func coefficient(_ row: AllocationRow, _ candidate: Int) -> Double {
        let amount = problem.attributes[row.attribute].amount.map { Double($0[candidate]) } ?? 1
        let campaign = problem.campaign[candidate]
        let isInScope =
            switch row.scope {
            case .all: true
            case .campaign(let id): Int(campaign) == id
            case .set(let id):
                (problem.sets.offsets[id]..<problem.sets.offsets[id + 1])
                    .contains {
                        problem.sets.campaign[Int($0)] == campaign
                    }
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
        for row in problem.rows where !row.isHard {
            value -= row.penalty * row.violation(activity: activity(row, allocation))
        }
        return value
    }

    /// Worst relative violation of hard rows, and worst absolute violation of slots or of 0 ≤ x ≤ 1.
    func violations(_ allocation: [Float]) -> (rows: Double, slots: Double) {
        var rows = 0.0
        for row in problem.rows where row.isHard {
            let magnitude = allocation.indices.reduce(0.0) {
                $0 + abs(weight($1) * coefficient(row, $1) * Double(allocation[$1]))
            }
            let violation = row.violation(activity: activity(row, allocation))
            rows = max(rows, violation / max(abs(row.bound), magnitude, 1))
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
                zip(problem.rows, prices)
                    .reduce(Double(problem.value[candidate])) {
                        $0 - $1.1 * $1.0.sign * coefficient($1.0, candidate)
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
