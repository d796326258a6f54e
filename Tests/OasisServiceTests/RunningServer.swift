import Foundation
import Logging
import OasisMarket
import OasisService
import ServiceLifecycle
import Testing

/// A whole server on ports of its own, in a folder of its own.
struct RunningServer: Sendable {
    let server: OasisServer
    let scoringPort: Int
    let consolePort: Int
    /// Nothing unless `configure` opens it.
    let remoteCallPort: Int?
    let folder: String
    let group: ServiceGroup

    /// Runs `body` against a server, then stops it in order.
    static func with(
        folder given: String? = nil,
        seeded: Bool = true,
        configure: (inout ServeConfiguration) -> Void = { _ in },
        _ body: (RunningServer) async throws -> Void
    ) async throws {
        let folder = given ?? NSTemporaryDirectory() + "oasis-service-\(UUID().uuidString)"
        defer { if given == nil { try? FileManager.default.removeItem(atPath: folder) } }
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        var configuration = ServeConfiguration(data: folder + "/data")
        configuration.scoring.port = 0
        configuration.console.port = 0
        configuration.threads = 1
        configuration.planner.everySeconds = 600
        // A busy machine must not leave requests organic, unless a test wants that.
        configuration.limits.queueMilliseconds = 10_000
        if seeded {
            configuration.policyFile = try Documents.write(Documents.policy, to: folder + "/policy.yaml")
            configuration.campaignsFile = try Documents.write(Documents.campaigns, to: folder + "/campaigns.yaml")
        }
        configure(&configuration)
        var logger = Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() })
        logger.logLevel = .critical
        let (addresses, continuation) = AsyncStream<OasisServer.Addresses>.makeStream()
        let checked = configuration
        let quiet = logger
        let server = try await onThread {
            try OasisServer(configuration: checked, logger: quiet) { continuation.yield($0) }
        }
        let group = ServiceGroup(configuration: .init(services: [server], logger: logger))
        try await withThrowingTaskGroup(of: Void.self) { tasks in
            tasks.addTask {
                defer { continuation.finish() }
                try await group.run()
            }
            guard let listening = await addresses.first(where: { _ in true }) else {
                return try await tasks.waitForAll()
            }
            let running = RunningServer(
                server: server,
                scoringPort: try Self.port(listening.scoring),
                consolePort: try Self.port(listening.console),
                remoteCallPort: try listening.remoteCalls.map { try Self.port($0) },
                folder: folder,
                group: group
            )
            let outcome: Result<Void, any Error>
            do { outcome = .success(try await body(running)) } catch { outcome = .failure(error) }
            await group.triggerGracefulShutdown()
            try await tasks.waitForAll()
            try outcome.get()
        }
    }

    private static func port(_ address: String) throws -> Int {
        try #require(address.split(separator: ":").last.flatMap { Int($0) })
    }

    /// Waits until the server asks for traffic.
    func ready() async throws {
        for _ in 0..<1_000 where !server.readiness.isReady { try await Task.sleep(for: .milliseconds(20)) }
        try #require(server.readiness.isReady, "\(server.readiness.failure?.message ?? "")")
    }

    /// Sends one request to the scoring port and holds request and answer to the API's description.
    @discardableResult
    func scoring(
        _ method: String,
        _ path: String,
        _ body: String? = nil,
        type: String = "application/json",
        headers: [String: String] = [:]
    ) async throws -> Answer {
        try await call(scoringPort, method, path, body, type, headers)
    }

    /// Sends one request to the console port and holds request and answer to the API's description.
    @discardableResult
    func console(
        _ method: String,
        _ path: String,
        _ body: String? = nil,
        type: String = "application/json",
        headers: [String: String] = [:]
    ) async throws -> Answer {
        try await call(consolePort, method, path, body, type, headers)
    }

    private func call(
        _ port: Int,
        _ method: String,
        _ path: String,
        _ body: String?,
        _ type: String,
        _ headers: [String: String]
    ) async throws -> Answer {
        var headers = headers
        if body != nil { headers["content-type"] = type }
        let text = requestText(method, path, headers, body: body)
        let answer = try await onThread {
            let socket = try Socket(port: port)
            socket.send(text)
            return try #require(socket.receive())
        }
        try Description.check(method, path, sent: body, type: type, answer)
        return answer
    }
}

extension Answer {
    /// The body as JSON.
    var json: JSONValue {
        get throws { try JSONParser.parse(body) }
    }

    /// Reason, field and message of an error.
    var error: (reason: String, field: String?, message: String) {
        get throws {
            let error = try #require(try json["error"])
            return (error["reason"]?.text ?? "", error["field"]?.text, error["message"]?.text ?? "")
        }
    }
}

/// What the servers under test start with.
enum Documents {
    static let policy = """
        scale: utility
        objectives: {stream: 2.0}
        rows: []
        guardrails:
          {maxBoost: 1.0, maxPromotedPerSlate: 2, minimumOrganicPercentile: 0, holdout: 0, holdoutSalt: a,
           disabledSurfaces: [], isPromotionStopped: false}
        guarantees: {penalty: 1.0, margin: 0.05}
        commission: {basis: promoted, royaltyPerStream: {micros: 4000, currency: EUR}}
        randomization: {smoothing: 0, explorationShare: 0}
        """

    static let campaigns = """
        licensors:
          - {id: licensor-1, title: Small Label, tier: independent}
        campaigns:
          - id: campaign-1
            title: A Song
            song: song-1
            tracks: [track-1]
            artist: artist-1
            licensor: licensor-1
            start: 2020-01-01T00:00:00Z
            commissionRate: 3000
            dailyCap: 1000
        """

    static func campaign(_ id: String, track: String) -> String {
        """
        {"id":"\(id)","title":"Another Song","song":"song-\(id)","tracks":["\(track)"],"artist":"artist-2",\
        "licensor":"licensor-1","start":"2020-01-01T00:00:00Z","commissionRate":3000,"dailyCap":500}
        """
    }

    static func write(_ text: String, to path: String) throws -> String {
        if !FileManager.default.fileExists(atPath: path) {
            try text.write(toFile: path, atomically: true, encoding: .utf8)
        }
        return path
    }

    /// A request in which `track-1` is ranked just below the slate.
    static func score(_ id: String = "r-1", time: String? = nil, explain: Bool = false) -> String {
        let tracks = (0..<9).map { "\"t-\($0)\"" }.joined(separator: ",")
        let scores = (0..<10).map { "\(1 - Double($0) / 100)" }.joined(separator: ",")
        let time = time.map { "\"time\":\"\($0)\"," } ?? ""
        return """
            {"requestId":"\(id)","listener":"l-1","surface":"radio","market":"DE",\(time)"scale":"utility","slateSize":5,\
            "promotableSlots":2,\(explain ? "\"explain\":true," : "")"candidates":{"track":[\(tracks),"track-1"],"organicScore":[\(scores)]}}
            """
    }

    static func event(
        _ id: String,
        type: String = "streamed",
        time: Timestamp,
        data: String
    ) -> String {
        """
        {"specversion":"1.0","id":"\(id)","source":"test","type":"oasis.\(type)","time":"\(time)","data":{\(data)}}
        """
    }

    /// Data of an organic stream.
    static let organic =
        #""track":"track-1","listener":"l-1","surface":"radio","market":"DE","playedMilliseconds":40000"#
}

/// Names a change of the configuration, so that it can stand beside a trailing closure.
func changing(_ change: @escaping (inout ServeConfiguration) -> Void) -> (inout ServeConfiguration) -> Void {
    change
}
