/// What the candidates that one row counts amount to in every attribute, by campaign and by cell.
struct RowReach {
    /// Most that candidates and slots allow on the left side of a ≥ row, every other row aside.
    private(set) var best = 0.0
    /// Σ weight · coefficient over the candidates that help the row.
    private(set) var magnitude = 0.0

    private let row: AllocationRow
    private let sets: CampaignSets
    private let cellCount: Int
    /// Place of each campaign in the tables; a row over one campaign has one place, whatever the market's size.
    private let places: [Int: Int]?
    private let placeCount: Int
    private var byCampaign: [Double]
    private var byCell: [Double]

    private init(_ row: AllocationRow, _ problem: AllocationProblem) {
        self.row = row
        sets = problem.sets
        cellCount = problem.cellCount
        switch row.scope {
        case .campaign(let id): places = [id: 0]
        case .set(let id):
            var places: [Int: Int] = [:]
            for (place, member) in sets.members(id).enumerated() { places[Int(member)] = place }
            self.places = places
        case .all, .cell: places = nil
        }
        placeCount = places?.count ?? problem.campaignCount
        byCampaign = [Double](repeating: 0, count: placeCount * problem.attributes.count)
        byCell = [Double](repeating: 0, count: cellCount * problem.attributes.count)
    }

    /// Gathers several rows in one pass over the candidates.
    static func gather(_ problem: AllocationProblem, rows: [Int]) -> [RowReach] {
        var reaches = rows.map { RowReach(problem.rows[$0], problem) }
        let lookup = Lookup(rows.map { problem.rows[$0] }, problem)
        var useful: [Int: [Double]] = [:]
        for request in 0..<problem.requestCount {
            let cell = problem.cell.map { Int($0[request]) } ?? 0
            let weight = problem.weight.map { Double($0[request]) } ?? 1
            useful.removeAll(keepingCapacity: true)
            for candidate in Int(problem.offsets[request])..<Int(problem.offsets[request + 1]) {
                let campaign = Int(problem.campaign[candidate])
                lookup.forEach(campaign: campaign, cell: cell) { place in
                    let help = reaches[place].add(problem, candidate, campaign: campaign, cell: cell, weight: weight)
                    if help > 0 { useful[place, default: []].append(help) }
                }
            }
            for (place, amounts) in useful {
                reaches[place].fill(slots: Int(problem.slots[request]), with: amounts)
            }
        }
        return reaches
    }

    /// Adds a candidate in scope, and returns how much a whole one of it puts on the left side.
    private mutating func add(
        _ problem: AllocationProblem,
        _ candidate: Int,
        campaign: Int,
        cell: Int,
        weight: Double
    ) -> Double {
        func amount(_ attribute: Int) -> Double {
            weight * (problem.attributes[attribute].amount.map { Double($0[candidate]) } ?? 1)
        }
        let help = amount(row.attribute) * (1 - row.share)
        guard help > 0 else { return 0 }
        magnitude += help
        let place = places.map { $0[campaign] ?? 0 } ?? campaign
        for attribute in problem.attributes.indices {
            byCampaign[attribute * placeCount + place] += amount(attribute)
            byCell[attribute * cellCount + cell] += amount(attribute)
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
        guard let places else { return byCampaign[attribute * placeCount + campaign] }
        return places[campaign].map { byCampaign[attribute * placeCount + $0] } ?? 0
    }
}

extension RowReach {
    /// Which of some rows count a candidate.
    private struct Lookup {
        private let everywhere: [Int]
        private var byCampaign: [Int: [Int]] = [:]
        private var byCell: [Int: [Int]] = [:]
        /// Whether any row names the campaign: looked at once for each candidate.
        private var isNamed: [Bool]

        init(_ rows: [AllocationRow], _ problem: AllocationProblem) {
            isNamed = [Bool](repeating: false, count: problem.campaignCount)
            everywhere = rows.indices.filter { rows[$0].scope == .all }
            for (place, row) in rows.enumerated() {
                switch row.scope {
                case .all: break
                case .campaign(let id): byCampaign[id, default: []].append(place)
                case .set(let id):
                    for member in problem.sets.members(id) { byCampaign[Int(member), default: []].append(place) }
                case .cell(let id): byCell[id, default: []].append(place)
                }
            }
            for id in byCampaign.keys { isNamed[id] = true }
        }

        func forEach(campaign: Int, cell: Int, _ body: (Int) -> Void) {
            for place in everywhere { body(place) }
            if isNamed[campaign] { for place in byCampaign[campaign] ?? [] { body(place) } }
            if !byCell.isEmpty { for place in byCell[cell] ?? [] { body(place) } }
        }
    }
}
