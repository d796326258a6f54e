import Foundation
import OasisMarket
import Testing

@Suite("oasis train, evaluate-model, models and doctor, as they are typed", .serialized)
struct TrainCommandTests {
    /// A folder with a schema and tables of plays: songs differ in how often they are streamed, unless `strength` is 0.
    private struct Plays {
        let folder: URL

        init() throws {
            folder = FileManager.default.temporaryDirectory.appendingPathComponent("oasis-\(UUID().uuidString)")
            try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
            let schema = """
                {"hashBits": 12, "features": [{"name": "song", "form": "categorical"}, {"name": "age", "form": "log"}]}
                """
            try write(schema, to: "schema.json")
            try table("plays.csv", strength: 1, seed: 1)
            try table("later.csv", strength: 1, seed: 2)
            try table("noise.csv", strength: 0, seed: 3)
        }

        func remove() { try? FileManager.default.removeItem(at: folder) }

        func write(_ text: String, to file: String) throws {
            try text.write(to: folder.appendingPathComponent(file), atomically: true, encoding: .utf8)
        }

        func table(_ file: String, strength: Double, seed: UInt64, missing: Double = 0) throws {
            var random = SeededGenerator(seed: seed)
            var text = "streamed,at,song,age\n"
            for row in 0..<5_000 {
                let song = random.index(below: 8)
                let rate = 0.4 + strength * (Double(song) - 3.5) / 12
                let age = random.uniform() < missing ? "" : "\(random.index(below: 400))"
                text += "\(random.uniform() < rate ? 1 : 0),\(1_700_000_000 + row),song-\(song),\(age)\n"
            }
            try write(text, to: file)
        }
    }

    private func run(_ plays: Plays, _ line: String) async throws -> CommandUnderTest.Result {
        try await CommandUnderTest.run(line.split(separator: " ").map(String.init), in: plays.folder)
    }

    @Test("A model is trained, judged, promoted stage by stage, and rolled back")
    func fromTableToLive() async throws {
        let plays = try Plays()
        defer { plays.remove() }
        let train = "train plays.csv --schema schema.json --label streamed --time at"
        let first = try await run(plays, train + " --out streamed.model --models models --json")
        #expect(first.exitCode == 0, "\(first.errors)")
        let report = try first.json
        #expect(report["isConstant"] as? Bool == false && report["version"] as? Int == 1)
        let test = try #require(report["test"] as? [String: Any])
        let (own, constant) = (test["logLoss"] as? Double, test["constantLogLoss"] as? Double)
        #expect(try #require(own) < #require(constant))
        let judged = try await run(plays, "evaluate-model streamed.model later.csv --label streamed --json")
        #expect(judged.exitCode == 0)
        #expect(try judged.json["isCalibrationAlarm"] as? Bool == false)
        let promote = " --data later.csv --label streamed"
        for stage in ["shadow", "canary", "live"] {
            let promoted = try await run(plays, "models promote models 1" + promote)
            #expect(
                promoted.exitCode == 0 && promoted.output.contains("version 1 is \(stage) now"),
                "\(promoted.errors)"
            )
        }
        #expect(try await run(plays, "models promote models 1" + promote).exitCode == 3, "nothing is above live")

        let online = try await run(plays, train + " --method online --alpha 0.001 --models models")
        #expect(online.exitCode == 0)
        let refused = try await run(plays, "models promote models 2" + promote)
        #expect(refused.exitCode == 1 && refused.errors.contains("log-loss"), "\(refused.errors)")
        for _ in 0..<3 {
            let insisted = try await run(plays, "models promote models 2 --force because" + promote)
            #expect(insisted.exitCode == 0)
        }
        let back = try await run(plays, "models rollback models --reason worse")
        #expect(back.output.contains("version 1 is live again"))
        let list = try await run(plays, "models list models")
        #expect(list.output.contains("live") && list.output.contains("logistic C"))
    }

    @Test("Where nothing can be learned the model is the constant, and says so")
    func constant() async throws {
        let plays = try Plays()
        defer { plays.remove() }
        for method in ["batch", "online"] {
            let line = "train noise.csv --schema schema.json --label streamed --method \(method) --json"
            let report = try await run(plays, line).json
            #expect(report["isConstant"] as? Bool == true, "\(method)")
            let test = try #require(report["test"] as? [String: Any])
            #expect(test["logLoss"] as? Double == test["constantLogLoss"] as? Double)
        }
    }

    @Test("The doctor finds what went missing, and nothing when nothing did")
    func doctor() async throws {
        let plays = try Plays()
        defer { plays.remove() }
        let line = "train plays.csv --schema schema.json --label streamed --out streamed.model"
        #expect(try await run(plays, line).exitCode == 0)
        #expect(try await run(plays, "doctor streamed.model later.csv --label streamed").exitCode == 0)
        try plays.table("broken.csv", strength: 1, seed: 4, missing: 0.5)
        let found = try await run(plays, "doctor streamed.model broken.csv --label streamed --json")
        #expect(found.exitCode == 1)
        let findings = try #require(try found.json["findings"] as? [[String: Any]])
        #expect(findings.map { $0["code"] as? String } == ["feature-missing"])
        #expect(findings.first?["column"] as? String == "age")
    }

    @Test("Bad usage exits with 2 and bad input with 3, naming file and rule")
    func refusals() async throws {
        let plays = try Plays()
        defer { plays.remove() }
        #expect(try await run(plays, "train plays.csv --label streamed").exitCode == 2)
        #expect(try await run(plays, "train plays.vw").exitCode == 2)
        let train = "train plays.csv --schema schema.json --label"
        #expect(try await run(plays, train + " streamed --penalty -1").exitCode == 2)
        let column = try await run(plays, train + " saved")
        #expect(column.exitCode == 3 && column.errors.contains("must have a column \"saved\""))
        let model = try await run(plays, "evaluate-model schema.json later.csv --label streamed")
        #expect(model.exitCode == 3 && model.errors.contains("must be a model"))
    }
}
