/// What the candidates that one row counts amount to in every attribute, by campaign and by cell.
struct RowReach {
    /// Most that candidates and slots allow on the left side of a ≥ row, every other row aside.
    private(set) var best = 0.0
    /// Σ weight · coefficient over the candidates that help the row.
    private(set) var magnitude = 0.0

    private let row: AllocationRow
    private let sets: CampaignSets
    private let cellCount: Int
    /// Campaigns in the tables: all of them, or the one that the row is over.
    private let campaigns: Range<Int>
    private var byCampaign: [Double]
    private var byCell: [Double]

    private init(_ row: AllocationRow, _ problem: AllocationProblem) {
        self.row = row
        sets = problem.sets
        cellCount = problem.cellCount
        campaigns = if case .campaign(let id) = row.scope { id..<(id + 1) } else { 0..<problem.campaignCount }
        byCampaign = [Double](repeating: 0, count: campaigns.count * problem.attributes.count)
        byCell = [Double](repeating: 0, count: cellCount * problem.attributes.count)
    }

    /// Gathers several rows in one pass over the candidates.
    static func gather(_ problem: AllocationProblem, rows: [Int]) -> [RowReach] {
        var reaches = rows.map { RowReach(problem.rows[$0], problem) }
        let lookup = Lookup(rows.map { problem.rows[$0] }, problem)
        // What each row can take from the request at hand, and the rows that can take anything.
        var useful = [[Double]](repeating: [], count: rows.count)
        var takers: [Int] = []
        let columns = Columns(problem)
        for request in 0..<problem.requestCount {
            let cell = problem.cell.map { Int($0[request]) } ?? 0
            let weight = problem.weight.map { Double($0[request]) } ?? 1
            for candidate in Int(problem.offsets[request])..<Int(problem.offsets[request + 1]) {
                let campaign = Int(columns.campaign[candidate])
                lookup.forEach(campaign: campaign, cell: cell) { place in
                    let help = reaches[place].add(columns, candidate, campaign: campaign, cell: cell, weight: weight)
                    guard help > 0 else { return }
                    if useful[place].isEmpty { takers.append(place) }
                    useful[place].append(help)
                }
            }
            for place in takers {
                reaches[place].fill(slots: Int(problem.slots[request]), with: useful[place])
                useful[place].removeAll(keepingCapacity: true)
            }
            takers.removeAll(keepingCapacity: true)
        }
        return reaches
    }

    /// Adds a candidate in scope, and returns how much a whole one of it puts on the left side.
    private mutating func add(
        _ columns: Columns,
        _ candidate: Int,
        campaign: Int,
        cell: Int,
        weight: Double
    ) -> Double {
        let help = weight * columns.amount(row.attribute, candidate) * (1 - row.share)
        guard help > 0 else { return 0 }
        magnitude += help
        for attribute in columns.amounts.indices {
            let amount = weight * columns.amount(attribute, candidate)
            byCampaign[attribute * campaigns.count + campaign - campaigns.lowerBound] += amount
            byCell[attribute * cellCount + cell] += amount
        }
        return help
    }

    private mutating func fill(slots: Int, with amounts: [Double]) {
        best += amounts.count <= slots ? amounts.reduce(0, +) : amounts.sorted(by: >).prefix(slots).reduce(0, +)
    }

    /// Σ weight · coefficient of another row over the candidates that help this one.
    func sum(of other: AllocationRow) -> Double {
        let cells = byCell[(other.attribute * cellCount)..<((other.attribute + 1) * cellCount)]
        let total = cells.reduce(0, +)
        let inScope: Double =
            switch other.scope {
            case .all: total
            case .cell(let id): cells[cells.startIndex + id]
            case .campaign(let id): amount(other.attribute, campaign: id)
            case .set(let id): sets.members(id).reduce(0) { $0 + amount(other.attribute, campaign: Int($1)) }
            }
        return inScope - other.share * total
    }

    private func amount(_ attribute: Int, campaign: Int) -> Double {
        guard campaigns.contains(campaign) else { return 0 }
        return byCampaign[attribute * campaigns.count + campaign - campaigns.lowerBound]
    }
}

extension RowReach {
    /// A problem's candidates as pointers: a column's own subscript counts references at every candidate.
    private struct Columns {
        /// Keeps the pointers valid.
        private let problem: AllocationProblem
        let campaign: UnsafePointer<Int32>
        /// By attribute; nil is 1 throughout.
        let amounts: [UnsafePointer<Float>?]

        init(_ problem: AllocationProblem) {
            self.problem = problem
            campaign = problem.campaign.base
            amounts = problem.attributes.map { $0.amount?.base }
        }

        @inline(__always)
        func amount(_ attribute: Int, _ candidate: Int) -> Double {
            amounts[attribute].map { Double($0[candidate]) } ?? 1
        }
    }

    /// Which of some rows count a candidate.
    private struct Lookup {
        private let everywhere: [Int]
        /// Place in `lists` of each campaign's rows and of each cell's rows; −1 where there are none.
        private var campaignList: [Int32]
        private var cellList: [Int32]
        private var lists: [[Int]] = []

        init(_ rows: [AllocationRow], _ problem: AllocationProblem) {
            everywhere = rows.indices.filter { rows[$0].scope == .all }
            campaignList = [Int32](repeating: -1, count: problem.campaignCount)
            cellList = [Int32](repeating: -1, count: problem.cellCount)
            for (place, row) in rows.enumerated() {
                switch row.scope {
                case .all: break
                case .campaign(let id): Self.add(place, to: &campaignList[id], of: &lists)
                case .set(let id):
                    for member in problem.sets.members(id) {
                        Self.add(place, to: &campaignList[Int(member)], of: &lists)
                    }
                case .cell(let id): Self.add(place, to: &cellList[id], of: &lists)
                }
            }
        }

        private static func add(_ place: Int, to list: inout Int32, of lists: inout [[Int]]) {
            if list < 0 {
                list = Int32(lists.count)
                lists.append([])
            }
            lists[Int(list)].append(place)
        }

        func forEach(campaign: Int, cell: Int, _ body: (Int) -> Void) {
            for place in everywhere { body(place) }
            if campaignList[campaign] >= 0 { for place in lists[Int(campaignList[campaign])] { body(place) } }
            if cellList[cell] >= 0 { for place in lists[Int(cellList[cell])] { body(place) } }
        }
    }
}
