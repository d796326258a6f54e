import Foundation
package import NIOCore
package import OasisMarket
package import OasisScoring

/// The scoring port's answer to a score request.
package struct ScoreAnswer: Hashable, Sendable, Decodable {
    /// One promoted candidate.
    package struct Promotion: Hashable, Sendable, Decodable {
        /// Its place in the request's columns.
        package var index: Int
        /// Its name, which must be the one at that place.
        package var track: TrackID
        /// Whose promotion it is.
        package var campaign: CampaignID
        /// What is added to the organic score.
        package var boost: Float
        /// Probability with which it was promoted.
        package var propensity: Float
        /// What shaped the decision, as codes.
        package var reasons: [String]
        /// To be echoed on its events.
        package var receipt: String
        /// How the boost came about, when the request asked for it.
        package var explanation: ClientReply.Explanation?

        /// Gathers a promotion.
        package init(
            index: Int,
            track: TrackID,
            campaign: CampaignID,
            boost: Float,
            propensity: Float = 1,
            reasons: [String] = [],
            receipt: String,
            explanation: ClientReply.Explanation? = nil
        ) {
            self.index = index
            self.track = track
            self.campaign = campaign
            self.boost = boost
            self.propensity = propensity
            self.reasons = reasons
            self.receipt = receipt
            self.explanation = explanation
        }
    }

    /// The request it answers.
    package var requestId: RequestID
    /// The snapshot that priced it.
    package var snapshot: String?
    /// How old that was.
    package var snapshotAgeSeconds: Double?
    /// Version of the policy in that snapshot.
    package var policyVersion: Int64?
    /// Which side of the permanent experiment the listener is on.
    package var arm: String
    /// The promoted candidates.
    package var promotions: [Promotion]
    /// What was not as it should be.
    package var degraded: [String]

    /// Reads an answer, and believes nothing in it that cannot be true.
    package init(_ body: ByteBuffer, to request: ScoreRequest) throws {
        self = try JSONDecoder().decode(ScoreAnswer.self, from: Data(body.readableBytesView))
        try require(requestId == request.id, "requestId", "must be the request's")
        try require(
            promotions.count <= request.promotableSlots,
            "promotions",
            "must be at most \(request.promotableSlots), but are \(promotions.count)"
        )
        var seen: Set<Int> = []
        for promotion in promotions {
            let index = promotion.index
            try require(
                request.tracks.indices.contains(index) && request.tracks[index] == promotion.track,
                "promotions.index",
                "must name one of the \(request.tracks.count) candidates"
            )
            try require(seen.insert(index).inserted, "promotions.index", "must name each candidate once")
            try require(
                (0...2e6).contains(promotion.boost),
                "promotions.boost",
                "must be 0 or more, and no more than 2e6"
            )
            try require((0...1).contains(promotion.propensity), "promotions.propensity", "must be 0 to 1")
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
        if request.explains { body.writeString(",\"explain\":true") }
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
