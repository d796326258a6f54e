internal import ArgumentParser
internal import Foundation
internal import NIOCore
internal import OasisClient
internal import OasisLedger
internal import OasisMarket

/// `oasis report`: statements of what was delivered and what it earns.
struct ReportCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "report",
        abstract: "Print statements: what was delivered, and what it earns.",
        discussion: """
            One line for each combination of what --by names, over the UTC days from --from up to, not including, --to. \
            A line is final once nothing can change any more: seven days after the end of its last day.

              oasis report --data oasis-data --by licensor --from 2026-11-01 --to 2026-12-01
              oasis report --server http://127.0.0.1:8081 --by campaign,day --csv

            A ledger's file may be read while a server writes it. --by takes campaign, licensor, day, surface, market, \
            separated by commas. Counts are of promoted plays; context streams are plays of the same songs in the \
            campaign's contexts without a promotion. Commission is money in millionths in JSON and CSV. The break-even lift is by how much streams must \
            grow for a licensor to earn what it did before, at the present commission rate of a line's campaigns.

            Exit codes: 0 done, 1 failed, 2 usage, 3 refused, such as a file that is no ledger.
            """
    )

    @OptionGroup var file: LedgerFileArgument

    @Option(help: ArgumentHelp("A server's console port, in place of a file.", valueName: "url"))
    var server: String?

    @Option(help: ArgumentHelp("Token of the role read; OASIS_TOKEN when left out.", valueName: "token"))
    var token: String?

    @Option(help: ArgumentHelp("What lines are made out by, separated by commas.", valueName: "names"))
    var by = "campaign"

    @Option(help: ArgumentHelp("First UTC day; today when left out.", valueName: "date"))
    var from: String?

    @Option(help: ArgumentHelp("Day after the last; the day after --from when left out.", valueName: "date"))
    var to: String?

    @Flag(help: "Print JSON.")
    var json = false

    @Flag(help: "Print CSV.")
    var csv = false

    func validate() throws {
        guard (file.path == nil) != (server == nil) else {
            throw ValidationError("Name one source: --ledger FILE, --data DIR or --server URL.")
        }
        if let server, HTTPAddress(server) == nil {
            throw ValidationError("--server must be like http://127.0.0.1:8081.")
        }
        guard !(json && csv) else { throw ValidationError("Give --json or --csv, not both.") }
        let (first, last) = try days()
        guard first < last else { throw ValidationError("--to must be after --from (\(first)).") }
        _ = try dimensions()
    }

    func run() async throws {
        let statement = try await statement()
        let report = StatementReport(statement, by: try dimensions())
        if json {
            try Terminal.printJSON(statement)
        } else if csv {
            report.printCSV()
        } else {
            report.printTable()
        }
    }

    private func statement() async throws -> Statement {
        guard let server, let address = HTTPAddress(server) else {
            let path = try file.requireFile(for: "report")
            let (first, last) = try days()
            return try onLedger("report") {
                try Ledger(path: path, access: .read).statement(from: first, to: last, by: dimensions(), now: .now)
            }
        }
        return try await statement(from: address)
    }

    private func statement(from address: HTTPAddress) async throws -> Statement {
        let client = HTTPClient(address)
        defer { client.close() }
        let token = token ?? ProcessInfo.processInfo.environment["OASIS_TOKEN"]
        let (first, last) = try days()
        let names = try dimensions().map(\.rawValue).joined(separator: ",")
        let call = HTTPCall(
            .get,
            "/v1/statements?from=\(first)&to=\(last)&by=\(names)",
            headers: token.map { [(name: "Authorization", value: "Bearer \($0)")] } ?? []
        )
        do {
            let answer = try await client.send(call, within: .seconds(60))
            guard answer.status == 200 else {
                Terminal.complain("report", "\(address) refused: \(ServerRefusal.detail(answer).message)")
                throw ExitCode(answer.status < 500 ? 3 : 1)
            }
            return try JSONDecoder().decode(Statement.self, from: Data(answer.body.readableBytesView))
        } catch let failure as HTTPFailure {
            Terminal.complain("report", "\(address) does not answer: \(failure)")
            throw ExitCode(1)
        }
    }

    private func days() throws -> (first: Day, last: Day) {
        let first = try from.map { try day($0, "--from") } ?? Timestamp.now.day
        return (first, try to.map { try day($0, "--to") } ?? first.next)
    }

    private func day(_ text: String, _ option: String) throws -> Day {
        guard let day = Day(text) else { throw ValidationError("\(option) must be a date such as 2026-11-22.") }
        return day
    }

    private func dimensions() throws -> [StatementDimension] {
        do throws(InvalidField) { return try StatementDimension.list(by) } catch {
            throw ValidationError("--\(error)")
        }
    }
}
