internal import ArgumentParser
internal import Foundation
internal import OasisLedger
internal import OasisMarket

/// The ledger that a command works on, named by itself or by a server's data folder.
struct LedgerFileArgument: ParsableArguments {
    @Option(help: ArgumentHelp("The ledger.", valueName: "file"))
    var ledger: String?

    @Option(help: ArgumentHelp("A server's data folder, which has the ledger in it.", valueName: "dir"))
    var data: String?

    /// The file, if one was named.
    var path: String? { ledger ?? data.map { $0 + "/oasis.sqlite" } }

    func validate() throws {
        guard ledger == nil || data == nil else { throw ValidationError("Give --ledger or --data, not both.") }
    }

    /// The file that was named.
    func requirePath() throws -> String {
        guard let path else { throw ValidationError("Name a ledger: --ledger FILE, or --data DIR.") }
        return path
    }

    /// The file that was named, which must be there: no command makes a new ledger of a misspelled name.
    func requireFile(for command: String) throws -> String {
        let path = try requirePath()
        guard FileManager.default.fileExists(atPath: path) else {
            Terminal.complain(command, "there is no ledger \(path)")
            throw ExitCode(3)
        }
        return path
    }
}

extension LedgerError {
    /// 3 for what was refused because of the input, 1 for what failed.
    var exitCode: ExitCode {
        switch code {
        case .storageFull, .storageFailed, .closed, .differs: ExitCode(1)
        default: ExitCode(3)
        }
    }
}

extension Timestamp {
    /// The machine's time.
    static var now: Timestamp { Timestamp(milliseconds: Int64(Date().timeIntervalSince1970 * 1_000)) }
}

/// Runs a command against a ledger, and says for it what went wrong.
func onLedger<Value>(_ command: String, _ body: () throws -> Value) throws -> Value {
    do { return try body() } catch let error as LedgerError {
        Terminal.complain(command, "\(error)")
        throw error.exitCode
    }
}
