import OasisAllocation
import OasisMarket
import OasisPlanning

/// How much of each row a replay has used.
struct RowUsage {
    private let problem: AllocationProblem
    private(set) var activity: [Double]
    private var magnitude: [Double]
    private let rowsOfCampaign: [[Int]]
    private let rowsOfCell: [[Int]]
    private let rowsOfAll: [Int]
    /// Units left under the tightest hard cap of each campaign.
    private var unitsLeft: [Double]

    init(_ problem: AllocationProblem) {
        self.problem = problem
        activity = Array(repeating: 0, count: problem.rows.count)
        magnitude = activity
        var campaigns = [[Int]](repeating: [], count: problem.campaignCount)
        var cells = [[Int]](repeating: [], count: problem.cellCount)
        var all: [Int] = []
        var units = [Double](repeating: .infinity, count: problem.campaignCount)
        for (index, row) in problem.rows.enumerated() {
            switch row.scope {
            case _ where row.share != 0: all.append(index)
            case .all: all.append(index)
            case .campaign(let id):
                campaigns[id].append(index)
                if row.isHard, problem.attributes[row.attribute].name == "delivery" {
                    units[id] = min(units[id], row.bound)
                }
            case .set(let id): for member in problem.sets.members(id) { campaigns[Int(member)].append(index) }
            case .cell(let id): cells[id].append(index)
            }
        }
        (rowsOfCampaign, rowsOfCell, rowsOfAll) = (campaigns, cells, all)
        unitsLeft = units
    }

    func hasUnit(_ campaign: Int) -> Bool { unitsLeft[campaign] >= 1 }

    /// Whether a candidate keeps within the hard rows.
    ///
    /// The first deliveries of a day break any ceiling on shares, so shares get a leeway that is gone before the last
    /// requests come: what is above the ceiling must be made up for by what is still to come.
    func fits(_ candidate: Int, of request: Int) -> Bool {
        rows(candidate, request)
            .allSatisfy { index in
                let row = problem.rows[index]
                let change = amount(row, candidate, request)
                guard row.isHard, change > 0 else { return true }
                return activity[index] + change <= row.bound + leeway(of: row, at: request)
            }
    }

    private func leeway(of row: AllocationRow, at request: Int) -> Double {
        guard row.share != 0 else { return row.bound * 1e-12 }
        let strict = Double(problem.requestCount) * (1 - Self.strictShare)
        return Self.leewayPerRequest * max(0, strict - Double(request))
    }

    /// The last part of the requests, in which shares have no leeway.
    private static let strictShare = 0.05
    /// By how much a share may be above its ceiling for each request that is still to come before that.
    private static let leewayPerRequest = 0.02

    mutating func add(_ candidate: Int, of request: Int) {
        for index in rows(candidate, request) {
            let amount = amount(problem.rows[index], candidate, request)
            activity[index] += amount
            magnitude[index] += abs(amount)
        }
        unitsLeft[Int(problem.campaign[candidate])] -= Double(problem.weight?[request] ?? 1)
    }

    /// Rows with what is left of their bounds.
    func rowsLeft(_ rows: [MarketProgram.Row]) -> [MarketProgram.Row] {
        rows.enumerated()
            .map { index, row in
                var row = row
                row.bound -= activity[index]
                // A bound already used up cannot be mended by serving less than nothing.
                if row.sense == .atMost { row.bound = max(0, row.bound) }
                return row
            }
    }

    var overspend: Double {
        sum { row, index in
            guard case .campaign = row.scope, row.isHard else { return 0 }
            return max(0, activity[index] - row.bound)
        }
    }

    var guaranteeShortfall: Double {
        sum { row, index in
            guard case .campaign = row.scope, row.sense == .atLeast else { return 0 }
            return max(0, row.bound - activity[index])
        }
    }

    var penalties: Double {
        sum { row, index in row.isHard ? 0 : row.penalty * row.violation(activity: activity[index]) }
    }

    var maxRelativeViolation: Double {
        problem.rows.indices.reduce(0) { worst, index in
            let row = problem.rows[index]
            guard row.isHard else { return worst }
            return max(worst, row.violation(activity: activity[index]) / max(abs(row.bound), magnitude[index], 1))
        }
    }

    private func sum(_ term: (AllocationRow, Int) -> Double) -> Double {
        problem.rows.enumerated().reduce(0) { $0 + term($1.element, $1.offset) }
    }

    private func rows(_ candidate: Int, _ request: Int) -> [Int] {
        rowsOfCampaign[Int(problem.campaign[candidate])] + rowsOfCell[Int(problem.cell?[request] ?? 0)] + rowsOfAll
    }

    private func amount(_ row: AllocationRow, _ candidate: Int, _ request: Int) -> Double {
        let amount = Double(problem.attributes[row.attribute].amount?[candidate] ?? 1)
        let weighted = amount * Double(problem.weight?[request] ?? 1)
        return weighted * ((isInScope(row, candidate, request) ? 1 : 0) - row.share)
    }

    private func isInScope(_ row: AllocationRow, _ candidate: Int, _ request: Int) -> Bool {
        switch row.scope {
        case .all: true
        case .campaign(let id): problem.campaign[candidate] == Int32(id)
        case .set(let id): problem.sets.members(id).contains(problem.campaign[candidate])
        case .cell(let id): problem.cell?[request] ?? 0 == Int32(id)
        }
    }
}
