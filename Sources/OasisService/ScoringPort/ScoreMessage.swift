internal import NIOCore
internal import OasisMarket
package import OasisScoring

/// The reply to a score request as JSON.
package enum ScoreMessage {
    /// Writes a reply without promotions.
    static func reply(_ reply: ScoreReply) -> ServiceReply {
        Self.reply(reply, tracks: TrackNames())
    }

    /// Writes a reply; ghosts stay inside, or a caller could treat the holdout's listeners differently.
    package static func reply(_ reply: ScoreReply, to request: ScoreRequest) -> ServiceReply {
        Self.reply(reply, tracks: request.tracks)
    }

    private static func reply(_ reply: ScoreReply, tracks: TrackNames) -> ServiceReply {
        var body = ByteBuffer()
        body.writeWithUnsafeMutableBytes(minimumWritableBytes: bytesMaximum(of: reply)) { memory in
            var text = TextCursor(memory)
            write(reply, tracks, &text)
            return text.count
        }
        return ServiceReply(body: body)
    }

    /// What a reply can take at most, with room for every key, name and number.
    private static func bytesMaximum(of reply: ScoreReply) -> Int {
        let word = 32
        var bytes = 256 + nameBytesMaximum + 4 * word + reply.degradations.count * word
        for arm in reply.experimentArms { bytes += arm.utf8.count + 3 }
        for promotion in reply.promotions {
            bytes += 128 + 2 * nameBytesMaximum + 3 * word + promotion.reasons.count * word
            bytes += Base64URL.encodedLength(promotion.receipt.count)
            if let explanation = promotion.explanation {
                bytes += 96 + 3 * word + explanation.terms.count * (96 + 6 * word)
            }
        }
        return bytes
    }

    private static let nameBytesMaximum = max(Named.Track.maximumLength, Named.Campaign.maximumLength)

    private static func write(_ reply: ScoreReply, _ tracks: TrackNames, _ text: inout TextCursor) {
        text.append(#"{"requestId":""#)
        text.append(reply.request)
        text.append(#"","snapshot":"#)
        if let snapshot = reply.snapshot {
            text.append("\"")
            text.append(plain: hexadecimal(snapshot))
            text.append("\"")
        } else {
            text.append("null")
        }
        text.append(#","snapshotAgeSeconds":"#)
        if let age = reply.snapshotAgeSeconds { text.append(age) } else { text.append("null") }
        text.append(#","policyVersion":"#)
        if let version = reply.policyVersion { text.append(version) } else { text.append("null") }
        text.append(#","arm":""#)
        text.append(plain: reply.arm.rawValue)
        text.append(#"","experimentArms":["#)
        write(plain: reply.experimentArms, &text)
        text.append(#"],"isShadow":"#)
        text.append(reply.isShadow ? "true" : "false")
        text.append(#","promotions":["#)
        var isFirst = true
        for promotion in reply.promotions {
            if !isFirst { text.append(",") }
            isFirst = false
            write(promotion, tracks, &text)
        }
        text.append(#"],"degraded":["#)
        write(plain: reply.degradations.lazy.map(\.rawValue), &text)
        text.append("]}")
    }

    private static func write(_ promotion: Promotion, _ tracks: TrackNames, _ text: inout TextCursor) {
        text.append(#"{"index":"#)
        text.append(Int64(promotion.index))
        text.append(#","track":""#)
        text.append(tracks[promotion.index])
        text.append(#"","campaign":""#)
        text.append(promotion.campaign)
        text.append(#"","boost":"#)
        text.append(promotion.boost)
        text.append(#","propensity":"#)
        text.append(promotion.propensity)
        text.append(#","reasons":["#)
        write(plain: promotion.reasons.lazy.map(\.rawValue), &text)
        text.append(#"],"receipt":""#)
        text.append(base64URL: promotion.receipt)
        text.append("\"")
        if let explanation = promotion.explanation { write(explanation, &text) }
        text.append("}")
    }

    private static func write(_ explanation: BoostExplanation, _ text: inout TextCursor) {
        text.append(#","explanation":{"terms":["#)
        var isFirst = true
        for term in explanation.terms {
            text.append(isFirst ? #"{"attribute":""# : #",{"attribute":""#)
            isFirst = false
            text.append(plain: term.attribute.rawValue)
            text.append(#"","amount":"#)
            text.append(term.amount)
            text.append(#","worth":"#)
            text.append(term.worth)
            text.append(#","campaignPrice":"#)
            text.append(term.campaignPrice)
            text.append(#","cellPrice":"#)
            text.append(term.cellPrice)
            text.append(#","contribution":"#)
            text.append(term.contribution)
            text.append("}")
        }
        text.append(#"],"lossPrice":"#)
        text.append(explanation.lossPrice)
        text.append(#","listenerLoss":"#)
        text.append(explanation.listenerLoss)
        text.append(#","fullBoost":"#)
        text.append(explanation.fullBoost)
        text.append("}")
    }

    /// Texts that need no escaping, with commas between them.
    private static func write(plain texts: some Sequence<String>, _ text: inout TextCursor) {
        var isFirst = true
        for word in texts {
            text.append(isFirst ? "\"" : ",\"")
            isFirst = false
            text.append(plain: word)
            text.append("\"")
        }
    }

    /// A snapshot's number as 16 hexadecimal digits.
    package static func hexadecimal(_ number: UInt64) -> String {
        let digits = String(number, radix: 16)
        return String(repeating: "0", count: 16 - digits.count) + digits
    }
}
