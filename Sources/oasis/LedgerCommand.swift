internal import ArgumentParser
internal import Foundation
internal import OasisLedger
internal import OasisMarket

/// `oasis ledger`: looks after a ledger's file.
struct LedgerCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "ledger",
        abstract: "Check, compact, back up and restore a ledger.",
        subcommands: [VerifyCommand.self, CompactCommand.self, BackUpCommand.self, RestoreCommand.self]
    )

    /// `oasis ledger verify`.
    struct VerifyCommand: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "verify",
            abstract: "Recount everything from raw outcomes, and name what differs.",
            discussion: """
                Reads one state of the ledger, also while a server writes it, and changes nothing. Days whose raw \
                outcomes were compacted are held to their checksums.

                  oasis ledger verify --data oasis-data

                Exit codes: 0 sound, 1 something differs, 2 usage, 3 no ledger.
                """
        )

        @OptionGroup var file: LedgerFileArgument

        @Flag(help: "Print JSON.")
        var json = false

        func run() throws {
            let path = try file.requireFile(for: "ledger verify")
            let (differences, events) = try onLedger("ledger verify") {
                let ledger = try Ledger(path: path, access: .read)
                return (try ledger.verify(), try ledger.eventCount())
            }
            if json {
                try Terminal.printJSON(VerifyReport(eventCount: events, differences: differences))
            } else if differences.isEmpty {
                print("\(path): sound, \(events) events")
            } else {
                for difference in differences { print(difference) }
            }
            if !differences.isEmpty {
                Terminal.complain("ledger verify", "\(path) differs in \(differences.count) numbers")
                throw ExitCode(1)
            }
        }
    }

    /// `oasis ledger compact`.
    struct CompactCommand: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "compact",
            abstract: "Take raw outcomes away that are final and counted; no statement changes.",
            discussion: """
                Recounts the ledger first, and takes nothing away when something differs. A running server does this \
                by itself (ledger.keptDays); this command is for a ledger that no server has open.

                  oasis ledger compact --data oasis-data --kept-days 8 --shrink

                Exit codes: 0 done, 1 the ledger differs from its raw outcomes, 2 usage, 3 refused, such as a ledger in use.
                """
        )

        @OptionGroup var file: LedgerFileArgument

        @Option(help: ArgumentHelp("Days to keep raw outcomes for, 8 or more.", valueName: "days"))
        var keptDays = Ledger.keptDaysDefault

        @Flag(help: "Give freed room back to the file system afterwards.")
        var shrink = false

        @Flag(help: "Print JSON.")
        var json = false

        func validate() throws {
            guard (Ledger.keptDaysMinimum...10_000).contains(keptDays) else {
                throw ValidationError("--kept-days must be \(Ledger.keptDaysMinimum) to 10000.")
            }
        }

        func run() throws {
            let path = try file.requireFile(for: "ledger compact")
            let before = LedgerCommand.bytes(path)
            let compaction = try onLedger("ledger compact") {
                let ledger = try Ledger(path: path)
                let compaction = try ledger.compact(keptDays: keptDays, at: .now)
                if shrink { try ledger.shrink() }
                try ledger.close()
                return compaction
            }
            let report = CompactReport(compaction, bytesBefore: before, bytesAfter: LedgerCommand.bytes(path))
            try json ? Terminal.printJSON(report) : report.printTable()
        }
    }

    /// `oasis ledger backup`.
    struct BackUpCommand: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "backup",
            abstract: "Copy a ledger into a new file, also while a server writes it.",
            discussion: """
                The copy is one committed state in one file, and appears whole or not at all.

                  oasis ledger backup --data oasis-data --to oasis-2026-11-22.sqlite

                Exit codes: 0 done, 1 failed, 2 usage, 3 refused, such as a file that is there already.
                """
        )

        @OptionGroup var file: LedgerFileArgument

        @Option(help: ArgumentHelp("The new file.", valueName: "file"))
        var to: String

        @Flag(help: "Recount the copy, too.")
        var verify = false

        func run() throws {
            let path = try file.requireFile(for: "ledger backup")
            let events = try onLedger("ledger backup") {
                try Ledger(path: path, access: .read).backUp(to: to)
                let copy = try Ledger(path: to, access: .read)
                if verify { try copy.requireSound() }
                return try copy.eventCount()
            }
            print("\(to): \(events) events, \(LedgerCommand.bytes(to)) bytes")
        }
    }

    /// `oasis ledger restore`.
    struct RestoreCommand: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "restore",
            abstract: "Put a backup in place of a ledger, after checking it.",
            discussion: """
                Checks every page of the backup and recounts it, then copies it into place. A ledger that is there \
                already must not be open; with --replace it is moved aside, never deleted.

                  oasis ledger restore --from oasis-2026-11-22.sqlite --data oasis-data --replace

                Exit codes: 0 done, 1 failed or the backup differs from its raw outcomes, 2 usage, 3 refused.
                """
        )

        @OptionGroup var file: LedgerFileArgument

        @Option(help: ArgumentHelp("The backup.", valueName: "file"))
        var from: String

        @Flag(help: "Move a ledger that is there aside.")
        var replace = false

        func run() throws {
            let path = try file.requirePath()
            let (aside, events) = try onLedger("ledger restore") {
                let aside = try Ledger.restore(from, to: path, replacing: replace)
                return (aside, try Ledger(path: path, access: .read).eventCount())
            }
            print("\(path): \(events) events from \(from)")
            if let aside { print("the ledger before is kept as \(aside)") }
        }
    }
}

extension LedgerCommand {
    /// Bytes of a ledger on disk, its log included.
    fileprivate static func bytes(_ path: String) -> Int {
        ["", "-wal"]
            .map { (try? FileManager.default.attributesOfItem(atPath: path + $0)[.size] as? Int) ?? 0 }
            .reduce(0, +)
    }
}

/// What `oasis ledger verify --json` prints.
private struct VerifyReport: Encodable {
    struct Difference: Encodable {
        var place: String
        var counted: Int64
        var recounted: Int64
    }

    var eventCount: Int
    var differences: [Difference]

    init(eventCount: Int, differences: [TallyDifference]) {
        self.eventCount = eventCount
        self.differences = differences.map {
            Difference(place: $0.place, counted: $0.counted, recounted: $0.recounted)
        }
    }
}

/// What `oasis ledger compact` prints.
private struct CompactReport: Encodable {
    var days: [Day]
    var outcomes, promotions, leases: Int
    var bytesBefore, bytesAfter: Int

    init(_ compaction: Compaction, bytesBefore: Int, bytesAfter: Int) {
        days = compaction.days
        outcomes = compaction.outcomes
        promotions = compaction.promotions
        leases = compaction.leases
        self.bytesBefore = bytesBefore
        self.bytesAfter = bytesAfter
    }

    func printTable() {
        let span = days.first.flatMap { first in days.last.map { "\(first) to \($0)" } } ?? "none"
        Terminal.printPairs([
            ("days", span), ("raw outcomes taken away", "\(outcomes)"), ("promotions", "\(promotions)"),
            ("leases", "\(leases)"), ("bytes before", "\(bytesBefore)"), ("bytes after", "\(bytesAfter)"),
        ])
    }
}
