/// Which rows count a candidate, and how much of it.
struct RowIndex {
    private let problem: AllocationProblem
    /// Rows without a share whose scope is one campaign or a set that holds it, by campaign.
    private var byCampaign: [[Int32]]
    private var byCell: [[Int32]]
    /// Rows over everything, and rows with a share, which count every candidate.
    private var everywhere: [Int] = []
    /// Campaigns in the scope of a row with a share over a set.
    private var members: [Int: [Bool]] = [:]

    init(_ problem: AllocationProblem) {
        self.problem = problem
        byCampaign = [[Int32]](repeating: [], count: problem.campaignCount)
        byCell = [[Int32]](repeating: [], count: problem.cellCount)
        for (index, row) in problem.rows.enumerated() {
            let id = Int32(truncatingIfNeeded: index)
            switch row.scope {
            case .campaign(let campaign) where row.share == 0: byCampaign[campaign].append(id)
            case .cell(let cell) where row.share == 0: byCell[cell].append(id)
            case .set(let set) where row.share == 0:
                for member in problem.sets.members(set) { byCampaign[Int(member)].append(id) }
            case .set(let set):
                var isMember = [Bool](repeating: false, count: problem.campaignCount)
                for member in problem.sets.members(set) { isMember[Int(member)] = true }
                members[index] = isMember
                everywhere.append(index)
            case .all, .campaign, .cell: everywhere.append(index)
            }
        }
    }

    /// Calls `body` with every row that counts a candidate and its coefficient, until it says false.
    func forEachRow(of candidate: Int, request: Int, _ body: (_ row: Int, _ coefficient: Double) -> Bool) {
        for row in byCampaign[Int(problem.campaign[candidate])] {
            guard body(Int(row), amount(of: candidate, in: Int(row))) else { return }
        }
        for row in byCell[Int(problem.cell?[request] ?? 0)] {
            guard body(Int(row), amount(of: candidate, in: Int(row))) else { return }
        }
        for row in everywhere {
            guard body(row, coefficient(row, candidate: candidate, request: request)) else { return }
        }
    }

    /// Rows without a share that count every candidate of a campaign.
    func rows(of campaign: Int) -> [Int32] { byCampaign[campaign] }

    /// amount · (1[in scope] − share).
    func coefficient(_ index: Int, candidate: Int, request: Int) -> Double {
        let row = problem.rows[index]
        let campaign = Int(problem.campaign[candidate])
        let isInScope =
            switch row.scope {
            case .all: true
            case .campaign(let id): id == campaign
            case .set(let set): members[index]?[campaign] ?? problem.sets.members(set).contains(Int32(campaign))
            case .cell(let id): id == Int(problem.cell?[request] ?? 0)
            }
        return amount(of: candidate, in: index) * ((isInScope ? 1 : 0) - row.share)
    }

    private func amount(of candidate: Int, in row: Int) -> Double {
        Double(problem.attributes[problem.rows[row].attribute].amount?[candidate] ?? 1)
    }
}
