import OasisMarket
import OasisPlanning

/// A labelled number with its unit and a remark.
struct FigureView {
    var label: String
    var number: String
    var unit: String
    var remark: String?
}

/// A term and what it stands at.
struct FactView {
    var term: String
    var value: String
    var factTone: String = ""
}

/// The strip at the top: today in four numbers, and the state of the machinery behind them.
struct HeadlineView {
    var figures: [FigureView]
    var snapshot: [FactView]
    var plan: [FactView]

    init(_ look: ConsoleStatus) {
        figures = Self.today(look)
        snapshot = Self.snapshotFacts(look)
        plan = Self.planFacts(look.engine.plan, at: look.now)
    }

    private static func today(_ look: ConsoleStatus) -> [FigureView] {
        let campaigns = look.engine.campaigns
        let plays = campaigns.reduce(0) { $0 + $1.confirmed }
        let streams = campaigns.reduce(0) { $0 + $1.streams }
        let newListeners = campaigns.reduce(0) { $0 + $1.newListeners }
        let planned = campaigns.reduce(0) { $0 + (CampaignProgress($1, at: look.now).plannedByNow ?? 0) }
        return [
            FigureView(
                label: "Promoted plays",
                number: ConsoleNumber.count(plays),
                unit: "plays",
                remark: planned >= 1 ? "\(ConsoleNumber.percent(Double(plays) / planned)) of the plan by now" : nil
            ),
            FigureView(
                label: "Streams of 30 s and more",
                number: ConsoleNumber.count(streams),
                unit: "streams",
                remark: plays > 0 ? "\(ConsoleNumber.percent(Double(streams) / Double(plays))) of promoted plays" : nil
            ),
            FigureView(
                label: "New listeners",
                number: ConsoleNumber.count(newListeners),
                unit: "listeners",
                remark: plays > 0
                    ? "\(ConsoleNumber.amount(Double(newListeners) / Double(plays) * 100)) per 100 plays" : nil
            ),
            commission(look, streams: streams),
        ]
    }

    private static func commission(_ look: ConsoleStatus, streams: Int) -> FigureView {
        var totals: [String: Int64] = [:]
        for campaign in look.engine.campaigns {
            totals[campaign.commission.currency, default: 0] &+= campaign.commission.micros
        }
        let sorted = totals.filter { $0.value != 0 || totals.count == 1 }.sorted { $0.key < $1.key }
        let first = sorted.first ?? (look.currency, 0)
        let others = sorted.dropFirst().map { ConsoleNumber.money(micros: $0.value, currency: $0.key) }
        var remark: String?
        if !others.isEmpty {
            remark = "and " + others.joined(separator: ", ")
        } else if streams > 0 {
            let perThousand = Int64((Double(first.value) / Double(streams) * 1_000).rounded())
            remark = "\(ConsoleNumber.money(micros: perThousand, currency: first.key)) per 1,000 streams"
        }
        return FigureView(
            label: "Commission",
            number: first.key.isEmpty ? ConsoleNumber.none : ConsoleNumber.money(micros: first.value, currency: ""),
            unit: first.key.isEmpty ? "no currency yet" : first.key,
            remark: remark
        )
    }

    private static func snapshotFacts(_ look: ConsoleStatus) -> [FactView] {
        guard let snapshot = look.engine.snapshot else { return [FactView(term: "Snapshot", value: "none yet")] }
        let age = ConsoleNumber.duration(seconds: look.now.seconds(since: snapshot.createdAt))
        return [
            FactView(term: "Snapshot", value: "#\(snapshot.number)"),
            FactView(term: "Age", value: age, factTone: look.staleSnapshotSeconds == nil ? "" : "bad"),
            FactView(term: "Policy", value: "version \(snapshot.policyVersion)"),
            FactView(
                term: "Holds",
                value: "\(ConsoleNumber.count(snapshot.campaignCount)) campaigns, "
                    + "\(ConsoleNumber.count(snapshot.trackCount)) tracks"
            ),
        ]
    }

    private static func planFacts(_ plan: PlanStatus?, at now: Timestamp) -> [FactView] {
        guard let plan else { return [FactView(term: "Plan", value: "none yet")] }
        return [
            FactView(
                term: "Planned",
                value: ConsoleNumber.duration(seconds: now.seconds(since: plan.plannedAt)) + " ago"
            ),
            FactView(term: "Gap", value: ConsoleNumber.percent(plan.relativeGap)),
            FactView(term: "Bound", value: ConsoleNumber.amount(plan.dualBound) + " score"),
            FactView(
                term: "Solved over",
                value: "\(ConsoleNumber.count(plan.sampledRequests)) requests for "
                    + "\(ConsoleNumber.count(Int(nearest: plan.forecastRequests)))"
            ),
            FactView(term: "In", value: ConsoleNumber.solveTime(seconds: plan.solveSeconds)),
        ]
    }
}

extension Int {
    /// The nearest whole number; beyond the range its end, and 0 for what is no number.
    init(nearest real: Double) {
        self = real.isNaN ? 0 : real >= 9e18 ? .max : real <= -9e18 ? .min : Int(real.rounded())
    }
}
