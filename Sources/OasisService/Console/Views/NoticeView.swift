import OasisMarket
import OasisPlanning

/// Something that a reader must know before the numbers, and what to do about it.
struct NoticeView {
    var noticeTone: String
    var heading: String
    var text: String
    var command: String?

    /// What is missing or wrong right now, most basic first.
    static func all(_ look: ConsoleStatus) -> [NoticeView] {
        var notices: [NoticeView] = []
        if look.policy == nil {
            notices.append(
                NoticeView(
                    noticeTone: "next",
                    heading: "No policy yet",
                    text: "Nothing is promoted until a policy says what is worth how much. Put one in force:",
                    command: look.commands.applyPolicy
                )
            )
        } else if look.policy?.guardrails.isPromotionStopped ?? false {
            notices.append(
                NoticeView(
                    noticeTone: "bad",
                    heading: "All promotion is stopped",
                    text:
                        "The policy's kill switch is on: every boost is 0. Set guardrails.isPromotionStopped to false to resume:",
                    command: look.commands.applyPolicy
                )
            )
        }
        if look.engine.campaigns.isEmpty {
            notices.append(
                NoticeView(
                    noticeTone: "next",
                    heading: "No campaigns today",
                    text: "No song is opted in for today. Opt one in:",
                    command: look.commands.createCampaign
                )
            )
        }
        if look.policy != nil, !look.engine.campaigns.isEmpty, look.engine.plan == nil {
            notices.append(
                NoticeView(
                    noticeTone: "next",
                    heading: "No plan yet",
                    text: look.engine.snapshot == nil
                        ? "The first prices come with the first plan; until then every boost is 0. See what it waits for:"
                        : "Serving the snapshot of the last run until the first plan of this one. See what it waits for:",
                    command: look.commands.readiness
                )
            )
        }
        if let age = look.staleSnapshotSeconds {
            notices.append(
                NoticeView(
                    noticeTone: "bad",
                    heading: "The snapshot is stale",
                    text: "It is \(ConsoleNumber.duration(seconds: age)) old, and its prices with it; "
                        + "plans should come every few minutes. See why they do not:",
                    command: look.commands.readiness
                )
            )
        }
        return notices
    }
}

/// The state of everything in one sentence.
struct SummaryView {
    var summaryTone: String
    var sentence: String

    init(_ look: ConsoleStatus, assessed: [AssessedCampaign]) {
        func count(_ standings: CampaignStanding...) -> Int {
            assessed.count { standings.contains($0.standing) }
        }
        let atRisk = count(.atRisk)
        let overBudget = look.engine.listenerLoss.count { $0.spent > ($0.budgetSoFar ?? .infinity) }
        let running = assessed.count - count(.paused, .outsideWindow, .stopped)
        var parts = ["\(Self.counted(running, "campaign")) running"]
        if atRisk > 0 { parts.append("\(Self.counted(atRisk, "guarantee")) at risk") }
        if count(.behind) > 0 { parts.append("\(ConsoleNumber.count(count(.behind))) behind plan") }
        if count(.ahead) > 0 { parts.append("\(ConsoleNumber.count(count(.ahead))) ahead") }
        if count(.capReached) > 0 { parts.append("\(Self.counted(count(.capReached), "cap")) reached") }
        parts.append(
            overBudget > 0
                ? "\(Self.counted(overBudget, "cell")) over the listener-loss budget" : "listener loss within budget"
        )
        sentence = parts.joined(separator: " · ")
        summaryTone = atRisk + overBudget > 0 ? "bad" : count(.behind) > 0 ? "warn" : "good"
    }

    static func counted(_ number: Int, _ noun: String) -> String {
        "\(ConsoleNumber.count(number)) \(noun)\(number == 1 ? "" : "s")"
    }
}
