internal import Foundation
package import OasisMarket

/// A configuration that cannot be used: which file, which field, which rule.
package struct ConfigurationFault: Error, Hashable, Sendable, CustomStringConvertible {
    /// The file, when one was named.
    package var file: String?
    /// The field and its rule.
    package var finding: InvalidField

    /// One sentence for people.
    package var description: String {
        let place = [file, finding.field.isEmpty ? nil : finding.field].compactMap { $0 }.joined(separator: ": ")
        return place.isEmpty ? finding.rule : "\(place) \(finding.rule)"
    }
}

extension ServeConfiguration {
    /// Reads a configuration file, overridden by the environment (`OASIS_SCORING_PORT=9000`), and checks it.
    ///
    /// - Parameters:
    ///   - path: The YAML file; nothing means defaults and environment alone.
    ///   - environment: The process's environment.
    ///   - change: What a command line changes before everything is checked.
    /// - Returns: A configuration that can be used as it is.
    /// - Throws: `ConfigurationFault`.
    package static func read(
        path: String?,
        environment: [String: String] = ProcessInfo.processInfo.environment,
        changedBy change: (inout ServeConfiguration) -> Void = { _ in }
    ) async throws -> ServeConfiguration {
        do {
            let settings = try await SettingsReader(path: path, environment: environment)
            var configuration = try ServeConfiguration(settings)
            try settings.requireNothingElse()
            if let path { configuration.resolveFiles(relativeTo: path) }
            change(&configuration)
            try configuration.validate()
            return configuration
        } catch let finding as InvalidField {
            throw ConfigurationFault(file: path, finding: finding)
        }
    }

    private init(_ settings: SettingsReader) throws {
        let fallback = ServeConfiguration(data: "oasis-data")
        data = try settings.text("data") ?? fallback.data
        node = try settings.text("node") ?? fallback.node
        scoring = try Self.endpoint("scoring", settings, fallback.scoring)
        console = try Self.endpoint("console", settings, fallback.console)
        remoteCalls = try Self.remoteCalls(settings)
        threads = try settings.integer("threads", in: 0...1_024, default: fallback.threads)
        planner = try Self.planner(settings)
        ledger.keptDays = try settings.integer("ledger.keptDays", in: 0...10_000, default: fallback.ledger.keptDays)
        models = try Self.models(settings)
        clock = try Self.clock(settings)
        tokens = try (0..<settings.count("access.tokens")).map { try Self.token($0, settings) }
        policyFile = try settings.text("policyFile")
        campaignsFile = try settings.text("campaignsFile")
        limits = try Self.limits(settings)
    }

    private static func endpoint(
        _ name: String,
        _ settings: SettingsReader,
        _ fallback: Endpoint
    ) throws -> Endpoint {
        Endpoint(
            host: try settings.text("\(name).host") ?? fallback.host,
            port: try settings.integer("\(name).port", in: 0...65_535, default: fallback.port)
        )
    }

    /// The gRPC port is open exactly when it is named.
    private static func remoteCalls(_ settings: SettingsReader) throws -> Endpoint? {
        let host = try settings.text("grpc.host")
        guard try settings.text("grpc.port") != nil else {
            if host != nil { throw InvalidField("grpc.port", "must be given; without it the port stays closed") }
            return nil
        }
        return try endpoint("grpc", settings, Endpoint(port: 0))
    }

    private static func planner(_ settings: SettingsReader) throws -> Planner {
        var planner = Planner()
        planner.everySeconds = try settings.number(
            "planner.everySeconds",
            in: 0.1...3_600,
            default: planner.everySeconds
        )
        planner.sampleSize = try settings.integer(
            "planner.sampleSize",
            in: 100...10_000_000,
            default: planner.sampleSize
        )
        planner.requestsPerDay = try settings.number(
            "planner.requestsPerDay",
            in: 1...1e12,
            default: planner.requestsPerDay
        )
        planner.threads = try settings.integer("planner.threads", in: 1...1_024, default: planner.threads)
        planner.leases = try settings.choice("planner.leases", default: planner.leases)
        return planner
    }

    private static func models(_ settings: SettingsReader) throws -> Models {
        var models = Models()
        models.trainEverySeconds = try settings.number(
            "models.trainEverySeconds",
            in: 0...31_536_000,
            default: models.trainEverySeconds
        )
        models.windowDays = try settings.integer("models.windowDays", in: 1...365, default: models.windowDays)
        models.canaryShare = BasisPoints(
            try settings.integer("models.canaryShare", in: 0...5_000, default: models.canaryShare.value)
        )
        return models
    }

    private static func clock(_ settings: SettingsReader) throws -> Clock {
        var clock = Clock()
        clock.source = try settings.choice("clock.source", default: clock.source)
        if let text = try settings.text("clock.start") {
            guard let start = Timestamp(text) else {
                throw InvalidField("clock.start", "must be an RFC 3339 time such as 2026-11-22T09:30:00Z")
            }
            clock.start = start
        }
        return clock
    }

    private static func token(_ index: Int, _ settings: SettingsReader) throws -> AccessToken {
        let (key, field) = ("access.tokens.\(index)", "access.tokens[\(index)]")
        guard let name = try settings.text("\(key).name") else { throw InvalidField("\(field).name", "must be given") }
        guard let token = try settings.text("\(key).token") else {
            throw InvalidField("\(field).token", "must be given")
        }
        let roles = try (try settings.texts("\(key).roles") ?? []).enumerated()
            .map { place, text in
                guard let role = Role(rawValue: text) else {
                    let roles = Role.allCases.map(\.rawValue).joined(separator: ", ")
                    throw InvalidField("\(field).roles[\(place)]", "must be one of \(roles), but is \"\(text)\"")
                }
                return role
            }
        return AccessToken(name: name, token: token, roles: Set(roles))
    }

    private static func limits(_ settings: SettingsReader) throws -> Limits {
        var limits = Limits()
        limits.bodyBytes = try settings.integer("limits.bodyBytes", in: 1_024...67_108_864, default: limits.bodyBytes)
        limits.connections = try settings.integer("limits.connections", in: 1...1_000_000, default: limits.connections)
        limits.queuedEvents = try settings.integer(
            "limits.queuedEvents",
            in: 1...10_000_000,
            default: limits.queuedEvents
        )
        limits.queueMilliseconds = try settings.number(
            "limits.queueMilliseconds",
            in: 0.1...10_000,
            default: limits.queueMilliseconds
        )
        limits.listeners = try settings.integer("limits.listeners", in: 1...100_000_000, default: limits.listeners)
        limits.requestSeconds = try settings.number(
            "limits.requestSeconds",
            in: 0.1...600,
            default: limits.requestSeconds
        )
        limits.idleSeconds = try settings.number("limits.idleSeconds", in: 0.1...3_600, default: limits.idleSeconds)
        limits.drainSeconds = try settings.number("limits.drainSeconds", in: 0...600, default: limits.drainSeconds)
        return limits
    }

    /// Paths in a file are meant from where the file is.
    private mutating func resolveFiles(relativeTo path: String) {
        let folder = URL(filePath: path).deletingLastPathComponent()
        func resolved(_ file: String) -> String { URL(filePath: file, relativeTo: folder).path }
        data = resolved(data)
        policyFile = policyFile.map(resolved)
        campaignsFile = campaignsFile.map(resolved)
    }
}
