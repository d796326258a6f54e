internal import Foundation
internal import OasisSimulation

/// The demo's table.
struct DemoReport {
    let lines: [MarketComparison.Line]
    let comparison: MarketComparison

    func printTable() {
        let market = comparison.market
        print(
            """
            Market \(market.seed): \(comparison.traffic.count) requests on \(market.day), \(market.campaigns.count) campaigns \
            of \(market.licensors.count) licensors, \(comparison.guarantees) guarantees.

            """
        )
        let header = [
            "", "listener", "streams of", "new", "commission", "plays", "guarantees", "independents'", "value",
        ]
        let second = ["", "utility kept", "opted-in songs", "listeners", "EUR", "above caps", "met", "share", "points"]
        Terminal.printTable([header, second] + lines.map(cells))
        print(
            """

            Listener utility: expected streams of the slates, against no promotion. Independents' share: of promoted plays.
            Value: what the policy says the promoted plays are worth, less utility displaced and promises broken, in expected
            streams. The bound is proven by the program's dual, column by column: nothing that keeps the policy's rows exceeds it.
            """
        )
    }

    func printJSON() throws {
        struct Line: Encodable {
            var name: String
            var listenerUtilityKept, streams, newListeners, commission: Double
            var playsAboveCaps: Int?
            var guaranteesMet: Int
            var independentsShare: Double?
            var value: Double
        }
        try Terminal.printJSON(
            lines.map { line in
                Line(
                    name: line.name,
                    listenerUtilityKept: line.utilityKept,
                    streams: line.streams,
                    newListeners: line.newListeners,
                    commission: line.commission,
                    playsAboveCaps: line.overspend,
                    guaranteesMet: line.guaranteesMet,
                    independentsShare: line.independentsShare,
                    value: line.value
                )
            }
        )
    }

    private func cells(_ line: MarketComparison.Line) -> [String] {
        [
            line.name, percent(line.utilityKept, digits: 2), grouped(line.streams), grouped(line.newListeners),
            String(format: "%.2f", line.commission), line.overspend.map { grouped(Double($0)) } ?? "0",
            "\(line.guaranteesMet) of \(comparison.guarantees)",
            line.independentsShare.map { percent($0, digits: 1) } ?? "–", String(format: "%.1f", line.value),
        ]
    }

    private func percent(_ share: Double, digits: Int) -> String { String(format: "%.\(digits)f %%", 100 * share) }

    /// Whole number with thousands set apart.
    private func grouped(_ value: Double) -> String {
        var digits = Array(String(Int(value.rounded())))
        var place = digits.count - 3
        while place > 0 {
            digits.insert(",", at: place)
            place -= 3
        }
        return String(digits)
    }
}
