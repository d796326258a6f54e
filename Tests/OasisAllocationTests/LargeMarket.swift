internal import Foundation
import OasisAllocation

/// A market large enough for a sample and for shortlists, column by column, so that a test can spoil any of them.
///
/// Popularity and values are log-normal, so that a few campaigns hold most of the demand, as in a real market.
struct LargeMarket {
    /// Solves of fewer candidates use no shortlists.
    static let fewestShortlisted = 1 << 14

    static let everyFamily: [RandomMarket.Families] = [[], .loss, .guarantees, .shares, .everything]

    var offsets: [Int64] = [0]
    var slots: [Int32] = []
    var weight: [Float] = []
    var cell: [Int32] = []
    var campaign: [Int32] = []
    var value: [Float] = []
    var loss: [Float] = []
    var campaignCount: Int
    var cellCount: Int
    var sets: [[Int32]]
    var rows: [AllocationRow] = []

    init(
        seed: UInt64,
        requests: Int = 1200,
        candidates: Int = 20,
        campaigns: Int = 40,
        cells: Int = 4,
        slots: ClosedRange<Int> = 1...3,
        families: RandomMarket.Families
    ) {
        var random = RandomSource(seed: seed)
        campaignCount = campaigns
        cellCount = cells
        let popularity = (0..<campaigns).map { _ in exp(0.9 * random.normal()) }
        let effect = (0..<campaigns).map { _ in 0.7 * random.normal() }
        // Three majors and independents; the last set is all independents together.
        sets = (0..<4).map { major in (0..<Int32(campaigns)).filter { Int($0) % 6 == major } }
        sets[3] = (0..<Int32(campaigns)).filter { Int($0) % 6 >= 3 }
        for _ in 0..<requests {
            self.slots.append(Int32.random(in: Int32(slots.lowerBound)...Int32(slots.upperBound), using: &random))
            weight.append(Float(random.uniform(0.5...3)))
            cell.append(Int32.random(in: 0..<Int32(cells), using: &random))
            let level = 0.5 * random.normal()
            for id in 0..<campaigns where random.chance(min(1, popularity[id] * Double(candidates) / Double(campaigns)))
            {
                campaign.append(Int32(id))
                value.append(Float(min(0.5, 0.02 * exp(effect[id] + level + 0.5 * random.normal()))))
                loss.append(Float(max(0, 0.01 + 0.015 * random.normal())))
            }
            offsets.append(Int64(value.count))
        }
        drawRows(families, &random)
    }

    /// The candidates of one request.
    func candidates(_ request: Int) -> Range<Int> { Int(offsets[request])..<Int(offsets[request + 1]) }

    /// What each campaign gets, and what each cell loses, when every request takes its best candidates.
    private func demand() -> (campaign: [Double], cellLoss: [Double]) {
        var campaigns = [Double](repeating: 0, count: campaignCount)
        var losses = [Double](repeating: 0, count: cellCount)
        for request in slots.indices {
            let best = candidates(request).sorted { value[$0] > value[$1] }.prefix(Int(slots[request]))
            for candidate in best {
                campaigns[Int(campaign[candidate])] += Double(weight[request])
                losses[Int(cell[request])] += Double(weight[request]) * Double(loss[candidate])
            }
        }
        return (campaigns, losses)
    }

    private mutating func drawRows(_ families: RandomMarket.Families, _ random: inout RandomSource) {
        let (demand, cellLoss) = demand()
        let mean = demand.reduce(0, +) / Double(campaignCount)
        let typical = Double(value.sorted()[value.count / 2])
        for id in 0..<campaignCount {
            let reach = max(demand[id], mean / 6)
            let isPromised = families.contains(.guarantees) && id % 5 == 0
            let cap = reach * random.uniform(0.3...1.2)
            rows.append(.init(attribute: 0, scope: .campaign(id), sense: .atMost, bound: isPromised ? 2 * reach : cap))
            if isPromised {
                rows.append(
                    .init(
                        attribute: 0,
                        scope: .campaign(id),
                        sense: .atLeast,
                        bound: 1.5 * reach,
                        penalty: typical * random.uniform(0.5...2)
                    )
                )
            }
        }
        if families.contains(.loss) {
            for id in 0..<cellCount {
                rows.append(.init(attribute: 1, scope: .cell(id), sense: .atMost, bound: 0.5 * cellLoss[id]))
            }
            rows.append(
                .init(attribute: 1, scope: .all, sense: .atMost, bound: 0.45 * cellLoss.reduce(0, +), penalty: 0.7)
            )
        }
        if families.contains(.shares) {
            for major in 0..<3 {
                rows.append(.init(attribute: 0, scope: .set(major), sense: .atMost, bound: 0, share: 0.14))
            }
            rows.append(
                .init(attribute: 0, scope: .set(3), sense: .atLeast, bound: 0, share: 0.62, penalty: typical)
            )
        }
    }

    func problem() throws(InvalidProblem) -> AllocationProblem {
        try AllocationProblem(
            offsets: Column(offsets),
            slots: Column(slots),
            weight: Column(weight),
            cell: Column(cell),
            campaign: Column(campaign),
            value: Column(value),
            attributes: [.init("delivery"), .init("listenerLoss", Column(loss))],
            campaignCount: campaignCount,
            cellCount: cellCount,
            sets: CampaignSets(sets),
            rows: rows
        )
    }
}

extension RandomSource {
    /// A standard normal draw (Box and Muller).
    mutating func normal() -> Double {
        let radius = (-2 * log(max(uniform(), 1e-300))).squareRoot()
        return radius * cos(2 * .pi * uniform())
    }
}
