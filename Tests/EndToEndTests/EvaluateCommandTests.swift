import Foundation
import OasisMarket
import Testing

@Suite("oasis evaluate, as it is typed", .serialized)
struct EvaluateCommandTests {
    /// Logs of four items in the public layout: `random` uniform, and `bts`, which likes item 1; item 1 is clicked most.
    private struct Logs {
        let folder: URL

        init(rows: Int) throws {
            folder = FileManager.default.temporaryDirectory.appendingPathComponent("oasis-\(UUID().uuidString)")
            try write("random", rows: rows, shares: [0.25, 0.25, 0.25, 0.25])
            try write("bts", rows: rows, shares: [0.1, 0.7, 0.1, 0.1])
        }

        func remove() { try? FileManager.default.removeItem(at: folder) }

        func write(_ text: String, to file: String) throws {
            try text.write(to: folder.appendingPathComponent(file), atomically: true, encoding: .utf8)
        }

        private func write(_ policy: String, rows: Int, shares: [Double]) throws {
            let place = folder.appendingPathComponent("\(policy)/men")
            try FileManager.default.createDirectory(at: place, withIntermediateDirectories: true)
            let items = (0..<4).map { "\($0),\($0),0.5,family-\($0 % 2)\n" }.joined()
            try write(",item_id,item_feature_0,item_feature_1\n" + items, to: "\(policy)/men/item_context.csv")
            var random = SeededGenerator(seed: 11)
            var text = ",timestamp,item_id,position,click,propensity_score,user_feature_0"
            text += (0..<4).map { ",user-item_affinity_\($0)" }.joined() + "\n"
            for row in 0..<rows {
                var draw = random.uniform()
                let item = shares.firstIndex { share in
                    draw -= share
                    return draw < 0
                }
                let clicked = random.uniform() < [0.1, 0.6, 0.2, 0.1][item ?? 3] ? 1 : 0
                let place = "2019-11-24 00:00:00+00:00,\(item ?? 3),\(row % 3 + 1),\(clicked)"
                text += "\(row),\(place),\(shares[item ?? 3]),u,0,0,0,0\n"
            }
            try write(text, to: "\(policy)/men/men.csv")
        }
    }

    private func run(_ logs: Logs, _ arguments: [String]) async throws -> CommandUnderTest.Result {
        try await CommandUnderTest.run(["evaluate", "--open-bandit"] + arguments, in: logs.folder)
    }

    private func answers(_ result: CommandUnderTest.Result) throws -> [[String: Any]] {
        try #require(try result.json["estimates"] as? [[String: Any]])
    }

    @Test("A uniform log says what the other log's policy is worth: health first, then a line for each estimator")
    func table() async throws {
        let logs = try Logs(rows: 3_000)
        defer { logs.remove() }
        let result = try await run(logs, ["random/men", "--policy", "bts"])
        #expect(result.exitCode == 0, "\(result.errors)")
        #expect(result.errors.isEmpty)
        let lines = result.output.split(separator: "\n", omittingEmptySubsequences: false)
        let health = try #require(lines.firstIndex { $0.hasPrefix("mean weight") })
        let header = try #require(lines.firstIndex { $0.hasPrefix("estimator") })
        #expect(health < header)
        let table = lines[header...].prefix(9)
        #expect(Set(table.map(\.count)).count == 1, "\(result.output)")
        #expect(table.contains { $0.hasPrefix("snips ") })
        #expect(result.output.contains("cross-fitted in 3 folds"))
    }

