import Foundation
import OasisService
import Testing

/// Holds requests and answers to the OpenAPI document, with the part of JSON Schema that it uses.
enum Description {
    static let document: JSONValue = {
        do { return try JSONParser.parse(OpenAPIDocument.text) } catch { fatalError("\(error)") }
    }()

    /// Checks one exchange; what the document has no path for must be an error in its shape.
    static func check(_ method: String, _ path: String, sent: String?, type: String, _ answer: Answer) throws {
        guard answer.headers["content-type"] == "application/json" else { return }
        let place = path.prefix { $0 != "?" }
        let routes = (ScoringRoutes.table + ControlPlaneRoutes.table)
            .filter { $0.method == method && $0.matches(place) }
        // The more special path wins, as it does in the router: {id}:pause before {id}.
        guard let route = routes.max(by: { $0.path.count < $1.path.count }),
            let operation = document["paths"]?[route.path]?[method.lowercased()]
        else {
            try #require(answer.status >= 400, "\(method) \(path) answers, but is not described")
            return try expect(
                answer.json,
                follows: .object([.init("$ref", .string("#/components/schemas/Error"))]),
                path
            )
        }
        if let sent, answer.status < 300 {
            let schema = try #require(
                operation["requestBody"]?["content"]?[type]?["schema"],
                "\(type) is not described"
            )
            try expect(JSONParser.parse(sent), follows: schema, "request of \(method) \(path)")
        }
        var described = try #require(
            operation["responses"]?[String(answer.status)],
            "\(method) \(route.path) answers \(answer.status), which is not described: \(answer.body)"
        )
        if let reference = described["$ref"]?.text { described = try resolve(reference) }
        let schema = try #require(described["content"]?["application/json"]?["schema"])
        try expect(answer.json, follows: schema, "\(answer.status) of \(method) \(path)")
    }

    static func resolve(_ reference: String) throws -> JSONValue {
        var value = document
        for step in reference.dropFirst(2).split(separator: "/") {
            value = try #require(value[String(step)], "\(reference) leads nowhere")
        }
        return value
    }

    static func expect(_ value: JSONValue, follows schema: JSONValue, _ place: String) throws {
        let findings = try findings(value, schema, at: place)
        #expect(findings.isEmpty, "\(findings.joined(separator: "; "))")
    }

    /// Where `value` breaks `schema`.
    static func findings(_ value: JSONValue, _ schema: JSONValue, at place: String) throws -> [String] {
        var found: [String] = []
        for rule in schema.members ?? [] {
            found += try findings(value, rule.key, rule.value, in: schema, at: place)
        }
        return found
    }

    private static func findings(
        _ value: JSONValue,
        _ rule: String,
        _ argument: JSONValue,
        in schema: JSONValue,
        at place: String
    ) throws -> [String] {
        switch rule {
        case "$ref": return try findings(value, resolve(try #require(argument.text)), at: place)
        case "allOf": return try (argument.elements ?? []).flatMap { try findings(value, $0, at: place) }
        case "anyOf":
            let isMet = try (argument.elements ?? []).contains { try findings(value, $0, at: place).isEmpty }
            return isMet ? [] : ["\(place) follows none of its schemas"]
        case "type":
            let types = argument.elements ?? [argument]
            return types.contains { isType(value, $0.text ?? "") } ? [] : ["\(place) is not \(types)"]
        case "const": return value == argument ? [] : ["\(place) is not \(argument)"]
        case "enum":
            return (argument.elements ?? []).contains(value) ? [] : ["\(place) is not one of the listed: \(value)"]
        case "required":
            return (argument.elements ?? []).compactMap(\.text).filter { value.members != nil && value[$0] == nil }
                .map { "\(place).\($0) is missing" }
        case "properties", "additionalProperties", "propertyNames", "maxProperties":
            return try memberFindings(value, rule, argument, in: schema, at: place)
        case "items":
            return try (value.elements ?? []).enumerated().flatMap { try findings($1, argument, at: "\(place)[\($0)]") }
        case "uniqueItems":
            let elements = value.elements ?? []
            return elements.indices.allSatisfy { elements.firstIndex(of: elements[$0]) == $0 }
                ? [] : ["\(place) names something twice"]
        case "pattern":
            guard let text = value.text, let pattern = argument.text else { return [] }
            return text.range(of: pattern, options: .regularExpression) != nil
                ? [] : ["\(place) is not like \(pattern)"]
        case "description", "format", "examples", "default": return []
        default:
            return try sizeFindings(value, rule, try #require(argument.double, "\(rule) is unknown here"), at: place)
        }
    }

    private static func memberFindings(
        _ value: JSONValue,
        _ rule: String,
        _ argument: JSONValue,
        in schema: JSONValue,
        at place: String
    ) throws -> [String] {
        let members = value.members ?? []
        switch rule {
        case "properties":
            return try members.flatMap { member in
                try argument[member.key].map { try findings(member.value, $0, at: "\(place).\(member.key)") } ?? []
            }
        case "additionalProperties":
            return try members.filter { schema["properties"]?[$0.key] == nil }
                .flatMap { member in
                    argument == .bool(false)
                        ? ["\(place).\(member.key) is too much"]
                        : try findings(member.value, argument, at: "\(place).\(member.key)")
                }
        case "propertyNames":
            return try members.flatMap { try findings(.string($0.key), argument, at: place) }
        default:
            return Double(members.count) <= argument.double ?? 0 ? [] : ["\(place) has too many members"]
        }
    }

    private static func sizeFindings(
        _ value: JSONValue,
        _ rule: String,
        _ limit: Double,
        at place: String
    ) throws -> [String] {
        let size: Double?
        let holds: (Double) -> Bool
        switch rule {
        case "minimum": (size, holds) = (value.double, { $0 >= limit })
        case "maximum": (size, holds) = (value.double, { $0 <= limit })
        case "exclusiveMinimum": (size, holds) = (value.double, { $0 > limit })
        case "minLength": (size, holds) = (value.text.map { Double($0.count) }, { $0 >= limit })
        case "maxLength": (size, holds) = (value.text.map { Double($0.count) }, { $0 <= limit })
        case "minItems": (size, holds) = (value.elements.map { Double($0.count) }, { $0 >= limit })
        case "maxItems": (size, holds) = (value.elements.map { Double($0.count) }, { $0 <= limit })
        default: return ["\(place): the rule \(rule) is unknown here"]
        }
        return size.map(holds) ?? true ? [] : ["\(place) breaks \(rule) \(limit)"]
    }

    private static func isType(_ value: JSONValue, _ type: String) -> Bool {
        switch (value, type) {
        case (.null, "null"), (.bool, "boolean"), (.integer, "integer"), (.integer, "number"), (.number, "number"),
            (.string, "string"), (.array, "array"), (.object, "object"):
            true
        default: false
        }
    }
}
