import Foundation
import OasisAllocation
import OasisProblemFiles
import Testing

@Suite("oasis solve, as it is typed", .serialized)
struct SolveCommandTests {
    /// Few solves get there, and none before somebody stops it.
    private static let endless = ["--gap", "1e-15"]

    /// Checks that the files are there and that their certificate is what plain sums over them say.
    private func expectAnswerHolds(_ market: GeneratedProblem, _ certificate: [String: Any]) throws {
        let prices = try NumPyFile.read(market.file("answer/price.npy"), name: "price", as: Double.self).array
        let allocation = try NumPyFile.read(market.file("answer/allocation.npy"), name: "allocation", as: Float.self)
            .array
        let problem = market.problem
        let activity = AllocationActivity(problem, allocation: allocation)
        var value = zip(allocation, problem.value.array).reduce(0.0) { $0 + Double($1.0) * Double($1.1) }
        for (row, sum) in zip(problem.rows, activity.rows) {
            let past = (row.sense == .atMost ? 1 : -1) * (sum - row.bound)
            if row.isHard {
                #expect(past <= 1e-6 * max(1, row.bound))
            } else {
                value -= row.penalty * max(0, past)
            }
        }
        let feasible = try #require(certificate["feasibleValue"] as? Double)
        let bound = try #require(certificate["dualBound"] as? Double)
        #expect(abs(value - feasible) <= 1e-6 * max(1, abs(value)))
        // Hard rows are held to 1e-6, which may be worth a little.
        #expect(bound >= feasible - 1e-6 * max(1, abs(feasible)))
        #expect(prices.count == problem.rows.count)
        for (row, price) in zip(problem.rows, prices) { #expect(price >= 0 && price <= row.penalty) }
        for request in 0..<problem.requestCount {
            let candidates = Int(problem.offsets[request])..<Int(problem.offsets[request + 1])
            #expect(allocation[candidates].reduce(0, +) <= Float(problem.slots[request]) + 1e-5)
        }
    }

    @Test("A time limit ends it in time, with a certified answer on disk and exit code 1")
    func timeLimit() async throws {
        let market = try GeneratedProblem(requests: 60_000)
        let result = try await CommandUnderTest.run(
            ["solve", market.name, "--out", "answer", "--time-limit", "0.5", "--json"] + Self.endless,
            in: market.folder
        )
        #expect(result.exitCode == 1)
        let certificate = try result.json
        #expect(certificate["status"] as? String == "timeLimit")
        #expect((certificate["outcome"] as? String)?.hasPrefix("stopped by the time limit of 0.5 s after ") == true)
        #expect(result.errors.contains("--prices answer/price.npy"))
        // Passes of an unoptimised build take long, on a busy machine longer.
        #expect(try #require(certificate["seconds"] as? Double) >= 0.5)
        #expect(result.seconds < 40)
        try expectAnswerHolds(market, certificate)
    }

    @Test("Ctrl-C on a terminal that shows progress ends it with a certified answer on disk and exit code 1")
    func interrupt() async throws {
        let market = try GeneratedProblem(requests: 60_000)
        let command = try CommandUnderTest(
            ["solve", market.name, "--out", "answer", "--json"] + Self.endless,
            in: market.folder,
            hasTerminal: true
        )
        try await command.waitUntilItSays("proven gap")
        command.signal(SIGINT)
        let result = try await command.result()
        #expect(result.exitCode == 1)
        #expect(!result.wasKilled)
        let certificate = try result.json
        #expect(certificate["status"] as? String == "interrupted")
        #expect((certificate["outcome"] as? String)?.hasPrefix("stopped by Ctrl-C after ") == true)
        // The last of it may still be on its way.
        try await command.waitUntilItSays("Ctrl-C again quits at once")
        try expectAnswerHolds(market, certificate)
    }

    @Test("A second Ctrl-C quits at once with exit code 130 and writes nothing")
    func secondInterrupt() async throws {
        let market = try GeneratedProblem(requests: 60_000)
        let command = try CommandUnderTest(
            ["solve", market.name, "--out", "answer"] + Self.endless,
            in: market.folder,
            hasTerminal: true
        )
        try await command.waitUntilItSays("proven gap")
        command.signal(SIGINT)
        // Equal signals that wait together are one, so the second is repeated until it is heard.
        while !command.hasEnded {
            command.signal(SIGINT)
            try await Task.sleep(for: .milliseconds(1))
        }
        let result = try await command.result()
        #expect(result.exitCode == 130)
        #expect(!result.wasKilled)
        #expect(!FileManager.default.fileExists(atPath: market.file("answer/certificate.json")))
    }

    @Test("In a pipe it says nothing while it works, and its table names rows that gave way and what holds them back")
    func table() async throws {
        let market = try GeneratedProblem(requests: 600)
        let result = try await CommandUnderTest.run(
            ["solve", market.name, "--out", "answer", "--gap", "1e-3"],
            in: market.folder
        )
        #expect(result.exitCode == 0)
        #expect(result.errors.isEmpty)
        #expect(result.output.contains("optimal within the gap of 0.001, proven after "))
        #expect(result.output.contains("rows given way     1 of 2 with a penalty"))
        let lines = result.output.split(separator: "\n").filter { $0.hasPrefix("delivery≥campaign:0 ") }
        #expect(lines.count == 1)
        #expect(lines.first?.contains("delivery≤campaign:0") == true)
    }

    @Test("JSON lists rows that gave way with bound, activity, price and the rows that bind")
    func json() async throws {
        let market = try GeneratedProblem(requests: 600)
        let result = try await CommandUnderTest.run(
            ["solve", market.name, "--out", "answer", "--gap", "1e-3", "--json"],
            in: market.folder
        )
        let shortfalls = try #require(try result.json["shortfalls"] as? [[String: Any]])
        let shortfall = try #require(shortfalls.first)
        #expect(shortfalls.count == 1)
        #expect(shortfall["name"] as? String == "delivery≥campaign:0")
        #expect(shortfall["bound"] as? Double == 36)
        #expect(shortfall["reason"] as? String == "rows")
        // The cap is half of the promise, and the promise's price is its penalty.
        #expect(abs(try #require(shortfall["activity"] as? Double) - 18) < 0.1)
        #expect(shortfall["price"] as? Double == 3)
        let binding = try #require(shortfall["bindingRows"] as? [[String: Any]])
        #expect(binding.first?["name"] as? String == "delivery≤campaign:0")
        try expectAnswerHolds(market, try result.json)
    }

    @Test(
        "What cannot be meant is refused with what to type",
        arguments: [
            (["--time-limit", "0"], 2, "--time-limit must be above 0 seconds"),
            (["--time-limit", "nan"], 2, "--time-limit must be above 0 seconds"),
            (["--gap", "0"], 2, "--gap must be above 0"),
            (["--prices", "nowhere.npy"], 3, "nowhere.npy"),
        ]
    )
    func refused(arguments: [String], exitCode: Int32, message: String) async throws {
        let market = try GeneratedProblem(requests: 10)
        let result = try await CommandUnderTest.run(
            ["solve", market.name, "--out", "answer"] + arguments,
            in: market.folder
        )
        #expect(result.exitCode == exitCode)
        #expect(result.errors.contains(message))
    }
}
