package import OasisMarket
package import OasisPlanning

/// Outcome events as CloudEvents 1.0 in JSON, one or a batch.
///
/// Source: CloudEvents specification 1.0.2, "JSON Event Format" and "HTTP Protocol Binding".
package enum CloudEvents {
    /// Most events a batch may have.
    package static let batchMaximum = 1_000

    /// How a request's body holds its events.
    package enum Mode: String, Hashable, Sendable {
        case single = "application/cloudevents+json"
        case batch = "application/cloudevents-batch+json"
    }

    /// Reads one event or a batch; one bad event refuses all of them.
    package static func reports(_ document: JSONValue, mode: Mode) throws(InvalidField) -> [OutcomeReport] {
        switch mode {
        case .single: return [try report(document, at: "")]
        case .batch:
            guard let events = document.elements else { throw InvalidField("", "must be an array of events") }
            guard events.count <= batchMaximum else {
                throw InvalidField("", "must have at most \(batchMaximum) events, but has \(events.count)")
            }
            var reports: [OutcomeReport] = []
            reports.reserveCapacity(events.count)
            for (index, event) in events.enumerated() { reports.append(try report(event, at: "[\(index)]")) }
            return reports
        }
    }

    private static func report(_ event: JSONValue, at path: String) throws(InvalidField) -> OutcomeReport {
        let fields = try JSONFields(event, at: path)
        let version = try fields.string("specversion")
        try require(version == "1.0", fields.path("specversion"), "must be 1.0, but is \"\(version.prefix(140))\"")
        if let type = fields.optional("datacontenttype") {
            try require(type.text == "application/json", fields.path("datacontenttype"), "must be application/json")
        }
        let (id, source) = (try fields.string("id"), try fields.string("source"))
        let kind = try kind(fields)
        let time = try fields.time("time")
        let data = try fields.object("data")
        let subject = try subject(data, kind: kind)
        let isNewToArtist = try data.optionalBool("isNewToArtist")
        let playedMilliseconds = kind == .streamed ? try data.optionalInteger("playedMilliseconds") : nil
        do throws(InvalidField) {
            return try OutcomeReport(
                source: source,
                id: id,
                kind: kind,
                occurredAt: time,
                subject: subject,
                playedMilliseconds: playedMilliseconds,
                isNewToArtist: isNewToArtist
            )
        } catch {
            throw path.isEmpty ? error : error.inside(path)
        }
    }

    private static func kind(_ fields: JSONFields) throws(InvalidField) -> OutcomeKind {
        let type = try fields.string("type")
        guard type.hasPrefix("oasis."), let kind = OutcomeKind(rawValue: String(type.dropFirst(6))) else {
            let known = OutcomeKind.allCases.map { "oasis.\($0.rawValue)" }.joined(separator: ", ")
            throw InvalidField(fields.path("type"), "must be one of \(known), but is \"\(type.prefix(140))\"")
        }
        return kind
    }

    private static func subject(
        _ data: JSONFields,
        kind: OutcomeKind
    ) throws(InvalidField) -> OutcomeReport.Subject {
        if data.optional("receipt") != nil {
            let text = try data.string("receipt")
            guard text.utf8.count <= 256, let receipt = Base64URL.decode(text) else {
                throw InvalidField(data.path("receipt"), "must be the receipt as it was given, in base64url")
            }
            return .receipt(receipt)
        }
        if kind == .released {
            throw InvalidField(data.path("receipt"), "must be given: only a promotion can be released")
        }
        guard data.optional("track") != nil else {
            throw InvalidField(
                data.path("receipt"),
                "must be given, or track, listener, surface and market of an organic play"
            )
        }
        let cell = Cell(
            surface: try data.identifier("surface", as: Named.Surface.self),
            market: try data.identifier("market", as: Named.Market.self)
        )
        return .organic(
            track: try data.identifier("track", as: Named.Track.self),
            listener: try data.identifier("listener", as: Named.Listener.self),
            cell: cell
        )
    }
}
