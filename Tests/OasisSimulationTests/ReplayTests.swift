import Foundation
import OasisAllocation
import OasisMarket
import OasisPlanning
import OasisProblemFiles
import OasisSimulation
import Testing

@Suite("Replay in arrival order")
struct ReplayTests {
    /// Requests of 6 candidates each among 8 campaigns with caps that a third of the traffic would fill.
    private func problem(requests: Int, withLoss: Bool, seed: UInt64) throws -> AllocationProblem {
        var random = SeededGenerator(seed: seed)
        let campaigns = 8
        var (campaign, value, loss): ([Int32], [Float], [Float]) = ([], [], [])
        for _ in 0..<requests {
            for id in Array(0..<campaigns).shuffled(using: &random).prefix(6) {
                campaign.append(Int32(id))
                value.append(Float(random.uniform() * (0.4 + 0.1 * Double(id))))
                loss.append(Float(0.2 * random.uniform()))
            }
        }
        var attributes = [AllocationProblem.AttributeColumn("delivery")]
        var rows = (0..<campaigns)
            .map {
                AllocationRow(
                    attribute: 0,
                    scope: .campaign($0),
                    sense: .atMost,
                    bound: Double(requests / 24),
                    share: 0,
                    penalty: .infinity
                )
            }
        if withLoss {
            attributes.append(AllocationProblem.AttributeColumn("listenerLoss", Column(loss)))
            rows.append(
                AllocationRow(
                    attribute: 1,
                    scope: .cell(0),
                    sense: .atMost,
                    bound: Double(requests) * 0.01,
                    share: 0,
                    penalty: .infinity
                )
            )
        }
        return try AllocationProblem(
            offsets: Column((0...requests).map { Int64($0 * 6) }),
            slots: Column(Array(repeating: 1, count: requests)),
            weight: nil,
            cell: nil,
            time: nil,
            campaign: Column(campaign),
            value: Column(value),
            attributes: attributes,
            campaignCount: campaigns,
            cellCount: 1,
            sets: CampaignSets(),
            rows: rows
        )
    }

    @Test("A small market without prices at first reaches 95 % of hindsight and holds every hard cap")
    func small() throws {
        for withLoss in [false, true] {
            var replay = try Replay(
                problem(requests: 2_000, withLoss: withLoss, seed: 91),
                resolveTarget: 30,
                threads: 1
            )
            let result = try replay.run()
            #expect(result.overspend == 0)
            #expect(result.maxRelativeViolation <= 1e-6)
            #expect(result.ratio >= 0.95, "with loss: \(withLoss)")
            #expect(result.servedValue <= result.optimum * (1 + 1e-6))
            #expect(result.resolves > 10)
        }
    }

    @Test("The same problem replays to the same result")
    func deterministic() throws {
        let problem = try problem(requests: 600, withLoss: true, seed: 92)
        var (first, second) = (
            try Replay(problem, resolveTarget: 10, threads: 1), try Replay(problem, resolveTarget: 10, threads: 1)
        )
        #expect(try first.run() == second.run())
    }

    @Test("A problem that counts what replay cannot carry is refused with its name")
    func unsupported() throws {
        let problem = try problem(requests: 10, withLoss: false, seed: 93)
        let other = try AllocationProblem(
            offsets: problem.offsets,
            slots: problem.slots,
            weight: nil,
            cell: nil,
            time: nil,
            campaign: problem.campaign,
            value: problem.value,
            attributes: [AllocationProblem.AttributeColumn("save", problem.value)],
            campaignCount: 8,
            cellCount: 1,
            sets: CampaignSets(),
            rows: []
        )
        let error = #expect(throws: Replay.Unsupported.self) { try Replay(other, threads: 1) }
        #expect(error?.description.contains("save") == true)
    }

    @Test(
        "On real logged traffic, correcting prices between few solves brings value and breaks no cap",
        .enabled(if: SharedData.problems != nil, "no shared data: set OASIS_SHARED_DATA to replay real traffic")
    )
    func correction() throws {
        let problem = try ProblemDirectory.read(try #require(SharedData.problems) + "/obd-men")
        func ratio(_ correction: PriceCorrection?) throws -> Double {
            var replay = try Replay(
                problem,
                resolveTarget: 3,
                hindsightGap: 3e-4,
                correction: correction,
                threads: 2
            )
            let result = try replay.run()
            #expect(result.overspend == 0)
            return result.ratio
        }
        let corrected = try ratio(PriceCorrection())
        #expect(corrected >= 0.996)
        #expect(try corrected > ratio(nil))
    }

    @Test(
        "Recorded problems hold their hard rows to the end, whatever rows they have",
        .enabled(if: SharedData.problems != nil, "no shared data: set OASIS_SHARED_DATA to replay real traffic"),
        arguments: ["tiny-all", "tiny-share"]
    )
    func hardRows(name: String) throws {
        let problem = try ProblemDirectory.read(try #require(SharedData.problems) + "/" + name)
        var replay = try Replay(problem, resolveTarget: 3, hindsightGap: 1e-2, threads: 2)
        let result = try replay.run()
        #expect(result.overspend == 0)
        #expect(result.maxRelativeViolation <= 1e-6)
        #expect(result.ratio > 0.92)
    }

    @Test(
        "On real logged traffic it reaches 99.5 % of hindsight without overspending",
        .enabled(if: SharedData.problems != nil, "no shared data: set OASIS_SHARED_DATA to replay real traffic")
    )
    func openBandit() throws {
        let path = try #require(SharedData.problems) + "/obd-men"
        // Few solves and a looser proof keep an unoptimised build quick; both can only lower the ratio.
        var replay = try Replay(ProblemDirectory.read(path), resolveTarget: 3, hindsightGap: 3e-4, threads: 2)
        let result = try replay.run()
        #expect(result.overspend == 0)
        #expect(result.ratio >= 0.995)
    }
}

/// Recorded problems beside the repository: in OASIS_SHARED_DATA, or in `shared/data` next to a folder above this file.
enum SharedData {
    static let problems: String? = {
        let files = FileManager.default
        if let named = ProcessInfo.processInfo.environment["OASIS_SHARED_DATA"] {
            return files.fileExists(atPath: named + "/problems") ? named + "/problems" : nil
        }
        // Resolved, since the folder of tests may itself be reached through a link.
        var above = URL(filePath: #filePath).resolvingSymlinksInPath().deletingLastPathComponent()
        while above.path != "/" {
            above.deleteLastPathComponent()
            let candidate = above.appending(path: "shared/data/problems").path
            if files.fileExists(atPath: candidate) { return candidate }
        }
        return nil
    }()
}
