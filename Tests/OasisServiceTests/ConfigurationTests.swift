import Foundation
import OasisMarket
import OasisService
import Testing

@Suite("Configuration")
struct ConfigurationTests {
    private func read(_ text: String, _ environment: [String: String] = [:]) async throws -> ServeConfiguration {
        let path = NSTemporaryDirectory() + "oasis-configuration-\(UUID().uuidString).yaml"
        try text.write(toFile: path, atomically: true, encoding: .utf8)
        defer { try? FileManager.default.removeItem(atPath: path) }
        return try await ServeConfiguration.read(path: path, environment: environment)
    }

    @Test("An empty file gives the defaults")
    func defaults() async throws {
        let configuration = try await read("# nothing\n")
        #expect(configuration.scoring == .init(host: "127.0.0.1", port: 8_080))
        #expect(configuration.console.port == 8_081)
        #expect(configuration.remoteCalls == nil)
        #expect(configuration.tokens.isEmpty)
        #expect(configuration.clock.source == .wall)
    }

    @Test("Every setting can be read")
    func everything() async throws {
        let configuration = try await read(
            """
            data: /somewhere
            node: node-7
            scoring: {host: 0.0.0.0, port: 9000}
            console: {host: "::1", port: 9001}
            grpc: {host: 0.0.0.0, port: 9002}
            threads: 3
            planner: {everySeconds: 2.5, sampleSize: 500, requestsPerDay: 7000, threads: 2}
            clock: {source: requests, start: 2026-01-01T00:00:00Z}
            access:
              tokens:
                - {name: ranker, token: 0123456789abcdef, roles: [score, events]}
                - {name: desk, token: fedcba9876543210, roles: [control]}
            policyFile: /policy.yaml
            limits: {bodyBytes: 2048, queuedEvents: 9, queueMilliseconds: 2.5, listeners: 70, idleSeconds: 3}
            """
        )
        #expect(configuration.data == "/somewhere")
        #expect(configuration.scoring == .init(host: "0.0.0.0", port: 9_000))
        #expect(configuration.remoteCalls == .init(host: "0.0.0.0", port: 9_002))
        #expect(configuration.planner.everySeconds == 2.5)
        #expect(configuration.clock.start == Timestamp("2026-01-01T00:00:00Z"))
        #expect(configuration.tokens.map(\.name) == ["ranker", "desk"])
        #expect(configuration.tokens[0].roles == [.score, .events])
        #expect(configuration.policyFile == "/policy.yaml")
        #expect(configuration.limits.queuedEvents == 9)
        #expect(configuration.limits.queueMilliseconds == 2.5)
        #expect(configuration.limits.listeners == 70)
    }

    @Test("The environment overrides the file")
    func environment() async throws {
        let configuration = try await read(
            "scoring: {port: 9000}",
            ["OASIS_SCORING_PORT": "9100", "OASIS_PLANNER_EVERY_SECONDS": "3"]
        )
        #expect(configuration.scoring.port == 9_100)
        #expect(configuration.planner.everySeconds == 3)
    }

    @Test(
        "What breaks a rule is refused with its field",
        arguments: [
            ("scoring: {port: many}", "scoring.port"), ("scoring: {port: 70000}", "scoring.port"),
            ("scoring: {port: [1]}", "scoring.port"), ("planner: {everySeconds: 0}", "planner.everySeconds"),
            ("planner: {everySecond: 5}", "planner.everySecond"), ("clock: {source: moon}", "clock.source"),
            ("clock: {source: requests}", "clock.start"), ("clock: {start: 2026-01-01T00:00:00Z}", "clock.start"),
            ("clock: {source: requests, start: today}", "clock.start"), ("scoring: {host: 0.0.0.0}", "scoring.host"),
            ("console: {host: 10.0.0.1}", "console.host"), ("console: {port: 8080}", "console.port"),
            ("grpc: {port: 8081}", "grpc.port"), ("grpc: {host: 127.0.0.1}", "grpc.port"),
            ("grpc: {host: 0.0.0.0, port: 1}", "grpc.host"), ("grpc: {port: 70000}", "grpc.port"),
            ("access: {tokens: [{name: a, token: short, roles: [score]}]}", "access.tokens[0].token"),
            ("access: {tokens: [{name: a, token: 0123456789abcdef, roles: [king]}]}", "access.tokens[0].roles[0]"),
            ("access: {tokens: [{name: a, token: 0123456789abcdef}]}", "access.tokens[0].roles"),
            ("access: {tokens: [{token: 0123456789abcdef, roles: [score]}]}", "access.tokens[0].name"),
            ("limits: {bodyBytes: 1}", "limits.bodyBytes"), ("- 1", ""), ("a: [", ""),
        ]
    )
    func refuses(_ text: String, _ field: String) async throws {
        do {
            _ = try await read(text)
            Issue.record("\(text) was read")
        } catch let fault as ConfigurationFault {
            #expect(fault.finding.field == field, "\(fault)")
        }
    }

    @Test("A missing file is refused")
    func missing() async {
        await #expect(throws: ConfigurationFault.self) {
            try await ServeConfiguration.read(path: "/nowhere/serve.yaml", environment: [:])
        }
    }

    @Test("The annotated example gives the defaults that it shows")
    func example() async throws {
        let path = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../Examples/serve.yaml")
            .path
        var configuration = try await ServeConfiguration.read(path: path, environment: [:])
        configuration.data = "oasis-data"
        #expect(configuration == ServeConfiguration(data: "oasis-data"))
    }

    @Test("Starting documents are applied whole or not at all")
    func startingDocuments() async throws {
        await #expect(throws: ConfigurationFault.self) {
            try await RunningServer.with(
                configure: changing { configuration in
                    let path = NSTemporaryDirectory() + "oasis-campaigns-\(UUID().uuidString).yaml"
                    let twice = Documents.campaigns.replacingOccurrences(of: "dailyCap: 1000", with: "dailyCap: -1")
                    configuration.campaignsFile = try? Documents.write(twice, to: path)
                }
            ) { _ in Issue.record("it started") }
        }
    }
}
