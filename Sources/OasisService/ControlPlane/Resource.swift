internal import Foundation
internal import NIOCore
internal import OasisLedger
internal import OasisMarket

/// A stored document as the API shows it: its fields and what follows from them, then etag, time and actor of its last
/// change.
enum Resource {
    static func value(_ stored: Stored<some Encodable & Sendable>) throws(ServiceFailure) -> JSONValue {
        var value = try fields(stored.document)
        if let campaign = stored.document as? Campaign {
            value["breakEvenLift"] = campaign.commissionRate.finiteBreakEvenLift.map { .number($0) } ?? .null
        }
        value["etag"] = .string(Precondition.tag(stored.revision))
        value["updatedAt"] = .string(stored.updatedAt.description)
        value["updatedBy"] = .string(stored.actor)
        return value
    }

    static func reply(
        _ stored: Stored<some Encodable & Sendable>,
        status: Int = 200,
        location: String? = nil
    ) throws(ServiceFailure) -> ServiceReply {
        var headers = [HeaderField("ETag", Precondition.tag(stored.revision))]
        if let location { headers.append(HeaderField("Location", location)) }
        return ServiceReply(status: status, headers: headers, try value(stored))
    }

    /// A document's own fields.
    static func fields(_ document: some Encodable) throws(ServiceFailure) -> JSONValue {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        guard let data = try? encoder.encode(document), let value = try? JSONParser.parse(Array(data)) else {
            throw ServiceFailure(.internal, "The stored document could not be written as JSON.")
        }
        return value
    }

    /// Reads a document from the fields a caller sent.
    static func document<Document: Decodable>(
        _ value: JSONValue,
        as type: Document.Type = Document.self
    ) throws(ServiceFailure) -> Document {
        guard value.members != nil else { throw ServiceFailure(.invalidField, "The document must be a JSON object.") }
        var writer = JSONWriter()
        writer.value(value)
        do {
            return try JSONDecoder().decode(Document.self, from: Data(writer.buffer.readableBytesView))
        } catch let error as DecodingError {
            throw ServiceFailure(misfit(in: value, as: type) ?? InvalidField(error))
        } catch let error as InvalidField {
            throw ServiceFailure(error)
        } catch {
            throw ServiceFailure(.invalidField, "The document could not be read: \(error).")
        }
    }
}

extension Resource {
    /// Most fractions among which the one in a whole number's place is searched.
    private static let fractionsMaximum = 200

    /// The field with a number that is not whole, or too large.
    ///
    /// Foundation's decoder tells neither name nor place of such a number; of any other wrong type it tells both. So each
    /// fraction in turn is given the wrong type, until that is what the decoder stumbles over where it wants an integer.
    private static func misfit<Document: Decodable>(in value: JSONValue, as type: Document.Type) -> InvalidField? {
        guard fractions(value) <= fractionsMaximum else { return nil }
        for variant in variants(value) {
            var writer = JSONWriter()
            writer.value(variant)
            do {
                _ = try JSONDecoder().decode(Document.self, from: Data(writer.buffer.readableBytesView))
            } catch DecodingError.typeMismatch(let wanted, let context) where wanted is any BinaryInteger.Type {
                return InvalidField(DecodingError.typeMismatch(wanted, context))
            } catch {
                continue
            }
        }
        return nil
    }

    private static func fractions(_ value: JSONValue) -> Int {
        switch value {
        case .number: 1
        case .array(let elements): elements.reduce(0) { $0 + fractions($1) }
        case .object(let members): members.reduce(0) { $0 + fractions($1.value) }
        default: 0
        }
    }

    /// The document with one of its fractions replaced, for each of them.
    private static func variants(_ value: JSONValue) -> [JSONValue] {
        switch value {
        case .number:
            return [.bool(true)]
        case .array(let elements):
            return elements.indices.flatMap { index in
                variants(elements[index])
                    .map { replacement in
                        var changed = elements
                        changed[index] = replacement
                        return .array(changed)
                    }
            }
        case .object(let members):
            return members.flatMap { member in
                variants(member.value)
                    .map { replacement in
                        var changed = value
                        changed[member.key] = replacement
                        return changed
                    }
            }
        default:
            return []
        }
    }
}

/// A part of a list, and where the next part begins.
struct Page {
    static let sizeMaximum = 1_000
    static let sizeDefault = 100

    let size: Int
    /// The last id of the part before.
    let after: String?

    init(_ request: ControlRequest) throws(ServiceFailure) {
        size = try Self.size(request.query["pageSize"])
        guard let token = request.query["pageToken"], !token.isEmpty else {
            after = nil
            return
        }
        guard let bytes = Base64URL.decode(token), let text = String(validating: bytes, as: UTF8.self),
            text.hasPrefix("after:"), text.count > 6
        else {
            throw ServiceFailure(InvalidField("pageToken", "must be a nextPageToken of this list, as it was given"))
        }
        after = String(text.dropFirst(6))
    }

    private static func size(_ text: String?) throws(ServiceFailure) -> Int {
        guard let text else { return sizeDefault }
        guard let size = Int(text), (1...sizeMaximum).contains(size) else {
            throw ServiceFailure(
                InvalidField(
                    "pageSize",
                    "must be a whole number from 1 to \(sizeMaximum), but is \"\(text.prefix(40))\""
                )
            )
        }
        return size
    }

    /// The id after which this part begins.
    func start<Kind>(as kind: Kind.Type) throws(ServiceFailure) -> Identifier<Kind>? {
        guard let after else { return nil }
        guard let id = try? Identifier<Kind>(after) else {
            throw ServiceFailure(InvalidField("pageToken", "must be a nextPageToken of this list, as it was given"))
        }
        return id
    }

    /// The answer with a part; `stored` has one more than the part when there is a next one.
    func reply<Document: Encodable & Sendable>(
        _ name: String,
        _ stored: [Stored<Document>],
        id: (Document) -> String
    ) throws(ServiceFailure) -> ServiceReply {
        var values: [JSONValue] = []
        for one in stored.prefix(size) { values.append(try Resource.value(one)) }
        var members = [JSONValue.Member(name, .array(values))]
        if stored.count > size {
            let token = Base64URL.encode(Array("after:\(id(stored[size - 1].document))".utf8))
            members.append(JSONValue.Member("nextPageToken", .string(token)))
        }
        return ServiceReply(.object(members))
    }
}

extension ServiceFailure {
    /// What the ledger refused or could not do.
    init(_ error: LedgerError) {
        switch error.code {
        case .alreadyExists: self.init(.alreadyExists, error.message)
        case .notFound: self.init(.notFound, error.message)
        case .revisionMismatch:
            self.init(
                .preconditionFailed,
                error.message,
                headers: error.currentRevision.map { [HeaderField("ETag", Precondition.tag($0))] } ?? []
            )
        case .invalid:
            if let field = error.invalidField { self.init(field) } else { self.init(.invalidField, error.message) }
        case .unknownLicensor: self.init(.invalidField, error.message, field: "licensor")
        case .trackTaken: self.init(.conflict, error.message, field: "tracks")
        default:
            self = .busy(.ledgerUnavailable, error.message)
        }
    }
}

/// Runs something against the ledger, with its errors in this API's shape.
func oasisLedger<Value>(_ body: () throws(LedgerError) -> Value) throws(ServiceFailure) -> Value {
    do throws(LedgerError) { return try body() } catch { throw ServiceFailure(error) }
}
