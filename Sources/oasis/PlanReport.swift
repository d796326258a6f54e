internal import Foundation
internal import OasisMarket
internal import OasisPlanning

/// What a policy would change, as tables.
struct PlanReport {
    private let preview: PlanPreview
    /// Most campaigns and rows shown, those that change most first.
    private static let linesMaximum = 20

    init(_ preview: PlanPreview) {
        self.preview = preview
    }

    func print() {
        Terminal.printPairs([
            ("planned at", "\(preview.basis.plannedAt), policy version \(preview.basis.policyVersion)"),
            (
                "over",
                "\(preview.sampledRequests) recent requests, for \(Self.count(preview.forecastRequests)) still to come today"
            ),
            ("gap", String(format: "%.1e; smaller differences mean nothing", preview.relativeGap)),
        ])
        table("planned for the rest of the day", [named("value", preview.value)] + preview.attributes.map { named($0) })
        table("promoted plays by licensor", preview.licensors.map { named($0) })
        table("as the scorer would deliver", preview.replayedLicensors.map { named($0) })
        campaigns()
        rows()
        guard !preview.unseenGuardrails.isEmpty else { return }
        Swift.print()
        Swift.print(
            "Looser than the policy in force: \(preview.unseenGuardrails.joined(separator: ", ")). Requests were sampled under "
                + "that policy, so what the looser limits let in is not in these numbers."
        )
    }

    private func named(_ change: PlanPreview.NamedChange) -> [String] { named(change.name, change.amount) }

    private func named(_ name: String, _ change: PlanPreview.Change) -> [String] {
        [name, Self.amount(change.before), Self.amount(change.after), Self.difference(change)]
    }

    private func table(_ title: String, _ lines: [[String]]) {
        Swift.print()
        Terminal.printTable([[title, "now", "then", "change"]] + lines)
    }

    private func campaigns() {
        let changed = preview.campaigns
            .sorted { ($1.delivery.size, $0.campaign) < ($0.delivery.size, $1.campaign) }
            .filter { $0.delivery.size >= 0.5 || $0.price.size > 1e-6 || $0.missing.size >= 0.5 }
        Swift.print()
        let columns = ["plays now", "then", "change", "scored now", "then", "price now", "then", "missing now", "then"]
        var lines = [["campaign"] + columns]
        for change in changed.prefix(Self.linesMaximum) {
            lines.append([
                change.campaign.text, Self.count(change.delivery.before), Self.count(change.delivery.after),
                Self.difference(change.delivery), Self.count(change.replayed.before),
                Self.count(change.replayed.after), Self.price(change.price.before), Self.price(change.price.after),
                Self.count(change.missing.before), Self.count(change.missing.after),
            ])
        }
        Terminal.printTable(lines)
        rest(changed.count, of: preview.campaigns.count, "campaigns change")
    }

    private func rows() {
        let changed = preview.rows
            .sorted { ($1.price.size, $0.name) < ($0.price.size, $1.name) }
            .filter { $0.binding != .stays || $0.price.size > 1e-6 }
        Swift.print()
        var lines = [["row", "", "price now", "then"]]
        for row in changed.prefix(Self.linesMaximum) {
            let binding =
                switch row.binding {
                case .starts: "starts to bind"
                case .stops: "binds no more"
                case .stays: "binds on"
                }
            lines.append([row.name, binding, Self.price(row.price.before), Self.price(row.price.after)])
        }
        Terminal.printTable(lines, leftAligned: [0, 1])
        rest(changed.count, of: preview.rows.count, "rows that bind change")
    }

    private func rest(_ changed: Int, of all: Int, _ what: String) {
        let more = changed > Self.linesMaximum ? "; --json lists the other \(changed - Self.linesMaximum)" : ""
        Swift.print("\(changed) of \(all) \(what)\(more).")
    }

    private static func count(_ value: Double) -> String { String(format: "%.0f", value) }
    private static func price(_ value: Double) -> String { String(format: "%.4f", value) }
    private static func amount(_ value: Double) -> String { String(format: abs(value) < 100 ? "%.2f" : "%.0f", value) }

    private static func difference(_ change: PlanPreview.Change) -> String {
        guard abs(change.before) > 1e-9 else { return change.after == change.before ? "=" : "new" }
        return String(format: "%+.1f %%", 100 * (change.after - change.before) / abs(change.before))
    }
}

extension PlanPreview.Change {
    fileprivate var size: Double { abs(after - before) }
}
