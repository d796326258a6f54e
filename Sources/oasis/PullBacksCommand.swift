internal import ArgumentParser
internal import Foundation
internal import OasisMarket

/// `oasis pull-backs`: which campaigns listeners receive badly, and an operator's word against it.
struct PullBacksCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "pull-backs",
        abstract: "Which campaigns are promoted less because listeners receive them badly, and why.",
        discussion: """
            Asks a running server. A campaign is pulled back by the policy's rule `pullBack`; see docs/planning.md.

              Levels, evidence and the last step of each campaign:
                oasis pull-backs

              Put a campaign where you want it, whatever the evidence says:
                oasis pull-backs --campaign c1 --level full --reason "a remaster is out"

              Leave it to the evidence again, which begins anew:
                oasis pull-backs --campaign c1 --automatic --reason "as before"

            Exit codes: 0 done, 1 failed, 2 usage, 3 refused.
            """
    )

    @Option(help: "The campaign to put somewhere.")
    var campaign: String?

    @Option(help: "Where to put it: full, half, quarter or probe.")
    var level: String?

    @Flag(help: "Leave it to the evidence again.")
    var automatic = false

    @Option(help: "Why, in one sentence; it is kept.")
    var reason: String?

    @OptionGroup var port: ConsolePort

    @Flag(help: "Print the server's answer as JSON.")
    var json = false

    func validate() throws {
        guard let campaign else {
            guard level == nil, !automatic, reason == nil else { throw ValidationError("Name the --campaign.") }
            return
        }
        guard (try? CampaignID(campaign)) != nil else {
            throw ValidationError("--campaign must be letters, digits and . _ : - alone.")
        }
        guard (level != nil) != automatic else { throw ValidationError("Name a --level, or say --automatic.") }
        guard level.map({ PullBack.Level(rawValue: $0) != nil }) ?? true else {
            throw ValidationError("--level must be full, half, quarter or probe.")
        }
        guard reason?.isEmpty == false else { throw ValidationError("Say the --reason: it is kept.") }
    }

    func run() async throws {
        if let campaign { return try await place(campaign) }
        let answer = try await port.get("/v1/pull-backs", for: "pull-backs")
        guard let list = try? JSONDecoder().decode(PullBackList.self, from: answer) else {
            Terminal.complain("pull-backs", "the server's answer does not have the documented form")
            throw ExitCode(1)
        }
        if json { print(String(decoding: answer, as: UTF8.self)) } else { list.print() }
    }

    private func place(_ campaign: String) async throws {
        struct Wish: Encodable {
            var level: String?
            var reason: String?
        }
        let wish = try JSONEncoder().encode(Wish(level: level, reason: reason))
        let answer = try await port.put("/v1/campaigns/\(campaign)/pull-back-override", wish, for: "pull-backs")
        if json {
            print(String(decoding: answer, as: UTF8.self))
        } else {
            print("\(campaign) is \(level.map { "at \($0)" } ?? "left to the evidence") from the next plan on")
        }
    }
}

/// What the server answers, as far as it is shown.
private struct PullBackList: Decodable {
    struct Step: Decodable {
        var at: String
        var actor: String
        var reason: String
    }

    struct Standing: Decodable {
        var campaign: String
        var level: String
        var override: String?
        var evidence: ReceptionEvidence?
        var log: [Step]
    }

    var pullBacks: [Standing]

    func print() {
        guard !pullBacks.isEmpty else {
            return Swift.print("no campaign: the policy has no pull-back rule, and nobody overrode one")
        }
        for standing in pullBacks {
            let word = standing.override == nil ? "" : " (an operator's word)"
            Swift.print("\(standing.campaign)  \(standing.level)\(word)  \(Self.sentence(standing.evidence))")
            guard let last = standing.log.first else { continue }
            Swift.print("    \(last.at)  \(last.actor): \(last.reason)")
        }
    }

    private static func sentence(_ evidence: ReceptionEvidence?) -> String {
        guard let evidence else { return "no plays since its last step" }
        let (promoted, organic) = (percent(evidence.promotedRate), percent(evidence.organicRate))
        let bounds = "\(percent(evidence.promotedLow)) to \(percent(evidence.promotedHigh))"
        return "\(evidence.plays) plays, \(promoted) streamed (\(bounds)); organic \(organic)"
    }

    private static func percent(_ rate: Double) -> String { "\((rate * 1_000).rounded() / 10) %" }
}
