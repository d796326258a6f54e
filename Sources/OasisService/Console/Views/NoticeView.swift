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
        if let shadow = shadow(look.policy?.guardrails) { notices.append(shadow) }
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

    private static func shadow(_ guardrails: Guardrails?) -> NoticeView? {
        guard let guardrails, guardrails.isShadow || !guardrails.shadowSurfaces.isEmpty else { return nil }
        let surfaces = guardrails.shadowSurfaces.map(\.text).joined(separator: ", ")
        return NoticeView(
            noticeTone: "next",
            heading: guardrails.isShadow ? "Shadow mode" : "Shadow mode on \(surfaces)",
            text: "What would be promoted is decided and logged, and nothing of it is served. "
                + (guardrails.isShadow
                    ? "Set guardrails.isShadow to false to serve:"
                    : "Take surfaces out of guardrails.shadowSurfaces to serve there:"),
            command: "curl -s http://127.0.0.1:8081/v1/policy"
        )
    }
}

/// The state of everything in one sentence, what is wrong standing out.
struct SummaryView {
    struct PartView {
        var part: String
        var partTone: String
        var separator: String
    }

    var summaryTone: String
    var parts: [PartView]

    init(_ look: ConsoleStatus, assessed: [AssessedCampaign]) {
        let counts = Dictionary(grouping: assessed, by: \.standing).mapValues(\.count)
        func count(_ standing: CampaignStanding) -> Int { counts[standing] ?? 0 }
        let running = assessed.count - count(.paused) - count(.outsideWindow) - count(.stopped)
        let budgets = look.engine.listenerLoss.count { $0.budgetSoFar != nil }
        let overBudget = look.engine.listenerLoss.count {
            ListenerLossRowView.share($0) ?? 0 > ListenerLossRowView.overBudget
        }
        let candidates: [(number: Int, text: String, tone: String)] = [
            (1, "\(Self.counted(running, "campaign")) running", "calm"),
            (count(.atRisk), "\(Self.counted(count(.atRisk), "guarantee")) at risk", "bad"),
            (overBudget, "\(Self.counted(overBudget, "cell")) over the listener-loss budget", "bad"),
            (count(.behind), "\(ConsoleNumber.count(count(.behind))) behind plan", "warn"),
            (count(.ahead), "\(ConsoleNumber.count(count(.ahead))) ahead", "calm"),
            (count(.capReached), "\(Self.counted(count(.capReached), "cap")) reached", "calm"),
            (budgets > 0 && overBudget == 0 ? 1 : 0, "listener loss within budget", "calm"),
        ]
        parts = candidates.filter { $0.number > 0 }.enumerated()
            .map { index, one in
                PartView(part: one.text, partTone: one.tone, separator: index == 0 ? "" : " · ")
            }
        summaryTone = count(.atRisk) + overBudget > 0 ? "bad" : count(.behind) > 0 ? "warn" : "good"
    }

    static func counted(_ number: Int, _ noun: String) -> String {
        "\(ConsoleNumber.count(number)) \(noun)\(number == 1 ? "" : "s")"
    }
}
