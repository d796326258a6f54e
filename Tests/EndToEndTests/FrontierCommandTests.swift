import Foundation
import Testing

#if canImport(FoundationXML)
import FoundationXML
#endif

@Suite("oasis frontier, as it is typed", .serialized)
struct FrontierCommandTests {
    private func run(_ market: GeneratedProblem, _ arguments: [String]) async throws -> CommandUnderTest.Result {
        try await CommandUnderTest.run(["frontier", market.name, "--gap", "1e-3"] + arguments, in: market.folder)
    }

    private func points(_ result: CommandUnderTest.Result) throws -> [[String: Any]] {
        try #require(try result.json["points"] as? [[String: Any]])
    }

    @Test("A larger loss budget buys more, each percent less than the one before, and the curve is proven")
    func budgets() async throws {
        let market = try GeneratedProblem(requests: 900)
        let result = try await run(
            market,
            ["--row", "listenerLoss<=cell:*", "--from", "20%", "--to", "180%", "--steps", "5", "--json"]
        )
        #expect(result.exitCode == 0)
        #expect(result.errors.isEmpty)
        let points = try points(result)
        #expect(points.compactMap { $0["bound"] as? Double } == [20, 60, 100, 140, 180])
        let lower = points.compactMap { $0["lowerBound"] as? Double }
        let upper = points.compactMap { $0["upperBound"] as? Double }
        let prices = points.compactMap { $0["price"] as? Double }
        try #require(lower.count == 5 && upper.count == 5 && prices.count == 5)
        #expect(prices[0] > 0)
        for place in 0..<5 { #expect(lower[place] <= upper[place] + 1e-9) }
        for place in 0..<4 {
            #expect(upper[place + 1] >= lower[place])
            // No rise is more than the price before it promises.
            #expect(lower[place + 1] <= upper[place] + 40 * prices[place] + 1e-9)
        }
        let loss = points.compactMap { ($0["attributes"] as? [String: Double])?["listenerLoss"] }
        for (position, used) in zip([20.0, 60, 100, 140, 180], loss) {
            // Three cells with a budget of 0.08 for each of 900 requests.
            #expect(used <= 3 * 72 * position / 100 * (1 + 1e-5))
        }
    }

    @Test("One row's bounds can be amounts, and the table has one line for each")
    func table() async throws {
        let market = try GeneratedProblem(requests: 900)
        let result = try await run(
            market,
            ["--row", "delivery>=campaign:0", "--from", "0", "--to", "40", "--steps", "3", "--no-plot"]
        )
        #expect(result.exitCode == 0)
        #expect(result.output.contains("one more unit costs"))
        let starts = result.output.split(separator: "\n").map { $0.split(separator: " ").first ?? "" }
        for bound in ["0", "20", "40"] { #expect(starts.count { $0 == bound } == 1) }
        #expect(!FileManager.default.fileExists(atPath: market.file("frontier.svg")))
    }

    @Test("The plot is well-formed, names its axes, and reads on light and dark")
    func plot() async throws {
        let market = try GeneratedProblem(requests: 900)
        let result = try await run(market, ["--row", "listenerLoss<=cell:1", "--steps", "4", "--svg", "plot.svg"])
        #expect(result.exitCode == 0)
        #expect(result.output.contains("plotted in plot.svg"))
        let data = try Data(contentsOf: URL(filePath: market.file("plot.svg")))
        let parser = XMLParser(data: data)
        #expect(parser.parse(), "line \(parser.lineNumber): \(String(describing: parser.parserError))")
        let text = String(decoding: data, as: UTF8.self)
        #expect(text.contains("listenerLoss≤cell:1"))
        #expect(text.contains("bound, units of listenerLoss"))
        #expect(text.contains("prefers-color-scheme: dark"))
        #expect(!text.contains("nan") && !text.contains("inf"))
        #expect(text.components(separatedBy: #"<circle class="dot""#).count == 5)
    }

    @Test("A time limit ends it with the points so far and exit code 1")
    func timeLimit() async throws {
        let market = try GeneratedProblem(requests: 60_000)
        let result = try await run(
            market,
            ["--row", "listenerLoss<=cell:*", "--gap", "1e-15", "--time-limit", "1", "--steps", "50", "--json"]
        )
        #expect(result.exitCode == 1)
        #expect(result.errors.contains("stopped by the time limit after "))
        #expect(try result.json["isComplete"] as? Bool == false)
        #expect(try points(result).count < 50)
        #expect(result.seconds < 60)
    }

    @Test(
        "What cannot be meant is refused with what to type",
        arguments: [
            ([], 2, "the rows are delivery≤campaign:* (20)"),
            (["--row", "listenerLos<=cell:1"], 3, "did you mean listenerLoss≤cell:1"),
            (["--row", "listenerLoss<=cell:*", "--from", "1", "--to", "2"], 3, "move together by percent"),
            (["--row", "listenerLoss<=cell:1", "--from", "5", "--to", "5"], 2, "--from and --to must differ"),
            (["--row", "listenerLoss<=cell:1", "--from", "-5"], 3, "must be ≥ 0 on a hard ≤ row"),
            (["--row", "listenerLoss<=cell:1", "--steps", "1"], 2, "--steps must be 2 to 1000"),
            (["--row", "listenerLoss<=cell:1", "--from", "half"], 2, "half"),
            (["--row", "listenerLoss<=cell:1", "--svg", "nowhere/plot.svg"], 2, "--svg needs a folder that exists"),
        ]
    )
    func refused(arguments: [String], exitCode: Int32, message: String) async throws {
        let market = try GeneratedProblem(requests: 30)
        let result = try await run(market, arguments)
        #expect(result.exitCode == exitCode)
        #expect(result.errors.contains(message), "\(result.errors)")
        #expect(result.output.isEmpty)
    }
}
