import OasisAllocation
import Testing

@Suite("Problems that are refused")
struct ProblemChecksTests {
    /// One request, two candidates of two campaigns; each test spoils one thing.
    struct Parts {
        var offsets: [Int64] = [0, 1, 2]
        var slots: [Int32] = [1, 1]
        var weight: [Float] = [1, 1]
        var cell: [Int32] = [0, 1]
        var time: [Double] = [1, 2]
        var campaign: [Int32] = [0, 1]
        var value: [Float] = [1, 1]
        var loss: [Float] = [0, 1]
        var sets = CampaignSets([[0], [0, 1]])
        var campaignCount = 2
        var row = AllocationRow(attribute: 0, scope: .campaign(0), sense: .atMost, bound: 1)

        func problem() throws(InvalidProblem) -> AllocationProblem {
            try AllocationProblem(
                offsets: Column(offsets),
                slots: Column(slots),
                weight: Column(weight),
                cell: Column(cell),
                time: Column(time),
                campaign: Column(campaign),
                value: Column(value),
                attributes: [.init("delivery"), .init("loss", Column(loss))],
                campaignCount: campaignCount,
                cellCount: 2,
                sets: sets,
                rows: [row]
            )
        }
    }

    struct Spoiled: Sendable {
        var part: InvalidProblem.Part
        var index: Int?
        var spoil: @Sendable (inout Parts) -> Void

        init(_ part: InvalidProblem.Part, _ index: Int?, _ spoil: @escaping @Sendable (inout Parts) -> Void) {
            self.part = part
            self.index = index
            self.spoil = spoil
        }
    }

    static let cases: [Spoiled] = [
        Spoiled(.offsets, nil) { $0.offsets = [] },
        Spoiled(.offsets, 0) { $0.offsets = [1, 1, 2] },
        Spoiled(.offsets, 2) { $0.offsets = [0, 3, 2] },
        Spoiled(.offsets, 2) { $0.offsets = [0, 1, 1] },
        Spoiled(.slots, nil) { $0.slots = [1] },
        Spoiled(.slots, 1) { $0.slots[1] = -1 },
        Spoiled(.weight, nil) { $0.weight = [1] },
        Spoiled(.weight, 0) { $0.weight[0] = -1 },
        Spoiled(.weight, 1) { $0.weight[1] = .nan },
        Spoiled(.weight, 1) { $0.weight[1] = .infinity },
        Spoiled(.cell, 1) { $0.cell[1] = 2 },
        Spoiled(.cell, 0) { $0.cell[0] = -1 },
        Spoiled(.cell, nil) { $0.cell = [] },
        Spoiled(.time, 1) { $0.time = [2, 1] },
        Spoiled(.time, 0) { $0.time[0] = .nan },
        Spoiled(.campaign, 1) { $0.campaign[1] = 2 },
        Spoiled(.campaign, 0) { $0.campaign[0] = -1 },
        Spoiled(.campaign, nil) { $0.campaign = [0] },
        Spoiled(.value, 1) { $0.value[1] = .nan },
        Spoiled(.value, 0) { $0.value[0] = -.infinity },
        Spoiled(.amount("loss"), 1) { $0.loss[1] = .infinity },
        Spoiled(.amount("loss"), nil) { $0.loss = [] },
        Spoiled(.setOffsets, 0) { $0.sets = CampaignSets(offsets: Column([1, 1]), campaign: Column([0])) },
        Spoiled(.setOffsets, 1) { $0.sets = CampaignSets(offsets: Column([0, 2]), campaign: Column([0])) },
        Spoiled(.setCampaign, 1) { $0.sets = CampaignSets([[0, 2]]) },
        Spoiled(.setCampaign, 1) { $0.sets = CampaignSets([[1, 1]]) },
        Spoiled(.size, nil) { $0.campaignCount = -1 },
        Spoiled(.size, nil) { $0.campaignCount = .max },
        Spoiled(.rowAttribute, 0) { $0.row.attribute = 2 },
        Spoiled(.rowAttribute, 0) { $0.row.attribute = -1 },
        Spoiled(.rowScope, 0) { $0.row.scope = .campaign(2) },
        Spoiled(.rowScope, 0) { $0.row.scope = .set(2) },
        Spoiled(.rowScope, 0) { $0.row.scope = .cell(-1) },
        Spoiled(.rowBound, 0) { $0.row.bound = .nan },
        Spoiled(.rowBound, 0) { $0.row.bound = .infinity },
        Spoiled(.rowBound, 0) { $0.row.bound = -1 },
        Spoiled(.rowShare, 0) { $0.row.share = 1.5 },
        Spoiled(.rowShare, 0) { $0.row.share = .nan },
        Spoiled(.rowPenalty, 0) { $0.row.penalty = -1 },
        Spoiled(.rowPenalty, 0) { $0.row.penalty = .nan },
        Spoiled(.rowPenalty, 0) { $0.row.sense = .atLeast },
    ]

    @Test("The parts are sound before they are spoiled")
    func sound() throws {
        #expect(try Parts().problem().requestCount == 2)
    }

    @Test("Every rule is refused by column and element", arguments: cases.indices)
    func refused(_ index: Int) {
        let spoiled = Self.cases[index]
        var parts = Parts()
        spoiled.spoil(&parts)
        let error = #expect(throws: InvalidProblem.self) { try parts.problem() }
        #expect(error?.part == spoiled.part)
        #expect(error?.index == spoiled.index)
        #expect(error?.rule.isEmpty == false)
    }

    @Test("A hard guarantee is refused with the reason")
    func hardGuarantee() {
        var parts = Parts()
        parts.row.sense = .atLeast
        let error = #expect(throws: InvalidProblem.self) { try parts.problem() }
        #expect(error?.rule.contains("infeasible") == true)
    }
}
