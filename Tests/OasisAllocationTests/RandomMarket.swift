import OasisAllocation

/// A small market whose columns a test can change before it becomes a problem.
struct RandomMarket {
    struct Candidate {
        var campaign: Int
        var value: Float
        var loss: Float
    }

    struct Request {
        var slots: Int
        var weight: Float
        var cell: Int
        var candidates: [Candidate]
    }

    var requests: [Request] = []
    var campaignCount: Int
    var cellCount = 2
    var sets: [[Int32]]
    var rows: [AllocationRow] = []

    /// Which rows to draw besides a cap for each campaign.
    struct Families: OptionSet {
        let rawValue: Int
        static let loss = Families(rawValue: 1)
        static let guarantees = Families(rawValue: 2)
        static let shares = Families(rawValue: 4)
        static let everything: Families = [.loss, .guarantees, .shares]
    }

    init(seed: UInt64, requests count: Int, campaigns: Int, families: Families, hasNegativeValues: Bool = false) {
        var random = RandomSource(seed: seed)
        campaignCount = campaigns
        let half = Int32(campaigns / 2)
        sets = [Array(0..<half), Array(half..<Int32(campaigns)), Array(0..<Int32(campaigns)).filter { $0 % 2 == 0 }]
        for _ in 0..<count {
            let offered = (0..<campaigns).filter { _ in random.chance(0.7) }
            let candidates = offered.map { campaign in
                Candidate(
                    campaign: campaign,
                    value: Float(random.uniform((hasNegativeValues ? -0.5 : 0.01)...1)) * Float(campaign % 3 + 1),
                    loss: random.chance(0.3) ? 0 : Float(random.uniform(0...0.5))
                )
            }
            requests.append(
                Request(
                    slots: Int.random(in: 0...3, using: &random),
                    weight: Float(random.uniform(0.5...3)),
                    cell: Int.random(in: 0..<cellCount, using: &random),
                    candidates: candidates
                )
            )
        }
        drawRows(families, &random)
    }

    private mutating func drawRows(_ families: Families, _ random: inout RandomSource) {
        let supply = requests.reduce(0.0) { $0 + Double($1.slots) * Double($1.weight) }
        let each = supply / Double(campaignCount)
        for campaign in 0..<campaignCount {
            rows.append(
                AllocationRow(
                    attribute: 0,
                    scope: .campaign(campaign),
                    sense: .atMost,
                    bound: each * random.uniform(0...1.2)
                )
            )
        }
        if families.contains(.loss) {
            for cell in 0..<cellCount {
                rows.append(
                    AllocationRow(
                        attribute: 1,
                        scope: .cell(cell),
                        sense: .atMost,
                        bound: supply * random.uniform(0.01...0.1)
                    )
                )
            }
            rows.append(
                AllocationRow(attribute: 1, scope: .all, sense: .atMost, bound: supply * 0.12, penalty: 0.7)
            )
        }
        if families.contains(.guarantees) {
            for campaign in stride(from: 0, to: campaignCount, by: 2) {
                rows.append(
                    AllocationRow(
                        attribute: 0,
                        scope: .campaign(campaign),
                        sense: .atLeast,
                        bound: each * random.uniform(0...1),
                        penalty: random.uniform(0...2)
                    )
                )
            }
        }
        if families.contains(.shares) {
            rows.append(AllocationRow(attribute: 0, scope: .set(0), sense: .atMost, bound: 0, share: 0.55))
            rows.append(AllocationRow(attribute: 0, scope: .set(1), sense: .atMost, bound: 0.5, share: 0.4))
            rows.append(
                AllocationRow(attribute: 0, scope: .set(2), sense: .atLeast, bound: 0, share: 0.6, penalty: 0.8)
            )
        }
    }

    func problem() throws(InvalidProblem) -> AllocationProblem {
        let all = requests.flatMap(\.candidates)
        var offsets: [Int64] = [0]
        for request in requests { offsets.append(offsets[offsets.count - 1] + Int64(request.candidates.count)) }
        return try AllocationProblem(
            offsets: Column(offsets),
            slots: Column(requests.map { Int32($0.slots) }),
            weight: Column(requests.map(\.weight)),
            cell: Column(requests.map { Int32($0.cell) }),
            campaign: Column(all.map { Int32($0.campaign) }),
            value: Column(all.map(\.value)),
            attributes: [.init("delivery"), .init("listenerLoss", Column(all.map(\.loss)))],
            campaignCount: campaignCount,
            cellCount: cellCount,
            sets: CampaignSets(sets),
            rows: rows
        )
    }
}
