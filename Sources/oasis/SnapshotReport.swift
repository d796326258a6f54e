internal import OasisMarket
internal import OasisResponse
internal import OasisScoring

/// What `oasis snapshot inspect` prints.
struct SnapshotReport {
    private let snapshot: MappedSnapshot
    private let file: String

    init(_ snapshot: MappedSnapshot, file: String) {
        self.snapshot = snapshot
        self.file = file
    }

    func printTable() {
        let guardrails = snapshot.guardrails
        Terminal.printPairs([
            ("file", file),
            ("format", "\(snapshot.formatVersion), \(snapshot.byteCount) bytes in use"),
            ("number", "\(snapshot.number)"),
            ("made", "\(snapshot.createdAt)"),
            ("policy version", "\(snapshot.policyVersion)"),
            ("scale", snapshot.scale),
            ("campaigns", "\(snapshot.campaignCount)"),
            ("tracks", "\(snapshot.trackCount)"),
            ("cells", "\(snapshot.cells.count)"),
            ("rows with a price", "\(snapshot.rowCount)"),
            ("largest boost", "\(guardrails.maxBoost)"),
            ("promoted a slate", "at most \(guardrails.maxPromotedPerSlate)"),
            ("organic quantile", "at least \(guardrails.minimumOrganicPercentile)"),
            ("holdout", "\(guardrails.holdout.value) basis points"),
            ("stopped", guardrails.isPromotionStopped ? "yes" : "no"),
            ("smoothing", "\(snapshot.randomization.smoothing)"),
            ("exploration", "\(snapshot.randomization.explorationShare)"),
        ])
        print("")
        var rows = [["section", "offset", "bytes", "checksum"]]
        for section in snapshot.sections {
            let sum = String(section.checksum, radix: 16)
            let digits = String(repeating: "0", count: 16 - sum.count) + sum
            rows.append([section.name, "\(section.offset)", "\(section.byteCount)", digits])
        }
        Terminal.printTable(rows)
    }

    func printTable(_ campaign: PricedCampaign) {
        let entry = CampaignEntry(campaign)
        Terminal.printPairs([
            ("campaign", entry.campaign),
            ("number", "\(entry.number)"),
            ("tracks", entry.tracks.joined(separator: ", ")),
            ("surfaces", entry.surfaces.isEmpty ? "all" : entry.surfaces.joined(separator: ", ")),
            ("markets", entry.markets.isEmpty ? "all" : entry.markets.joined(separator: ", ")),
            ("starts", entry.start),
            ("ends", entry.end ?? "never"),
            ("capped", entry.hasCap ? "yes" : "no"),
            ("commission a stream", "\(entry.commissionPerStream)"),
            ("streams a play", "\(entry.streamsPerPlay)"),
            ("saves a stream", "\(entry.savesPerStream)"),
            ("new listeners a stream", "\(entry.newListenersPerStream)"),
        ])
        print("")
        Terminal.printTable(
            [["attribute", "campaign price"]] + Attribute.allCases.map { [$0.rawValue, "\(campaign.prices[$0])"] }
        )
    }

    func printJSON() throws {
        struct Report: Encodable {
            struct Section: Encodable {
                var name: String
                var offset, bytes: Int
            }

            var file: String
            var format: UInt32
            var number: UInt64
            var createdAt: String
            var policyVersion: Int64
            var scale: String
            var campaigns, tracks, cells, rows: Int
            var guardrails: Guardrails
            var randomization: Randomization
            var sections: [Section]
        }
        try Terminal.printJSON(
            Report(
                file: file,
                format: snapshot.formatVersion,
                number: snapshot.number,
                createdAt: "\(snapshot.createdAt)",
                policyVersion: snapshot.policyVersion,
                scale: snapshot.scale,
                campaigns: snapshot.campaignCount,
                tracks: snapshot.trackCount,
                cells: snapshot.cells.count,
                rows: snapshot.rowCount,
                guardrails: snapshot.guardrails,
                randomization: snapshot.randomization,
                sections: snapshot.sections.map { .init(name: $0.name, offset: $0.offset, bytes: $0.byteCount) }
            )
        )
    }

    func printJSON(_ campaign: PricedCampaign) throws { try Terminal.printJSON(CampaignEntry(campaign)) }

    private struct CampaignEntry: Encodable {
        var campaign: String
        var number: Int64
        var tracks, surfaces, markets: [String]
        var start: String
        var end: String?
        var hasCap: Bool
        var commissionPerStream, streamsPerPlay, savesPerStream, newListenersPerStream: Double
        var prices: [String: Double]

        init(_ campaign: PricedCampaign) {
            self.campaign = campaign.id.text
            number = campaign.number
            tracks = campaign.tracks.map(\.text)
            surfaces = campaign.surfaces.map(\.text)
            markets = campaign.markets.map(\.text)
            start = "\(campaign.start)"
            end = campaign.end.map { "\($0)" }
            hasCap = campaign.hasCap
            commissionPerStream = campaign.commissionPerStream
            streamsPerPlay = campaign.rates.streamsPerPlay
            savesPerStream = campaign.rates.savesPerStream
            newListenersPerStream = campaign.rates.newListenersPerStream
            prices = Dictionary(
                uniqueKeysWithValues: Attribute.allCases.map { ($0.rawValue, campaign.prices[$0]) }
            )
        }
    }
}
