package import NIOCore
internal import OasisMarket

/// A request of the control plane, free of the server that carried it.
package struct ControlRequest: Sendable {
    /// The operation.
    package var route: Route
    /// The path's variable, decoded.
    package var name: String
    /// The query's variables, decoded.
    package var query: [String: String]
    /// `If-Match`.
    package var ifMatch: String?
    /// `If-None-Match`.
    package var ifNoneMatch: String?
    /// `Content-Type`.
    package var contentType: String?
    /// The body.
    package var body: ByteBuffer
    /// Who asks, for histories.
    package var actor: String

    /// Gathers a request.
    package init(
        route: Route,
        name: String = "",
        query: [String: String] = [:],
        ifMatch: String? = nil,
        ifNoneMatch: String? = nil,
        contentType: String? = nil,
        body: ByteBuffer = ByteBuffer(),
        actor: String = "anonymous"
    ) {
        self.route = route
        self.name = name
        self.query = query
        self.ifMatch = ifMatch
        self.ifNoneMatch = ifNoneMatch
        self.contentType = contentType
        self.body = body
        self.actor = actor
    }

    /// The path's variable as an identifier.
    func identifier<Kind>(as kind: Kind.Type) throws(ServiceFailure) -> Identifier<Kind> {
        do throws(InvalidField) { return try Identifier(name) } catch { throw ServiceFailure(error.inside("id")) }
    }

    /// The body as JSON.
    func document(_ types: [String] = ["application/json"]) throws(ServiceFailure) -> JSONValue {
        try MediaType.require(contentType, oneOf: types)
        return try ScoringRoutes.document(body)
    }

    /// A day of the query.
    func day(_ key: String) throws(ServiceFailure) -> Day? {
        guard let text = query[key] else { return nil }
        guard let day = Day(text) else {
            throw ServiceFailure(InvalidField(key, "must be a date such as 2026-11-22, but is \"\(text.prefix(40))\""))
        }
        return day
    }
}

/// Which revision a change was made from.
enum Precondition {
    /// The revision named by `If-Match`.
    ///
    /// - Throws: `PRECONDITION_REQUIRED` without one, `PRECONDITION_FAILED` when it is none of ours.
    static func revision(_ header: String?, current: String?) throws(ServiceFailure) -> Int {
        guard let header, header != "*" else {
            throw ServiceFailure(
                .preconditionRequired,
                "Send If-Match with the ETag of the version that you changed\(current.map { "; now it is \($0)" } ?? "")."
            )
        }
        let tag = header.trimmingSpaces
        guard tag.count > 2, tag.hasPrefix("\""), tag.hasSuffix("\""), let revision = Int(tag.dropFirst().dropLast())
        else {
            throw ServiceFailure(
                .preconditionFailed,
                "If-Match is no ETag of this document\(current.map { "; now it is \($0)" } ?? "")."
            )
        }
        return revision
    }

    /// The ETag of a revision.
    static func tag(_ revision: Int) -> String { "\"\(revision)\"" }
}

extension String {
    var trimmingSpaces: String {
        let start = drop { $0 == " " }
        return String(start.reversed().drop { $0 == " " }.reversed())
    }
}
