internal import ArgumentParser
internal import OasisLedger
internal import OasisMarket
internal import OasisService

/// Which ledger's campaigns a command measures, and over what time.
struct MeasuredCampaigns: ParsableArguments {
    @OptionGroup var file: LedgerFileArgument

    @Option(help: ArgumentHelp("How many days up to --at, or up to the campaign's end: 1 to 34.", valueName: "count"))
    var days = CampaignMeasurement.usualDays

    @Option(help: ArgumentHelp("Moment up to which is looked, such as 2026-11-24T12:00:00Z; now.", valueName: "time"))
    var at: String?

    func validate() throws {
        _ = try file.requirePath()
        guard (1...CampaignMeasurement.daysMaximum).contains(days) else {
            throw ValidationError("--days must be 1 to \(CampaignMeasurement.daysMaximum).")
        }
        if let at, Timestamp(at) == nil {
            throw ValidationError("--at must be a time such as 2026-11-24T12:00:00Z.")
        }
    }

    /// Measures one campaign, or all that have begun; a ledger may be read while a server writes it.
    ///
    /// - Throws: `LedgerError`, or `InvalidField` where the campaign that was named cannot be measured.
    func measure(_ name: String?, confidence: Double = 0.95) throws -> [CampaignMeasurement] {
        let now = at.flatMap { Timestamp($0) } ?? .now
        let ledger = try Ledger(path: try file.requirePath(), access: .read)
        return try campaigns(name, in: ledger, at: now)
            .map { try CampaignMeasurement(of: $0, in: ledger, days: days, confidence: confidence, at: now) }
    }

    private func campaigns(_ name: String?, in ledger: Ledger, at now: Timestamp) throws -> [Stored<Campaign>] {
        guard let name else {
            return try ledger.allCampaigns()
                .filter { $0.document.start < now && ($0.document.end ?? now) > $0.document.start }
        }
        let id = try inside("campaign") { () throws(InvalidField) in try CampaignID(name) }
        guard let stored = try ledger.campaign(id) else {
            throw InvalidField("campaign", "must be one of the ledger's, but there is no \(id)")
        }
        return [stored]
    }

    private func inside<Value>(
        _ field: String,
        _ body: () throws(InvalidField) -> Value
    ) throws(InvalidField) -> Value {
        do throws(InvalidField) { return try body() } catch { throw error.inside(field) }
    }
}

/// Runs a measuring command, and says for it what was refused or went wrong.
func measuring<Value>(_ command: String, _ body: () throws -> Value) throws -> Value {
    do {
        return try onLedger(command, body)
    } catch let error as InvalidField {
        Terminal.complain(command, "refused: \(error)")
        throw ExitCode(3)
    }
}