    @Test("All kinds of intervals hold the truth as JSON, and always-valid ones are the widest")
    func intervals() async throws {
        let logs = try Logs(rows: 3_000)
        defer { logs.remove() }
        // Σ shares × rates of the policy that likes item 1.
        let truth = 0.1 * 0.1 + 0.7 * 0.6 + 0.1 * 0.2 + 0.1 * 0.1
        try logs.write("[[0.1, 0.1, 0.1], [0.7, 0.7, 0.7], [0.1, 0.1, 0.1], [0.1, 0.1, 0.1]]", to: "mine.json")
        var widths: [String: Double] = [:]
        for kind in ["normal", "bootstrap", "always-valid"] {
            let arguments = [
                "random/men", "--policy", "mine.json", "--interval", kind, "--confidence", "0.999", "--json",
            ]
            let result = try await run(logs, arguments)
            #expect(result.exitCode == 0, "\(result.errors)")
            let ips = try #require(try answers(result).first)
            #expect(ips["estimator"] as? String == "ips")
            let lower = try #require(ips["lower"] as? Double)
            let upper = try #require(ips["upper"] as? Double)
            #expect(lower < truth && truth < upper)
            widths[kind] = upper - lower
        }
        #expect((widths["always-valid"] ?? 0) > (widths["normal"] ?? 1))
        let arguments = ["random/men", "--policy", "mine.json", "--interval", "all", "--confidence", "0.999"]
        let ips = try #require(try answers(try await run(logs, arguments + ["--json"])).first)
        let beside = try #require(ips["intervals"] as? [String: [Double]])
        #expect(beside.mapValues { $0[1] - $0[0] } == widths)
        let table = try await run(logs, arguments).output
        #expect(table.contains("99.9 % bootstrap from") && table.contains("99.9 % always-valid from"))
    }

    @Test("A policy without support is refused with exit code 3 and the reasons, and naive numbers come on request")
    func refusal() async throws {
        let logs = try Logs(rows: 120)
        defer { logs.remove() }
        // 120 rows of which 4 in 5 say nothing about item 3.
        try logs.write("{\"third\": [[0, 0, 0], [0, 0, 0], [0, 0, 0], [1, 1, 1]]}", to: "third.json")
        let refused = try await run(logs, ["bts/men", "--policy", "third.json#third"])
        #expect(refused.exitCode == 3)
        #expect(refused.output.contains("No answer."))
        #expect(refused.output.contains("effective rows, fewer than 50"))
        #expect(!refused.output.contains("estimator"))
        #expect(refused.errors.contains("--naive"))
        let document = try await run(logs, ["bts/men", "--policy", "third.json", "--json"])
        #expect(document.exitCode == 3)
        #expect(try document.json["isRefused"] as? Bool == true)
        #expect(try answers(document).isEmpty)
        let naive = try await run(logs, ["bts/men", "--policy", "third.json", "--naive", "--json"])
        #expect(naive.exitCode == 0)
        #expect(try naive.json["isRefused"] as? Bool == true)
        #expect(try answers(naive).count == 8)
        for answer in try answers(naive) {
            #expect(try #require(answer["lower"] as? Double) >= 0)
            #expect(try #require(answer["upper"] as? Double) <= 1)
            #expect(try #require(answer["value"] as? Double) >= 0)
        }
    }

    @Test(
        "Input that is wrong exits with 3 and names what is wrong, words that are wrong with 2",
        arguments: [
            (["random/women", "--policy", "uniform"], 3, "women/item_context.csv"),
            (["random/men", "--policy", "nowhere.json"], 3, "nowhere.json: must be uniform, bts, or a readable file"),
            (["random/men", "--policy", "half.json"], 3, "evaluation probability table[0] must sum to 1"),
            (["random/men", "--policy", "uniform", "--estimators", "ipw"], 2, "there is no estimator \"ipw\""),
            (["random/men", "--policy", "uniform", "--estimators", "dros:-1"], 2, "0 or more"),
            (["random/men", "--policy", "uniform", "--interval", "exact"], 2, "exact"),
            (["random/men", "--policy", "uniform", "--confidence", "1"], 2, "--confidence must be"),
            (["random/men", "--policy", "uniform", "--folds", "0"], 2, "--folds must be"),
            (["random/men"], 2, "--policy"),
            (
                ["random/men", "--policy", "uniform", "--interval", "always-valid", "--propensity-floor", "0.5"], 3,
                "weight bound must be at least the log's largest weight"
            ),
        ] as [([String], Int32, String)]
    )
    func wrong(arguments: [String], exitCode: Int32, complaint: String) async throws {
        let logs = try Logs(rows: 30)
        defer { logs.remove() }
        try logs.write("[[0.1, 0.1, 0.1], [0.2, 0.7, 0.7], [0.1, 0.1, 0.1], [0.1, 0.1, 0.1]]", to: "half.json")
        let result = try await run(logs, arguments)
        #expect(result.exitCode == exitCode)
        #expect(result.errors.contains(complaint), "\(result.errors)")
    }
}
