import Foundation
import OasisService
import Testing

@Suite("The API's description")
struct OpenAPITests {
    @Test("Every route is described, and everything described is a route")
    func routes() throws {
        var described: Set<String> = []
        for path in Description.document["paths"]?.members ?? [] {
            for operation in path.value.members ?? [] where operation.key != "servers" && operation.key != "parameters"
            {
                described.insert("\(operation.key.uppercased()) \(path.key)")
            }
        }
        let routes = Set((ScoringRoutes.table + ControlPlaneRoutes.table).map { "\($0.method) \($0.path)" })
        #expect(described == routes)
    }

    @Test("Paths name the port that serves them")
    func servers() throws {
        for route in Set(ScoringRoutes.table + ControlPlaneRoutes.table) {
            let servers = Description.document["paths"]?[route.path]?["servers"]?.elements ?? []
            let ports = Set(servers.compactMap { $0["url"]?.text?.suffix(4) })
            var expected: Set<Substring> = []
            if ScoringRoutes.table.contains(route) { expected.insert("8080") }
            if ControlPlaneRoutes.table.contains(route) { expected.insert("8081") }
            #expect(ports == expected, "\(route.path)")
        }
    }

    @Test("Roles in the description are those that routes ask for")
    func roles() throws {
        for route in ScoringRoutes.table + ControlPlaneRoutes.table {
            let operation = try #require(Description.document["paths"]?[route.path]?[route.method.lowercased()])
            let role = operation["security"]?.elements?.first?["token"]?.elements?.first?.text
            #expect(role == route.role?.rawValue, "\(route.method) \(route.path)")
        }
    }

    @Test("References lead somewhere, and examples follow their schemas")
    func examples() throws {
        var examples = 0
        func visit(_ value: JSONValue) throws {
            if let reference = value["$ref"]?.text { _ = try Description.resolve(reference) }
            if let schema = value["schema"], let example = value["example"] {
                examples += 1
                try Description.expect(example, follows: schema, "example")
            }
            for member in value.members ?? [] { try visit(member.value) }
            for element in value.elements ?? [] { try visit(element) }
        }
        try visit(Description.document)
        #expect(examples > 10)
    }

    @Test("Every reason is in the error's schema")
    func reasons() throws {
        let error = try Description.resolve("#/components/schemas/Error")
        let reasons = error["properties"]?["error"]?["properties"]?["reason"]?["enum"]?.elements?.compactMap(\.text)
        #expect(Set(reasons ?? []) == Set(ServiceFailure.Reason.allCases.map(\.rawValue)))
    }

    @Test("The copy in the repository is this document")
    func copy() throws {
        let file = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../docs/openapi.json")
        let copy = try String(contentsOf: file, encoding: .utf8)
        #expect(copy == OpenAPIDocument.text, "run: oasis openapi > docs/openapi.json")
    }

    @Test("A schema that is broken is noticed")
    func checker() throws {
        let error = JSONValue.object([.init("$ref", .string("#/components/schemas/Error"))])
        for text in [#"{}"#, #"{"error":{}}"#, #"{"error":{"reason":"NO","message":"a"}}"#, #"[1]"#] {
            #expect(try !Description.findings(JSONParser.parse(text), error, at: "x").isEmpty, "\(text)")
        }
    }
}
