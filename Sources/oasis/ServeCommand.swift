internal import ArgumentParser
internal import Foundation
internal import Logging
internal import Metrics
internal import OasisLedger
internal import OasisMarket
internal import OasisService
internal import ServiceLifecycle
internal import UnixSignals

/// `oasis serve`.
struct ServeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "serve",
        abstract: "Serve promotion scores and the control plane.",
        discussion: """
            Start on this machine alone, with everything kept in ./oasis-data:
              oasis serve

            Start from a file, keeping data elsewhere (Examples/serve.yaml explains every setting):
              oasis serve --config Examples/serve.yaml --data /var/lib/oasis

            Any setting can come from the environment, too:
              OASIS_PLANNER_EVERY_SECONDS=5 oasis serve

            See it work:
              curl http://127.0.0.1:8080/health/ready
              curl http://127.0.0.1:8081/v1/campaigns

            Ctrl-C or SIGTERM stops it in order: open requests are answered, accepted events written.
            """
    )

    @Option(help: "YAML file with settings.", completion: .file(extensions: ["yaml", "yml"]))
    var config: String?

    @Option(help: "Folder with everything that outlives the process.", completion: .directory)
    var data: String?

    @Option(help: "Port for scores and events; 0 lets the system choose.")
    var scoringPort: Int?

    @Option(help: "Port for the control plane and the page; 0 lets the system choose.")
    var consolePort: Int?

    @Option(help: "Port for gRPC, closed unless given here or in a file; 0 lets the system choose.")
    var grpcPort: Int?

    func run() async throws {
        do {
            try await serve()
        } catch let error as ConfigurationFault {
            try refuse(error.description)
        } catch let error as InvalidField {
            try refuse(error.description)
        } catch let error as LedgerError {
            try refuse(error.message, code: 1)
        } catch let error as ListeningFailure {
            try refuse(error.description, code: 1)
        }
    }

    private func serve() async throws {
        let ports = [("--scoring-port", scoringPort), ("--console-port", consolePort), ("--grpc-port", grpcPort)]
        for (name, port) in ports {
            guard let port, !(0...65_535).contains(port) else { continue }
            throw ValidationError("\(name) must be 0 to 65535, but is \(port).")
        }
        let configuration = try await ServeConfiguration.read(path: config) { configuration in
            if let data { configuration.data = data }
            if let scoringPort { configuration.scoring.port = scoringPort }
            if let consolePort { configuration.console.port = consolePort }
            if let grpcPort {
                configuration.remoteCalls = ServeConfiguration.Endpoint(
                    host: configuration.remoteCalls?.host ?? configuration.scoring.host,
                    port: grpcPort
                )
            }
        }
        let registry = PrometheusRegistry()
        MetricsSystem.bootstrap(registry)
        LoggingSystem.bootstrap { StreamLogHandler.standardError(label: $0) }
        let logger = Logger(label: "oasis")
        let server = try OasisServer(configuration: configuration, registry: registry, logger: logger) { addresses in
            print("scoring  \(addresses.scoring)")
            print("console  \(addresses.console)")
            if let address = addresses.remoteCalls { print("grpc     \(address)") }
            // A pipe would hold the lines back until much later.
            fflush(nil)
        }
        let group = ServiceGroup(
            configuration: .init(services: [server], gracefulShutdownSignals: [.sigterm, .sigint], logger: logger)
        )
        try await group.run()
    }

    private func refuse(_ message: String, code: Int32 = 3) throws -> Never {
        FileHandle.standardError.write(Data("oasis serve: \(message)\n".utf8))
        throw ExitCode(code)
    }
}

/// `oasis openapi`.
struct OpenAPICommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "openapi",
        abstract: "Print the HTTP API's OpenAPI 3.1 document.",
        discussion: """
            Keep the copy in the repository up to date:
              oasis openapi > docs/openapi.json
            """
    )

    func run() {
        print(OpenAPIDocument.text, terminator: "")
    }
}
