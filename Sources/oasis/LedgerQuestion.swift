internal import ArgumentParser
internal import OasisMarket

/// A day of Oasis's own log, and what should have been otherwise on it.
struct LedgerQuestion: ParsableArguments {
    /// What a promotion is held to bring.
    enum Reward: String, CaseIterable, ExpressibleByArgument {
        case streams
        case saves
    }

    @Option(help: ArgumentHelp("The ledger.", valueName: "file"))
    var ledger: String?

    @Option(help: ArgumentHelp("A server's data folder, which has ledger and snapshots in it.", valueName: "dir"))
    var data: String?

    @Option(help: ArgumentHelp("The UTC day, such as 2026-11-23.", valueName: "date"))
    var day: String?

    @Option(help: ArgumentHelp("The largest boost in question, in organic-score units.", valueName: "score"))
    var boostCap: Double?

    @Option(help: ArgumentHelp("A snapshot whose prices are in question; with --data the newest.", valueName: "file"))
    var prices: String?

    @Option(help: "What promotions bring: streams or saves.")
    var reward = Reward.streams

    /// Whether it is asked at all.
    var isAsked: Bool { ledger != nil || data != nil }

    /// The ledger's file.
    var path: String { ledger ?? (data ?? "") + "/oasis.sqlite" }

    func check(policy: String?) throws {
        guard ledger == nil || data == nil else { throw ValidationError("Give --ledger or --data, not both.") }
        guard let day, Day(day) != nil else { throw ValidationError("--day must be a date such as 2026-11-23.") }
        guard boostCap != nil || policy != nil || prices != nil else {
            throw ValidationError("Say what should have been otherwise: --boost-cap, --policy or --prices.")
        }
        guard data != nil || prices != nil else {
            throw ValidationError("--prices must be given with --ledger; --data knows the newest.")
        }
        if let boostCap, !boostCap.isFinite || boostCap < 0 {
            throw ValidationError("--boost-cap must be a number of 0 or more.")
        }
    }

    func checkUnused() throws {
        guard day == nil, boostCap == nil, prices == nil else {
            throw ValidationError("--day, --boost-cap and --prices are asked of --ledger or --data.")
        }
    }
}
