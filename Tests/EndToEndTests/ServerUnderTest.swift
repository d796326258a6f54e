import Foundation
import OasisClient
import Synchronization

/// The `oasis` executable that was built beside this test, running `serve` on a data folder of its own.
///
/// The first start takes free ports; every later one takes the same again, so that clients find it after a restart.
final class ServerUnderTest {
    /// Why the server could not be used.
    struct Failure: Error, CustomStringConvertible {
        var description: String
    }

    let folder: URL
    private(set) var scoring = HTTPAddress(host: "127.0.0.1", port: 0)
    private(set) var console = HTTPAddress(host: "127.0.0.1", port: 0)
    private var process: Process?
    private var errors = OutputCollector()

    /// Everything that it has said on standard error since the last start.
    var log: String { errors.text }
    /// Where the ledger is.
    var ledger: String { folder.appendingPathComponent("data/oasis.sqlite").path }
    /// Where snapshots are.
    var snapshots: String { folder.appendingPathComponent("data/snapshots").path }

    /// Writes the configuration, with the market's time taken from requests.
    init(planEverySeconds: Double, start: String) throws {
        folder = FileManager.default.temporaryDirectory.appendingPathComponent("oasis-end-to-end-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        let configuration = """
            data: data
            planner:
              everySeconds: \(planEverySeconds)
              sampleSize: 2000
              requestsPerDay: 3000
            clock:
              source: requests
              start: "\(start)"
            """
        try configuration.write(to: folder.appendingPathComponent("serve.yaml"), atomically: true, encoding: .utf8)
    }

    /// Starts it and waits until both ports listen.
    func start() async throws {
        let process = Process()
        process.executableURL = try Self.executable()
        process.arguments = [
            "serve", "--config", folder.appendingPathComponent("serve.yaml").path, "--scoring-port", "\(scoring.port)",
            "--console-port", "\(console.port)",
        ]
        process.environment = Self.environment
        let (output, errors) = (OutputCollector(), OutputCollector())
        process.standardOutput = output.pipe
        process.standardError = errors.pipe
        self.errors = errors
        try process.run()
        self.process = process
        let deadline = ContinuousClock.now + .seconds(60)
        while !(try readAddresses(output.text)) {
            guard process.isRunning, ContinuousClock.now < deadline else {
                throw Failure(description: "the server did not start: \(errors.text)")
            }
            try await Task.sleep(for: .milliseconds(5))
        }
    }

    private func readAddresses(_ text: String) throws -> Bool {
        var found = 0
        for line in text.split(separator: "\n") {
            let words = line.split(separator: " ")
            guard words.count == 2, let address = HTTPAddress(String(words[1])) else { continue }
            found += 1
            if words[0] == "scoring" { scoring = address } else { console = address }
        }
        return found == 2
    }

    /// `kill -9`: no handler runs, nothing is flushed.
    func kill() async throws {
        guard let process else { return }
        sendKill(process.processIdentifier)
        try await waitForExit(process)
    }

    /// Stops it in order.
    func stop() async throws {
        guard let process, process.isRunning else { return }
        process.terminate()
        try await waitForExit(process)
    }

    /// Ends it, however it is, and removes its folder.
    func remove() {
        if let process, process.isRunning { sendKill(process.processIdentifier) }
        try? FileManager.default.removeItem(at: folder)
    }

    private func waitForExit(_ process: Process) async throws {
        let deadline = ContinuousClock.now + .seconds(30)
        while process.isRunning {
            guard ContinuousClock.now < deadline else { throw Failure(description: "the server does not end: \(log)") }
            try await Task.sleep(for: .milliseconds(2))
        }
        self.process = nil
    }

    /// The settings of whoever runs the tests must not reach the server.
    static var environment: [String: String] {
        ProcessInfo.processInfo.environment.filter { !$0.key.hasPrefix("OASIS_") }
    }

    /// The executable in the folder of build products that this test lies in.
    static func executable() throws -> URL {
        for start in [Bundle.main.executablePath] + CommandLine.arguments {
            var folder = URL(filePath: start ?? "").deletingLastPathComponent()
            while folder.path.count > 1 {
                let candidate = folder.appendingPathComponent("oasis")
                var isDirectory: ObjCBool = false
                if FileManager.default.fileExists(atPath: candidate.path, isDirectory: &isDirectory),
                    !isDirectory.boolValue,
                    FileManager.default.isExecutableFile(atPath: candidate.path)
                {
                    return candidate
                }
                folder = folder.deletingLastPathComponent()
            }
        }
        throw Failure(description: "there is no oasis executable beside this test: build it with swift build")
    }
}

private func sendKill(_ process: Int32) {
    kill(process, SIGKILL)
}

/// Gathers what a process writes, so that its pipe never fills up.
final class OutputCollector: Sendable {
    let pipe = Pipe()
    private let bytes = Mutex(Data())

    var text: String { String(decoding: bytes.withLock { $0 }, as: UTF8.self) }

    init() {
        pipe.fileHandleForReading.readabilityHandler = { [weak self] handle in
            let data = handle.availableData
            if data.isEmpty { handle.readabilityHandler = nil }
            self?.bytes.withLock { $0.append(data) }
        }
    }
}
