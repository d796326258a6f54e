import Foundation
import OasisAllocation
import OasisProblemFiles
import Testing

@Suite("Problem and solution directories")
struct ProblemDirectoryTests {
    @Test("A problem written is the problem read")
    func roundTrip() throws {
        let directory = try TemporaryDirectory()
        let problem = try smallProblem()
        try ProblemDirectory.write(problem, to: directory.path)
        let back = try ProblemDirectory.read(directory.path)
        #expect(back.offsets.array == problem.offsets.array)
        #expect(back.slots.array == problem.slots.array)
        #expect(back.weight?.array == problem.weight?.array)
        #expect(back.cell?.array == problem.cell?.array)
        #expect(back.time?.array == problem.time?.array)
        #expect(back.campaign.array == problem.campaign.array)
        #expect(back.value.array == problem.value.array)
        #expect(back.attributes.map(\.name) == problem.attributes.map(\.name))
        #expect(back.attributes.map { $0.amount?.array } == problem.attributes.map { $0.amount?.array })
        #expect(back.sets.offsets.array == problem.sets.offsets.array)
        #expect(back.sets.campaign.array == problem.sets.campaign.array)
        #expect(back.rows == problem.rows)
        #expect(back.campaignCount == 4 && back.cellCount == 2)
    }

    @Test("What may be absent may be absent")
    func optionalFiles() throws {
        let directory = try TemporaryDirectory()
        try ProblemDirectory.write(try smallProblem(), to: directory.path)
        for name in ["weight", "time", "row_share"] { try directory.remove(name + ".npy") }
        let problem = try ProblemDirectory.read(directory.path)
        #expect(problem.weight == nil && problem.time == nil)
        #expect(problem.rows.allSatisfy { $0.share == 0 })
    }

    @Test("Without counts in problem.json the largest id says how many there are")
    func derivedCounts() throws {
        let directory = try TemporaryDirectory()
        try ProblemDirectory.write(try smallProblem(), to: directory.path)
        try directory.write(
            "problem.json",
            #"{"format":"oasis-problem/1","attributes":["delivery","listenerLoss"],"about":"free"}"#
        )
        let problem = try ProblemDirectory.read(directory.path)
        #expect(problem.campaignCount == 4 && problem.cellCount == 2)
    }

    @Test("A solution is written as the contract says")
    func solution() throws {
        let directory = try TemporaryDirectory()
        let problem = try smallProblem()
        let solution = try AllocationSolver.solve(problem)
        let path = directory.path + "/new/answer/"
        try SolutionDirectory.write(solution, to: path, peakMemoryBytes: peakMemoryBytes())
        let prices = try NumPyFile.read(path + "/price.npy", name: "price.npy", as: Double.self)
        let allocation = try NumPyFile.read(path + "/allocation.npy", name: "allocation.npy", as: Float.self)
        #expect(prices.array == solution.prices)
        #expect(allocation.array == solution.allocation)
        let data = try Data(contentsOf: URL(filePath: path + "/certificate.json"))
        let object = try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
        #expect(
            Set(object.keys) == [
                "status", "dualBound", "feasibleValue", "relativeGap", "maxRelativeViolation", "passes", "samplePasses",
                "conjugateGradientPasses", "seconds", "peakMemoryBytes",
            ]
        )
        #expect(object["dualBound"] as? Double == solution.certificate.dualBound)
        #expect(object["status"] as? String == "optimal")
    }

    @Test("An output that cannot be made is an error, not a crash")
    func unwritable() throws {
        let directory = try TemporaryDirectory()
        try directory.write("file", "in the way")
        let solution = try AllocationSolver.solve(try smallProblem())
        #expect(throws: ProblemFileError.self) {
            try SolutionDirectory.write(solution, to: directory.path + "/file", peakMemoryBytes: 0)
        }
        #expect(throws: ProblemFileError.self) {
            try SolutionDirectory.write(solution, to: directory.path + "/file/below", peakMemoryBytes: 0)
        }
    }
}
