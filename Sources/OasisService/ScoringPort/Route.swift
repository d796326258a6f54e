/// One operation of a port.
package struct Route: Hashable, Sendable {
    /// HTTP method.
    package var method: String
    /// Path as OpenAPI writes it: `/v1/campaigns/{id}`.
    package var path: String
    /// What a caller must be allowed; nothing means that everybody may.
    package var role: Role?

    /// Gathers a route.
    package init(_ method: String, _ path: String, _ role: Role?) {
        self.method = method
        self.path = path
        self.role = role
    }

    /// Whether a request's path is one of this route's.
    package func matches(_ path: Substring) -> Bool {
        let (mine, given) = (self.path.split(separator: "/"), path.split(separator: "/"))
        return mine.count == given.count && zip(mine, given).allSatisfy(Self.matches)
    }

    private static func matches(segment: Substring, given: Substring) -> Bool {
        guard segment.first == "{", let brace = segment.firstIndex(of: "}") else { return segment == given }
        let verb = segment[segment.index(after: brace)...]
        return given.count > verb.count && given.hasSuffix(verb)
    }
}

extension ServiceFailure {
    /// The refusal of a request that no route of `table` takes: `NOT_FOUND` or `METHOD_NOT_ALLOWED`.
    static func unrouted(method: String, path: Substring, table: [Route]) -> ServiceFailure {
        let methods = table.filter { $0.matches(path) }.map(\.method)
        guard !methods.isEmpty else {
            return ServiceFailure(.notFound, "There is nothing at \(path.prefix(200)); see /openapi.json.")
        }
        let allowed = (methods.contains("GET") ? methods + ["HEAD"] : methods).joined(separator: ", ")
        return ServiceFailure(
            .methodNotAllowed,
            "\(path.prefix(200)) takes \(allowed), not \(method.prefix(20)).",
            headers: [HeaderField("Allow", allowed)]
        )
    }
}
