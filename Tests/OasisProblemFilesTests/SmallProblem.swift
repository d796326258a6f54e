import OasisAllocation

/// Three requests, four candidates, every optional column and every kind of row.
func smallProblem() throws(InvalidProblem) -> AllocationProblem {
    try AllocationProblem(
        offsets: Column([0, 2, 2, 4]),
        slots: Column([1, 3, 2]),
        weight: Column([1, 2, 0.5]),
        cell: Column([0, 1, 1]),
        time: Column([1, 2, 2]),
        campaign: Column([0, 1, 0, 2]),
        value: Column([0.5, 0.25, 1, -0.5]),
        attributes: [.init("delivery"), .init("listenerLoss", Column([0, 0.1, 0.2, 0.3]))],
        campaignCount: 4,
        cellCount: 2,
        sets: CampaignSets([[0, 1], [], [1, 2, 3]]),
        rows: [
            AllocationRow(attribute: 0, scope: .campaign(0), sense: .atMost, bound: 1),
            AllocationRow(attribute: 0, scope: .set(2), sense: .atLeast, bound: 0, share: 0.25, penalty: 2),
            AllocationRow(attribute: 1, scope: .cell(1), sense: .atMost, bound: 0.3),
            AllocationRow(attribute: 1, scope: .all, sense: .atMost, bound: 0.4, penalty: 1),
        ]
    )
}
