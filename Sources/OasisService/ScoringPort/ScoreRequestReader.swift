package import NIOCore
package import OasisMarket
package import OasisScoring

/// Reads a score request from its JSON text in one pass.
///
/// The few members that say who and where are read as values. The columns, which are nearly all of the text, go straight
/// into arrays. Refusals come in one order, whatever the order of the members: text that is not JSON first, then each
/// field in the order of the API's description.
package struct ScoreRequestReader {
    private enum Column<Element> {
        case absent
        case read(Element)
        case refused(InvalidField)
    }

    private enum Candidates {
        case absent
        case read
        case notAnObject
    }

    private var head: [JSONValue.Member] = []
    private var candidates = Candidates.absent
    private var tracks = Column<TrackNames>.absent
    private var organicScores = Column<[Float]>.absent
    private var streamProbabilities = Column<[Float]>.absent
    private var isNewToArtist = Column<[Bool]>.absent

    /// Whether names are taken as they stand between their quotes, and checked all at once when the request is made.
    private let takesNamesRaw: Bool

    private init(takesNamesRaw: Bool) {
        self.takesNamesRaw = takesNamesRaw
    }

    /// Reads a request's body; `clock` says whether the request's own time decides.
    ///
    /// - Throws: `INVALID_JSON` with the offset, or `INVALID_FIELD` with the field, and the request's id when it could
    ///   be read.
    package static func read(_ body: ByteBuffer, clock: MarketClock) throws(ServiceFailure) -> ScoreRequest {
        do throws(ServiceFailure) {
            return try read(body, clock, takingNamesRaw: true)
        } catch {
            // Whatever was wrong, it may be names with escapes alone; if not, this says it in the right order.
            return try read(body, clock, takingNamesRaw: false)
        }
    }

    private static func read(
        _ body: ByteBuffer,
        _ clock: MarketClock,
        takingNamesRaw: Bool
    ) throws(ServiceFailure) -> ScoreRequest {
        var reader = ScoreRequestReader(takesNamesRaw: takingNamesRaw)
        let isObject: Bool
        do throws(JSONFault) {
            isObject = try JSONParser.read(body.readableBytesSpan) { parser throws(JSONFault) in
                try reader.document(&parser)
            }
        } catch {
            throw ServiceFailure(error)
        }
        do throws(InvalidField) {
            guard isObject else { throw InvalidField("", "must be an object") }
            return try reader.request(clock)
        } catch {
            throw ServiceFailure(error, requestID: reader.requestID)
        }
    }

    /// Who asks, of a request of which nothing else is wanted; nothing unless both stand, plain, before the candidates.
    package static func identity(in body: ByteBuffer) -> (request: RequestID, listener: ListenerID)? {
        var (request, listener): (RequestID?, ListenerID?)
        try? JSONParser.glance(at: body.readableBytesSpan) { parser throws(JSONFault) in
            guard parser.next == UInt8(ascii: "{") else { return }
            try parser.descend()
            while request == nil || listener == nil {
                let key = try parser.string()
                try parser.colon()
                if key == "candidates" { return }
                let text = try parser.value().text
                if key == "requestId" { request = text.flatMap { try? RequestID($0) } }
                if key == "listener" { listener = text.flatMap { try? ListenerID($0) } }
                if try parser.ends(with: UInt8(ascii: "}")) { return }
            }
        }
        guard let request, let listener else { return nil }
        return (request, listener)
    }

    /// The request's id, when it is one.
    private var requestID: String? {
        guard let text = head.first(where: { $0.key == "requestId" })?.value.text else { return nil }
        return (try? RequestID(text))?.text
    }
}

// MARK: From bytes

extension ScoreRequestReader {
    private static let headNames: [StaticString] = [
        "requestId", "listener", "surface", "market", "time", "scale", "slateSize", "promotableSlots", "candidates",
        "explain",
    ]

    private static let columnNames: [StaticString] = ["track", "organicScore", "streamProbability", "isNewToArtist"]

    private mutating func document(_ parser: inout JSONParser) throws(JSONFault) -> Bool {
        guard parser.next == UInt8(ascii: "{") else {
            _ = try parser.value()
            return false
        }
        head.reserveCapacity(Self.headNames.count)
        try parser.members(Self.headNames) { parser, place throws(JSONFault) in
            if place == 8 {
                try readCandidates(&parser)
            } else {
                head.append(JSONValue.Member("\(Self.headNames[place])", try parser.value()))
            }
        }
        return true
    }

    private mutating func readCandidates(_ parser: inout JSONParser) throws(JSONFault) {
        guard parser.next == UInt8(ascii: "{") else {
            candidates = try parser.value() == .null ? .absent : .notAnObject
            return
        }
        candidates = .read
        try parser.members(Self.columnNames) { parser, place throws(JSONFault) in
            switch place {
            case 0: tracks = try readTracks(&parser)
            case 1: organicScores = try Self.floats(&parser, "candidates.organicScore")
            case 2: streamProbabilities = try Self.floats(&parser, "candidates.streamProbability")
            default: isNewToArtist = try Self.bools(&parser)
            }
        }
    }
}

