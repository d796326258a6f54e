internal import NIOCore
package import OasisMarket
package import OasisScoring

/// A score request and its reply as JSON.
package enum ScoreMessage {
    /// Reads a request; `clock` says whether its own time decides.
    package static func request(_ document: JSONValue, clock: MarketClock) throws(InvalidField) -> ScoreRequest {
        let fields = try JSONFields(document)
        let id = try fields.identifier("requestId", as: Named.Request.self)
        let listener = try fields.identifier("listener", as: Named.Listener.self)
        let surface = try fields.identifier("surface", as: Named.Surface.self)
        let market = try fields.identifier("market", as: Named.Market.self)
        let time = try time(fields, clock: clock)
        let scale = try fields.string("scale")
        let slateSize = try fields.integer("slateSize")
        let promotableSlots = try fields.integer("promotableSlots")
        let candidates = try fields.object("candidates")
        return try ScoreRequest(
            id: id,
            listener: listener,
            cell: Cell(surface: surface, market: market),
            time: time,
            scale: scale,
            slateSize: slateSize,
            promotableSlots: promotableSlots,
            tracks: try tracks(candidates),
            organicScores: try candidates.column("organicScore", of: "a number", float),
            streamProbabilities: try candidates.optionalColumn("streamProbability", of: "a number", float),
            isNewToArtist: try candidates.optionalColumn("isNewToArtist", of: "true or false") {
                if case .bool(let bool) = $0 { bool } else { nil }
            }
        )
    }

    /// The request's own time decides only where requests are the clock.
    private static func time(_ fields: JSONFields, clock: MarketClock) throws(InvalidField) -> Timestamp {
        let given = try fields.optionalTime("time")
        switch (clock.source, given) {
        case (.wall, _): return clock.now
        case (.requests, let time?): return time
        case (.requests, nil): throw InvalidField("time", "must be given, because clock.source is requests")
        }
    }

    private static func float(_ value: JSONValue) -> Float? { value.double.map { Float($0) } }

    private static func tracks(_ candidates: JSONFields) throws(InvalidField) -> [TrackID] {
        let names = try candidates.column("track", of: "a string") { $0.text }
        // Counted before anything is made of them: the rest of the refusals are ScoreRequest's.
        guard (1...ScoreRequest.candidatesMaximum).contains(names.count) else {
            throw InvalidField(
                candidates.path("track"),
                "must name 1 to \(ScoreRequest.candidatesMaximum) candidates, but names \(names.count)"
            )
        }
        var tracks: [TrackID] = []
        tracks.reserveCapacity(names.count)
        for (index, name) in names.enumerated() {
            do throws(InvalidField) {
                tracks.append(try TrackID(name))
            } catch {
                throw error.inside("\(candidates.path("track"))[\(index)]")
            }
        }
        return tracks
    }

    /// Writes a reply; ghosts stay inside, or a caller could treat the holdout's listeners differently.
    package static func reply(_ reply: ScoreReply, to request: ScoreRequest) -> ServiceReply {
        var writer = JSONWriter()
        writer.object { writer in
            writer.member("requestId", reply.request.text)
            writer.key("snapshot")
            if let snapshot = reply.snapshot { writer.string(hexadecimal(snapshot)) } else { writer.null() }
            writer.key("snapshotAgeSeconds")
            if let age = reply.snapshotAgeSeconds { writer.number(age) } else { writer.null() }
            writer.key("policyVersion")
            if let version = reply.policyVersion { writer.number(version) } else { writer.null() }
            writer.member("arm", reply.arm.rawValue)
            writer.key("experimentArms")
            writer.array { writer in for arm in reply.experimentArms { writer.string(arm) } }
            writer.member("isShadow", reply.isShadow)
            writer.key("promotions")
            writer.array { writer in for promotion in reply.promotions { write(promotion, of: request, to: &writer) } }
            writer.key("degraded")
            writer.array { writer in for degradation in reply.degradations { writer.string(degradation.rawValue) } }
        }
        return ServiceReply(body: writer.buffer)
    }

    private static func write(_ promotion: Promotion, of request: ScoreRequest, to writer: inout JSONWriter) {
        writer.object { writer in
            writer.key("index")
            writer.number(promotion.index)
            writer.member("track", request.tracks[promotion.index].text)
            writer.member("campaign", promotion.campaign.text)
            writer.key("boost")
            writer.number(promotion.boost)
            writer.key("propensity")
            writer.number(promotion.propensity)
            writer.key("reasons")
            writer.array { writer in for reason in promotion.reasons { writer.string(reason.rawValue) } }
            writer.member("receipt", Base64URL.encode(promotion.receipt))
        }
    }

    /// A snapshot's number as 16 hexadecimal digits.
    package static func hexadecimal(_ number: UInt64) -> String {
        let digits = String(number, radix: 16)
        return String(repeating: "0", count: 16 - digits.count) + digits
    }
}
