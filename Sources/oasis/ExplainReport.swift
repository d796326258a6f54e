internal import Foundation
internal import NIOCore
internal import OasisMarket
internal import OasisScoring
internal import OasisService

/// What `oasis explain` prints.
struct ExplainReport {
    private let reply: ScoreReply
    private let explanations: [Explanation]
    private let request: ScoreRequest
    private let isKeyed: Bool

    init(_ reply: ScoreReply, _ explanations: [Explanation], of request: ScoreRequest, isKeyed: Bool) {
        self.reply = reply
        self.explanations = explanations
        self.request = request
        self.isKeyed = isKeyed
    }

    /// The reply as the HTTP API writes it.
    private var replyText: String { String(buffer: ScoreMessage.reply(reply, to: request).body) }

    func printTable() {
        Terminal.printPairs([
            ("request", "\(request.id) for \(request.listener) on \(request.cell)"),
            ("snapshot", "\(reply.snapshot ?? 0), policy version \(reply.policyVersion ?? 0)"),
            ("arm", reply.arm.rawValue),
            ("candidates", "\(request.candidateCount), of them \(explanations.count) that a campaign promotes"),
            ("draw", isKeyed ? "as the server draws" : "without a server's key: not as a server draws"),
            ("degraded", reply.degradations.map(\.rawValue).joined(separator: ", ")),
        ])
        for explanation in explanations {
            print("")
            print("candidate \(explanation.index)  \(name(explanation.index))  campaign \(explanation.campaign)")
            print("  " + explanation.sentence)
            if explanation.verdict != .playedAnyway { printTerms(explanation) }
        }
        print("\nreply\n\(replyText)")
    }

    private func name(_ index: Int) -> String { request.trackHashes == nil ? request.tracks[index].text : "" }

    private func printTerms(_ explanation: Explanation) {
        var rows = [["  attribute", "amount", "worth", "campaign price", "cell price", "adds"]]
        for term in explanation.terms where term.amount != 0 {
            rows.append(
                ["  \(term.attribute.rawValue)"]
                    + [term.amount, term.worth, term.campaignPrice, term.cellPrice, term.contribution].map { "\($0)" }
            )
        }
        rows.append(["  priced worth", "", "", "", "", "\(explanation.pricedWorth)"])
        rows.append([
            "  / (1 + price of listener loss)", "\(explanation.lossPrice)", "", "", "", "\(explanation.fullBoost)",
        ])
        rows.append(["  boost within limits", "", "", "", "", "\(explanation.boost)"])
        rows.append(["  listener loss", "\(explanation.listenerLoss)", "", "", "net worth", "\(explanation.netWorth)"])
        Terminal.printTable(rows)
        for row in explanation.rows.prefix(5) {
            print("  row \(row.name) (\(row.attribute.rawValue)) takes \(row.cost)")
        }
    }

    func printJSON() throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        let details = String(decoding: try encoder.encode(explanations.map { Entry($0) }), as: UTF8.self)
        print("{\"reply\":\(replyText),\"isDrawnAsServer\":\(isKeyed),\"explanations\":\(details)}")
    }

    private struct Entry: Encodable {
        struct Term: Encodable {
            var attribute: String
            var amount, worth, campaignPrice, cellPrice, contribution: Double
        }

        struct Row: Encodable {
            var name, attribute: String
            var cost: Double
        }

        var index: Int
        var campaign, verdict, sentence: String
        var heldBackBy: String?
        var organicScore, boost: Float
        var terms: [Term]
        var rows: [Row]
        var pricedWorth, lossPrice, listenerLoss, netWorth, fullBoost, propensity: Double
        var lostTo: Int?
        var lostBy: Double?

        init(_ explanation: Explanation) {
            index = explanation.index
            campaign = explanation.campaign.text
            verdict = explanation.verdict.rawValue
            sentence = explanation.sentence
            heldBackBy = explanation.heldBackBy?.rawValue
            organicScore = explanation.organicScore
            boost = explanation.boost
            terms = explanation.terms.map {
                Term(
                    attribute: $0.attribute.rawValue,
                    amount: $0.amount,
                    worth: $0.worth,
                    campaignPrice: $0.campaignPrice,
                    cellPrice: $0.cellPrice,
                    contribution: $0.contribution
                )
            }
            rows = explanation.rows.map { Row(name: $0.name, attribute: $0.attribute.rawValue, cost: $0.cost) }
            pricedWorth = explanation.pricedWorth
            lossPrice = explanation.lossPrice
            listenerLoss = explanation.listenerLoss
            netWorth = explanation.netWorth
            fullBoost = explanation.fullBoost
            propensity = explanation.propensity
            lostTo = explanation.lostTo
            lostBy = explanation.lostBy
        }
    }
}
