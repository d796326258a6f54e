internal import Foundation
internal import OasisLedger
internal import OasisMarket

/// A statement as people and spreadsheets read it.
struct StatementReport {
    private let statement: Statement
    private let dimensions: [StatementDimension]

    /// Reports a statement by the dimensions that it was asked for by.
    init(_ statement: Statement, by dimensions: [StatementDimension]) {
        self.statement = statement
        self.dimensions = dimensions
    }

    /// Prints lines that align, and their sums.
    func printTable() {
        let head =
            dimensions.map(\.rawValue) + [
                "delivered", "streams", "skips", "saves", "playlist adds", "follows", "new listeners",
                "context streams", "commission", "break-even lift", "final",
            ]
        let lines = statement.lines.map { line in
            names(line) + counts(line) + endings(line)
        }
        var total = dimensions.map { _ in "" }
        if !total.isEmpty { total[0] = "total" }
        let sums = total + counts(statement.total) + endings(statement.total)
        Terminal.printTable([head] + lines + [sums], leftAligned: Set(dimensions.indices))
        print("\(statement.from) up to \(statement.to), final from \(statement.total.finalizedAt) on")
    }

    /// Prints one record for each line, RFC 4180, with a head and without sums.
    func printCSV() {
        let head =
            dimensions.map(\.rawValue) + [
                "delivered", "streams", "skips", "saves", "playlistAdds", "follows", "newListeners", "contextStreams",
                "commissionMicros", "currency", "breakEvenLift", "isFinal", "finalizedAt",
            ]
        print(head.joined(separator: ","))
        for line in statement.lines {
            let money = [
                "\(line.commission.micros)", line.commission.currency, line.breakEvenLift.map { "\($0)" } ?? "",
            ]
            // Names hold no comma, no quote and no line break.
            let fields = names(line) + counts(line) + money + ["\(line.isFinal)", line.finalizedAt.description]
            print(fields.joined(separator: ","))
        }
    }

    private func endings(_ line: StatementLine) -> [String] {
        let lift = line.breakEvenLift.map { String(format: "%.1f %%", 100 * $0) } ?? "-"
        return [line.commission.description, lift, line.isFinal ? "yes" : "no"]
    }

    private func names(_ line: StatementLine) -> [String] {
        dimensions.map { dimension in
            switch dimension {
            case .campaign: line.campaign?.text ?? ""
            case .licensor: line.licensor?.text ?? ""
            case .day: line.day?.description ?? ""
            case .surface: line.surface?.text ?? ""
            case .market: line.market?.text ?? ""
            }
        }
    }

    private func counts(_ line: StatementLine) -> [String] {
        [
            line.delivered, line.streams, line.skips, line.saves, line.playlistAdds, line.follows, line.newListeners,
            line.contextStreams,
        ]
        .map { "\($0)" }
    }
}
