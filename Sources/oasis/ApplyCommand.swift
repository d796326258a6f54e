internal import ArgumentParser
internal import Foundation

/// `oasis apply`: a planned policy put in force, or an earlier one again.
struct ApplyCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "apply",
        abstract: "Put a planned policy in force, or roll back to an earlier one.",
        discussion: """
            A plan is refused when campaigns, licensors or the policy have changed since it was made, or when it is older
            than an hour: what it says would no longer be true.

              Apply what was planned:
                oasis plan --policy new-policy.json --out new-policy.plan
                oasis apply new-policy.plan

              Take it back:
                oasis apply --rollback

              Put version 3 in force again:
                oasis apply --rollback --to 3

            Exit codes: 0 done, 1 failed, 2 usage, 3 plan refused.
            """
    )

    @Argument(help: ArgumentHelp("A file that oasis plan wrote.", valueName: "plan"))
    var plan: String?

    @Flag(help: "Put the policy before the newest in force again.")
    var rollback = false

    @Option(help: ArgumentHelp("With --rollback: the version to put in force.", valueName: "version"))
    var to: Int64?

    @OptionGroup var port: ConsolePort

    @Flag(help: "Print the policy in force as JSON.")
    var json = false

    func validate() throws {
        guard (plan != nil) != rollback else { throw ValidationError("Name a plan, or say --rollback.") }
        guard to == nil || rollback else { throw ValidationError("--to goes with --rollback.") }
        guard to ?? 1 >= 1 else { throw ValidationError("--to must be at least 1.") }
    }

    func run() async throws {
        let answer: Data
        if let plan {
            guard let text = FileManager.default.contents(atPath: plan) else {
                Terminal.complain("apply", "refused: \(plan) cannot be read")
                throw ExitCode(3)
            }
            answer = try await port.post("/v1/policy:apply", text, for: "apply")
        } else {
            let wish = Data((to.map { #"{"version":\#($0)}"# } ?? "{}").utf8)
            answer = try await port.post("/v1/policy:rollback", wish, for: "apply")
        }
        struct Version: Decodable {
            var version: Int64
        }
        guard let version = try? JSONDecoder().decode(Version.self, from: answer).version else {
            Terminal.complain("apply", "the server's answer does not have the documented form")
            throw ExitCode(1)
        }
        if json {
            print(String(decoding: answer, as: UTF8.self))
        } else {
            print("policy version \(version) is in force")
        }
    }
}
