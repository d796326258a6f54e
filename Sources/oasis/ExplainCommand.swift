internal import ArgumentParser
internal import Foundation
internal import NIOCore
internal import OasisMarket
internal import OasisPlanning
internal import OasisScoring
internal import OasisService

/// `oasis explain`: a request's score again, with the arithmetic behind it.
struct ExplainCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "explain",
        abstract: "Score a request again, and explain every candidate that a campaign promotes.",
        discussion: """
            The same request, snapshot and draw key give the same reply, byte for byte. Worth, prices and limits are \
            shown term by term; the terms add up to the boost.

              With a server's newest snapshot and its draw key:
                oasis explain --request request.json --data oasis-data

              With any snapshot file; without a key the draw is another than the server's:
                oasis explain --request request.json --snapshot snapshot-000000000042.oasis --json

            The request is JSON as the HTTP API takes it. It is decided at its own time, or when it has none at the \
            moment the snapshot was made. Every campaign is taken to have a unit left, and no receipts are signed: units \
            and their leases are the server's.

            Exit codes: 0 done, 2 usage, 3 input refused.
            """
    )

    @Option(help: ArgumentHelp("The score request, or - for standard input.", valueName: "file"))
    var request: String

    @Option(help: ArgumentHelp("The snapshot; with --data the newest one.", valueName: "file"))
    var snapshot: String?

    @Option(help: ArgumentHelp("A server's data folder.", valueName: "dir"), completion: .directory)
    var data: String?

    @Option(help: ArgumentHelp("A server's receipt.key, which keys its draws.", valueName: "file"))
    var drawKeyFile: String?

    @Flag(help: "Print reply and explanations as JSON.")
    var json = false

    func validate() throws {
        guard snapshot != nil || data != nil else {
            throw ValidationError("Name a snapshot: --snapshot FILE, or --data DIR for the newest one.")
        }
    }

    func run() throws {
        let subject = try refusing { try read() }
        let (reply, explanations) = subject.scorer.explain(
            subject.request,
            at: subject.time,
            drawKey: subject.drawKey
        )
        let report = ExplainReport(reply, explanations, of: subject.request, isKeyed: subject.isKeyed)
        try json ? report.printJSON() : report.printTable()
    }

    /// Everything that a reply depends on.
    private struct Subject {
        var scorer: Scorer
        var request: ScoreRequest
        var time: Timestamp
        var drawKey: StableHash
        var isKeyed: Bool
    }

    private func read() throws -> Subject {
        let mapped = try openSnapshot()
        let secrets = try secrets()
        let request = try readRequest()
        return Subject(
            scorer: Scorer(mapped),
            request: request.value,
            time: request.hasTime ? request.value.time : mapped.createdAt,
            drawKey: secrets?.drawHash ?? NodeSecrets.drawHash(0),
            isKeyed: secrets != nil
        )
    }

    /// The request as the scoring port reads it, and whether it says when it is to be decided.
    private func readRequest() throws -> (value: ScoreRequest, hasTime: Bool) {
        let bytes = [UInt8](try contents(of: request))
        let hasTime = ((try? JSONParser.parse(bytes)) ?? .null)["time"] != nil
        let clock = MarketClock(source: hasTime ? .requests : .wall)
        return (try ScoreRequestReader.read(ByteBuffer(bytes: bytes), clock: clock), hasTime)
    }

    private func openSnapshot() throws -> MappedSnapshot {
        if let snapshot { return try MappedSnapshot(path: snapshot) }
        let folder = try SnapshotStore(directory: "\(data ?? ".")/snapshots")
        let (newest, faults) = folder.newest()
        guard let newest else {
            throw InvalidField("data", "must hold a snapshot, but does not: \(faults.joined(separator: "; "))")
        }
        return newest
    }

    private func secrets() throws -> NodeSecrets? {
        guard let path = drawKeyFile ?? data.map({ "\($0)/receipt.key" }) else { return nil }
        do throws(InvalidField) {
            return try NodeSecrets(receiptKey: (try? String(contentsOfFile: path, encoding: .utf8)) ?? "")
        } catch {
            throw error.inside(path)
        }
    }

    private func contents(of path: String) throws -> Data {
        if path == "-" { return FileHandle.standardInput.readDataToEndOfFile() }
        guard let bytes = FileManager.default.contents(atPath: path) else {
            throw InvalidField("request", "must be a file that can be read, but \(path) is not")
        }
        return bytes
    }

    private func refusing<Result>(_ body: () throws -> Result) throws -> Result {
        do { return try body() } catch let failure as ServiceFailure {
            Terminal.complain("explain", "refused: \(failure.message)")
        } catch {
            Terminal.complain("explain", "refused: \(error)")
        }
        throw ExitCode(3)
    }
}
