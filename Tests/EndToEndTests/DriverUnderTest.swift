import Foundation
import OasisDriver

/// The `oasis` executable that was built beside this test, running `drive`.
final class DriverUnderTest {
    private let process = Process()
    private let output: URL
    private let errors = OutputCollector()

    /// Whether it still drives.
    var isRunning: Bool { process.isRunning }

    /// Starts a drive against a server.
    init(against server: ServerUnderTest, _ arguments: [String]) throws {
        output = server.folder.appendingPathComponent("drive-\(UUID().uuidString).json")
        FileManager.default.createFile(atPath: output.path, contents: nil)
        process.executableURL = try ServerUnderTest.executable()
        process.arguments =
            [
                "drive", "--scoring", "\(server.scoring)", "--console", "\(server.console)", "--json", "--deadline-ms",
                "2000", "--patience", "60",
            ] + arguments
        process.environment = ServerUnderTest.environment
        process.standardOutput = try FileHandle(forWritingTo: output)
        process.standardError = errors.pipe
        try process.run()
    }

    /// Waits for the drive's end and reads its report.
    func report() async throws -> (DriveReport, exitCode: Int32) {
        let deadline = ContinuousClock.now + .seconds(180)
        while process.isRunning {
            guard ContinuousClock.now < deadline else {
                process.terminate()
                throw ServerUnderTest.Failure(description: "the drive does not end: \(errors.text)")
            }
            try await Task.sleep(for: .milliseconds(10))
        }
        do {
            let report = try JSONDecoder().decode(DriveReport.self, from: Data(contentsOf: output))
            return (report, process.terminationStatus)
        } catch {
            throw ServerUnderTest.Failure(description: "the drive left no report, but said: \(errors.text)")
        }
    }
}
