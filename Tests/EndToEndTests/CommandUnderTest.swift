import Foundation

/// The `oasis` executable that was built beside this test, running one command to its end.
final class CommandUnderTest {
    /// What a command left behind.
    struct Result {
        var output: String
        var errors: String
        var exitCode: Int32
        /// Whether a signal ended it, whose number `exitCode` then is.
        var wasKilled: Bool
        var seconds: Double

        var json: [String: Any] {
            get throws {
                guard let object = try JSONSerialization.jsonObject(with: Data(output.utf8)) as? [String: Any] else {
                    throw ServerUnderTest.Failure(description: "no JSON object: \(output) \(errors)")
                }
                return object
            }
        }
    }

    private let process = Process()
    // Files, not pipes: a process that another test starts meanwhile may hold a pipe open.
    private let output: URL
    private let errors: URL
    private let terminal: PseudoTerminal?
    private let started = ContinuousClock.now

    /// Starts a command; with a terminal, its standard error is one.
    init(_ arguments: [String], in folder: URL, hasTerminal: Bool = false) throws {
        terminal = hasTerminal ? try PseudoTerminal() : nil
        output = try Self.emptyFile("output", in: folder)
        errors = try Self.emptyFile("errors", in: folder)
        process.executableURL = try ServerUnderTest.executable()
        process.arguments = arguments
        process.currentDirectoryURL = folder
        process.environment = ServerUnderTest.environment
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = try FileHandle(forWritingTo: output)
        process.standardError = try terminal?.commandSide ?? FileHandle(forWritingTo: errors)
        try process.run()
        terminal?.closeCommandSide()
    }

    private static func emptyFile(_ name: String, in folder: URL) throws -> URL {
        let file = folder.appendingPathComponent("\(name)-\(UUID().uuidString)")
        try Data().write(to: file)
        return file
    }

    private static func text(_ file: URL) -> String {
        String(decoding: (try? Data(contentsOf: file)) ?? Data(), as: UTF8.self)
    }

    /// Whether it is over.
    var hasEnded: Bool { !process.isRunning }

    /// What it has said on standard error so far.
    var said: String { terminal?.text ?? Self.text(errors) }

    /// Sends it a signal, as Ctrl-C does.
    func signal(_ number: Int32) { kill(process.processIdentifier, number) }

    /// Waits until it has said something that contains `text`.
    func waitUntilItSays(_ text: String) async throws {
        try await wait("it does not say \(text)") { said.contains(text) }
    }

    /// Waits for its end.
    func result() async throws -> Result {
        try await wait("it does not end") { !process.isRunning }
        let seconds = (ContinuousClock.now - started) / .seconds(1)
        return Result(
            output: Self.text(output),
            errors: said,
            exitCode: process.terminationStatus,
            wasKilled: process.terminationReason == .uncaughtSignal,
            seconds: seconds
        )
    }

    private func wait(_ problem: String, until isOver: () -> Bool) async throws {
        let deadline = ContinuousClock.now + .seconds(120)
        while !isOver() {
            guard ContinuousClock.now < deadline else {
                process.terminate()
                throw ServerUnderTest.Failure(description: "\(problem): \(said)")
            }
            try await Task.sleep(for: .milliseconds(5))
        }
    }

    /// Runs a command to its end.
    static func run(_ arguments: [String], in folder: URL) async throws -> Result {
        try await CommandUnderTest(arguments, in: folder).result()
    }
}