// MARK: Columns

extension ScoreRequestReader {
    /// Reads a column of numbers; what is not plainly one is read again as a value, to say what is wrong with it.
    private static func floats(_ parser: inout JSONParser, _ path: String) throws(JSONFault) -> Column<[Float]> {
        if let column = parser.floats(countMaximum: ScoreRequest.candidatesMaximum) { return .read(column) }
        return column(try parser.value(), path, of: "a number") { $0.double.map { Float($0) } }
    }

    private static func bools(_ parser: inout JSONParser) throws(JSONFault) -> Column<[Bool]> {
        if let column = parser.bools(countMaximum: ScoreRequest.candidatesMaximum) { return .read(column) }
        return column(try parser.value(), "candidates.isNewToArtist", of: "true or false") {
            if case .bool(let bool) = $0 { bool } else { nil }
        }
    }

    private func readTracks(_ parser: inout JSONParser) throws(JSONFault) -> Column<TrackNames> {
        if takesNamesRaw, let names = parser.rawStrings(countMaximum: ScoreRequest.candidatesMaximum) {
            return .read(TrackNames(bytes: names.bytes, offsets: names.offsets))
        }
        switch Self.column(try parser.value(), "candidates.track", of: "a string", { $0.text }) {
        case .absent: return .absent
        case .refused(let finding): return .refused(finding)
        case .read(let names):
            do throws(InvalidField) { return .read(try Self.tracks(names)) } catch { return .refused(error) }
        }
    }

    private static func column<Element>(
        _ value: JSONValue,
        _ path: String,
        of kind: String,
        _ read: (JSONValue) -> Element?
    ) -> Column<[Element]> {
        if value == .null { return .absent }
        guard let elements = value.elements else { return .refused(InvalidField(path, "must be an array")) }
        var column: [Element] = []
        column.reserveCapacity(elements.count)
        for (index, value) in elements.enumerated() {
            guard let element = read(value) else {
                return .refused(InvalidField("\(path)[\(index)]", "must be \(kind)"))
            }
            column.append(element)
        }
        return .read(column)
    }

    private static func tracks(_ names: [String]) throws(InvalidField) -> TrackNames {
        // Counted before anything is made of them: the rest of the refusals are ScoreRequest's.
        guard (1...ScoreRequest.candidatesMaximum).contains(names.count) else {
            throw InvalidField(
                "candidates.track",
                "must name 1 to \(ScoreRequest.candidatesMaximum) candidates, but names \(names.count)"
            )
        }
        var tracks = TrackNames()
        for (index, name) in names.enumerated() {
            do throws(InvalidField) {
                tracks.append(try TrackID(name))
            } catch {
                throw error.inside("candidates.track[\(index)]")
            }
        }
        return tracks
    }
}

// MARK: To a request

extension ScoreRequestReader {
    private func request(_ clock: MarketClock) throws(InvalidField) -> ScoreRequest {
        let fields = try JSONFields(.object(head))
        let id = try fields.identifier("requestId", as: Named.Request.self)
        let listener = try fields.identifier("listener", as: Named.Listener.self)
        let surface = try fields.identifier("surface", as: Named.Surface.self)
        let market = try fields.identifier("market", as: Named.Market.self)
        let time = try Self.time(fields, clock: clock)
        let scale = try fields.string("scale")
        let slateSize = try fields.integer("slateSize")
        let promotableSlots = try fields.integer("promotableSlots")
        let explains = try fields.optionalBool("explain") ?? false
        switch candidates {
        case .absent: throw InvalidField("candidates", "must be given")
        case .notAnObject: throw InvalidField("candidates", "must be an object")
        case .read: break
        }
        var request = try ScoreRequest(
            id: id,
            listener: listener,
            cell: Cell(surface: surface, market: market),
            time: time,
            scale: scale,
            slateSize: slateSize,
            promotableSlots: promotableSlots,
            tracks: try Self.required(tracks, "candidates.track"),
            organicScores: try Self.required(organicScores, "candidates.organicScore"),
            streamProbabilities: try Self.optional(streamProbabilities),
            isNewToArtist: try Self.optional(isNewToArtist)
        )
        request.explains = explains
        return request
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

    private static func optional<Element>(_ column: Column<Element>) throws(InvalidField) -> Element? {
        switch column {
        case .absent: nil
        case .read(let elements): elements
        case .refused(let finding): throw finding
        }
    }

    private static func required<Element>(_ column: Column<Element>, _ path: String) throws(InvalidField) -> Element {
        guard let elements = try optional(column) else { throw InvalidField(path, "must be given") }
        return elements
    }
}
