import Foundation
import OasisAllocation
import OasisMarket
import OasisProblemFiles

/// A folder with a problem directory made from a seed: caps, a loss budget for each cell, and two promises of which one
/// cannot be kept.
final class GeneratedProblem {
    static let cellCount = 3
    static let campaignCount = 20

    let folder: URL
    let problem: AllocationProblem

    /// Name of the problem directory in the folder.
    var name: String { "market" }

    init(requests: Int, candidates: Int = 8, seed: UInt64 = 5) throws {
        folder = FileManager.default.temporaryDirectory.appendingPathComponent("oasis-command-\(UUID().uuidString)")
        problem = try Self.problem(requests: requests, candidates: candidates, seed: seed)
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        try ProblemDirectory.write(problem, to: folder.appendingPathComponent(name).path)
    }

    deinit { try? FileManager.default.removeItem(at: folder) }

    /// A file in the folder.
    func file(_ path: String) -> String { folder.appendingPathComponent(path).path }

    private static func problem(requests: Int, candidates: Int, seed: UInt64) throws -> AllocationProblem {
        var random = SeededGenerator(seed: seed)
        let count = requests * candidates
        var campaign: [Int32] = []
        for _ in 0..<requests {
            // Neighbours on a circle of campaigns: different ones in each request, each as often as any other.
            let first = random.index(below: campaignCount)
            for place in 0..<candidates { campaign.append(Int32((first + 2 * place) % campaignCount)) }
        }
        return try AllocationProblem(
            offsets: Column((0...requests).map { Int64($0 * candidates) }),
            slots: Column([Int32](repeating: 1, count: requests)),
            cell: Column((0..<requests).map { Int32($0 % cellCount) }),
            campaign: Column(campaign),
            value: Column((0..<count).map { _ in Float(0.1 + random.uniform()) }),
            attributes: [
                .init("delivery"), .init("listenerLoss", Column((0..<count).map { _ in Float(random.uniform()) })),
            ],
            campaignCount: campaignCount,
            cellCount: cellCount,
            rows: rows(requests: Double(requests))
        )
    }

    private static func rows(requests: Double) -> [AllocationRow] {
        let caps = (0..<campaignCount)
            .map { campaign in
                AllocationRow(
                    attribute: 0,
                    scope: .campaign(campaign),
                    sense: .atMost,
                    bound: requests / Double(campaignCount) * (campaign % 2 == 0 ? 0.6 : 2)
                )
            }
        let budgets = (0..<cellCount)
            .map { AllocationRow(attribute: 1, scope: .cell($0), sense: .atMost, bound: requests * 0.08) }
        return caps + budgets + [
            // Twice the cap of campaign 0.
            AllocationRow(
                attribute: 0,
                scope: .campaign(0),
                sense: .atLeast,
                bound: requests / Double(campaignCount) * 1.2,
                penalty: 3
            ),
            AllocationRow(attribute: 0, scope: .campaign(1), sense: .atLeast, bound: 1, penalty: 3),
        ]
    }
}
