import Foundation
import NIOCore
package import OasisMarket
package import OasisScoring

/// The scoring port's answer, as far as a ranker needs it.
package struct ScoreAnswer: Hashable, Sendable, Decodable {
    /// One promoted candidate.
    package struct Promotion: Hashable, Sendable, Decodable {
        /// Its place in the request's columns.
        package var index: Int
        /// Whose promotion it is.
        package var campaign: CampaignID
        /// What is added to the organic score.
        package var boost: Float
        /// To be echoed on its events.
        package var receipt: String

        /// Gathers a promotion.
        package init(index: Int, campaign: CampaignID, boost: Float, receipt: String) {
            self.index = index
            self.campaign = campaign
            self.boost = boost
            self.receipt = receipt
        }
    }

    /// The promoted candidates.
    package var promotions: [Promotion]
    /// What was not as it should be.
    package var degraded: [String]

    /// Gathers an answer.
    package init(promotions: [Promotion], degraded: [String]) {
        self.promotions = promotions
        self.degraded = degraded
    }

    /// Reads an answer and refuses promotions of candidates that the request does not have.
    init(_ body: ByteBuffer, to request: ScoreRequest) throws {
        self = try JSONDecoder().decode(ScoreAnswer.self, from: Data(body.readableBytesView))
        guard promotions.allSatisfy({ request.tracks.indices.contains($0.index) && $0.boost.isFinite }) else {
            throw InvalidField("promotions.index", "must name one of the \(request.tracks.count) candidates")
        }
    }
}

extension HTTPCall {
    /// Asks for promotion scores.
    package static func score(_ request: ScoreRequest) -> HTTPCall {
        var body = ByteBuffer()
        body.writeString("{\"requestId\":\"\(request.id)\",\"listener\":\"\(request.listener)\"")
        body.writeString(",\"surface\":\"\(request.cell.surface)\",\"market\":\"\(request.cell.market)\"")
        body.writeString(",\"time\":\"\(request.time)\",\"scale\":\(quoted(request.scale))")
        body.writeString(",\"slateSize\":\(request.slateSize),\"promotableSlots\":\(request.promotableSlots)")
        body.writeString(",\"candidates\":{\"track\":")
        body.writeColumn(Array(request.tracks)) { "\"\($0)\"" }
        body.writeString(",\"organicScore\":")
        body.writeColumn(request.organicScores) { $0.description }
        if let probabilities = request.streamProbabilities {
            body.writeString(",\"streamProbability\":")
            body.writeColumn(probabilities) { $0.description }
        }
        if let isNew = request.isNewToArtist {
            body.writeString(",\"isNewToArtist\":")
            body.writeColumn(isNew) { $0 ? "true" : "false" }
        }
        body.writeString("}}")
        return HTTPCall(.post, "/v1/score", body: body)
    }
}

extension ByteBuffer {
    fileprivate mutating func writeColumn<Element>(_ column: [Element], _ text: (Element) -> String) {
        writeString("[")
        for (index, element) in column.enumerated() {
            if index > 0 { writeString(",") }
            writeString(text(element))
        }
        writeString("]")
    }
}

/// A text as a JSON string.
func quoted(_ text: String) -> String {
    var quoted = "\""
    for scalar in text.unicodeScalars {
        switch scalar {
        case "\"": quoted += "\\\""
        case "\\": quoted += "\\\\"
        case "\u{0}"..<"\u{20}":
            let digits = String(scalar.value, radix: 16)
            quoted += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
        default: quoted.unicodeScalars.append(scalar)
        }
    }
    return quoted + "\""
}
