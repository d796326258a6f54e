internal import ArgumentParser
internal import Foundation
internal import OasisLedger
internal import OasisMarket
internal import OasisPlanning
internal import OasisScoring
internal import OasisService

/// `oasis plan`: what another policy would change, before it is applied.
struct PlanCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "plan",
        abstract: "Show what a policy would change for the rest of the day, before it is applied.",
        discussion: """
            Solves the rest of the day twice over the same recent requests: under the policy in force, and under this one.
            Nothing is changed.

              Ask a running server:
                oasis plan --policy new-policy.json

              Keep the plan, and apply it:
                oasis plan --policy new-policy.json --out new-policy.plan
                oasis apply new-policy.plan

              Without a server, over the requests that its last run kept:
                oasis plan --policy new-policy.json --data oasis-data

            Exit codes: 0 done, 1 failed, 2 usage, 3 policy refused, or nothing to plan over.
            """
    )

    @Option(help: ArgumentHelp("The policy, as JSON.", valueName: "file"))
    var policy: String

    @OptionGroup var port: ConsolePort

    @Option(help: ArgumentHelp("Plan over the data folder of a server that does not run.", valueName: "dir"))
    var data: String?

    @Option(help: ArgumentHelp("Also write the plan to a file, for oasis apply.", valueName: "file"))
    var out: String?

    @Flag(help: "Print the plan as JSON.")
    var json = false

    func run() async throws {
        guard let policyText = FileManager.default.contents(atPath: policy) else {
            Terminal.complain("plan", "refused: \(policy) cannot be read")
            throw ExitCode(3)
        }
        let preview = try await preview(policyText)
        if let out {
            do {
                let encoder = JSONEncoder()
                encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
                try encoder.encode(preview).write(to: URL(filePath: out), options: .atomic)
            } catch {
                Terminal.complain("plan", "\(out) cannot be written: \(error.localizedDescription)")
                throw ExitCode(1)
            }
        }
        if json { try Terminal.printJSON(preview) } else { PlanReport(preview).print() }
    }

    private func preview(_ policyText: Data) async throws -> PlanPreview {
        if let data { return try offline(policyText, in: data) }
        let answer = try await port.post("/v1/policy:plan", policyText, for: "plan")
        do {
            return try JSONDecoder().decode(PlanPreview.self, from: answer)
        } catch {
            Terminal.complain("plan", "the server's answer does not have the documented form: \(error)")
            throw ExitCode(1)
        }
    }

    /// Plans in this process, as of now, over what a server left behind.
    private func offline(_ policyText: Data, in folder: String) throws -> PlanPreview {
        do {
            let policy = try JSONDecoder().decode(Policy.self, from: policyText)
            guard FileManager.default.fileExists(atPath: folder) else {
                throw InvalidField("data", "must be a server's data folder, but \(folder) is not there")
            }
            let directory = try DataDirectory(folder)
            let secrets = try directory.secrets()
            let ledger = try Ledger(path: directory.ledger)
            defer { try? ledger.close() }
            let now = Timestamp(milliseconds: Int64(Date().timeIntervalSince1970 * 1_000))
            let engine = try PromotionEngine(
                ledger: ledger,
                settings: EngineSettings(
                    node: "plan",
                    snapshotDirectory: directory.snapshots,
                    receiptKeys: secrets.receiptKeys,
                    sampleSize: 20_000,
                    solverThreads: ProcessInfo.processInfo.activeProcessorCount,
                    drawKey: secrets.drawKey
                ),
                now: now
            )
            return try engine.preview(policy, at: now)
        } catch {
            Terminal.complain("plan", "refused: \(error)")
            throw ExitCode(3)
        }
    }
}
