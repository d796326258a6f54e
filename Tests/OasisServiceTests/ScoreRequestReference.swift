import OasisMarket
import OasisScoring
import OasisService

/// Reads a score request from a document's tree, one field after the other: slow and plain, what the one-pass reader is
/// held to.
enum ScoreRequestReference {
    static func read(_ text: [UInt8], clock: MarketClock) -> Result<ScoreRequest, ServiceFailure> {
        let document: JSONValue
        do throws(JSONFault) { document = try JSONParser.parse(text) } catch { return .failure(ServiceFailure(error)) }
        do throws(InvalidField) {
            return .success(try request(document, clock))
        } catch {
            let id = document["requestId"]?.text.flatMap { try? RequestID($0) }
            return .failure(ServiceFailure(error, requestID: id?.text))
        }
    }

    private static func request(_ document: JSONValue, _ clock: MarketClock) throws(InvalidField) -> ScoreRequest {
        guard document.members != nil else { throw InvalidField("", "must be an object") }
        let id = try identifier(document, "requestId", Named.Request.self)
        let listener = try identifier(document, "listener", Named.Listener.self)
        let surface = try identifier(document, "surface", Named.Surface.self)
        let market = try identifier(document, "market", Named.Market.self)
        let time = try time(document, clock)
        let scale = try string(document, "scale")
        let slateSize = try integer(document, "slateSize")
        let promotableSlots = try integer(document, "promotableSlots")
        let explains = try bool(document, "explain") ?? false
        let candidates = try given(document, "candidates")
        guard candidates.members != nil else { throw InvalidField("candidates", "must be an object") }
        var request = try ScoreRequest(
            id: id,
            listener: listener,
            cell: Cell(surface: surface, market: market),
            time: time,
            scale: scale,
            slateSize: slateSize,
            promotableSlots: promotableSlots,
            tracks: try tracks(candidates),
            organicScores: try required(
                try column(candidates, "organicScore", "a number") { $0.double.map { Float($0) } },
                "candidates.organicScore"
            ),
            streamProbabilities: try column(candidates, "streamProbability", "a number") {
                $0.double.map { Float($0) }
            },
            isNewToArtist: try column(candidates, "isNewToArtist", "true or false") {
                if case .bool(let bool) = $0 { bool } else { nil }
            }
        )
        request.explains = explains
        return request
    }

    private static func bool(_ document: JSONValue, _ key: String) throws(InvalidField) -> Bool? {
        guard let value = document[key], value != .null else { return nil }
        guard case .bool(let bool) = value else { throw InvalidField(key, "must be true or false") }
        return bool
    }

    private static func given(_ document: JSONValue, _ key: String) throws(InvalidField) -> JSONValue {
        guard let value = document[key], value != .null else { throw InvalidField(key, "must be given") }
        return value
    }

    private static func string(_ document: JSONValue, _ key: String) throws(InvalidField) -> String {
        guard let text = try given(document, key).text else { throw InvalidField(key, "must be a string") }
        return text
    }

    private static func integer(_ document: JSONValue, _ key: String) throws(InvalidField) -> Int {
        guard case .integer(let integer) = try given(document, key) else {
            throw InvalidField(key, "must be a whole number")
        }
        return Int(integer)
    }

    private static func identifier<Kind>(
        _ document: JSONValue,
        _ key: String,
        _ kind: Kind.Type
    ) throws(InvalidField) -> Identifier<Kind> {
        let text = try string(document, key)
        do throws(InvalidField) { return try Identifier(text) } catch { throw InvalidField(key, error.rule) }
    }

    private static func time(_ document: JSONValue, _ clock: MarketClock) throws(InvalidField) -> Timestamp {
        guard let value = document["time"], value != .null else {
            if clock.source == .wall { return clock.now }
            throw InvalidField("time", "must be given, because clock.source is requests")
        }
        guard let text = value.text else { throw InvalidField("time", "must be a string") }
        guard let time = Timestamp(text) else {
            throw InvalidField("time", "must be an RFC 3339 time such as 2026-11-22T09:30:00Z")
        }
        return clock.source == .wall ? clock.now : time
    }

    private static func column<Element>(
        _ candidates: JSONValue,
        _ key: String,
        _ kind: String,
        _ read: (JSONValue) -> Element?
    ) throws(InvalidField) -> [Element]? {
        guard let value = candidates[key], value != .null else { return nil }
        let path = "candidates.\(key)"
        guard let elements = value.elements else { throw InvalidField(path, "must be an array") }
        var column: [Element] = []
        for (index, element) in elements.enumerated() {
            guard let read = read(element) else { throw InvalidField("\(path)[\(index)]", "must be \(kind)") }
            column.append(read)
        }
        return column
    }

    private static func required<Element>(_ column: [Element]?, _ path: String) throws(InvalidField) -> [Element] {
        guard let column else { throw InvalidField(path, "must be given") }
        return column
    }

    private static func tracks(_ candidates: JSONValue) throws(InvalidField) -> [TrackID] {
        let names = try required(try column(candidates, "track", "a string") { $0.text }, "candidates.track")
        guard (1...1_000).contains(names.count) else {
            throw InvalidField("candidates.track", "must name 1 to 1000 candidates, but names \(names.count)")
        }
        var tracks: [TrackID] = []
        for (index, name) in names.enumerated() {
            do throws(InvalidField) {
                tracks.append(try TrackID(name))
            } catch {
                throw InvalidField("candidates.track[\(index)]", error.rule)
            }
        }
        return tracks
    }
}
