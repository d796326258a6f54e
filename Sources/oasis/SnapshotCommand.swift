internal import ArgumentParser
internal import OasisMarket
internal import OasisScoring

/// `oasis snapshot`: looks into snapshot files.
struct SnapshotCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "snapshot",
        abstract: "Look into a snapshot file.",
        subcommands: [InspectCommand.self]
    )

    /// `oasis snapshot inspect`.
    struct InspectCommand: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "inspect",
            abstract: "Check a snapshot file and show what is in it.",
            discussion: """
                  What is in a file, and whether it is whole:
                    oasis snapshot inspect oasis-data/snapshots/snapshot-000000000042.oasis

                  One campaign with its prices, by name or by a track:
                    oasis snapshot inspect FILE --campaign my-campaign
                    oasis snapshot inspect FILE --track spotify:track:4uLU6hMCjMI75M1A2tKUQC

                Every check that a server makes when it opens the file is made here, and each track is looked up by \
                its own name. docs/snapshot.md describes the format.

                Exit codes: 0 whole, 2 usage, 3 refused, naming the section at fault, or nothing by that name.
                """
        )

        @Argument(help: ArgumentHelp("The snapshot.", valueName: "file"))
        var file: String

        @Option(help: "Show this campaign.")
        var campaign: String?

        @Option(help: "Show the campaign that promotes this track.")
        var track: String?

        @Flag(help: "Print JSON.")
        var json = false

        func validate() throws {
            guard campaign == nil || track == nil else {
                throw ValidationError("Give --campaign or --track, not both.")
            }
        }

        func run() throws {
            do {
                let snapshot = try MappedSnapshot(path: file)
                try snapshot.verifyTracks()
                let report = SnapshotReport(snapshot, file: file)
                guard campaign != nil || track != nil else {
                    return try json ? report.printJSON() : report.printTable()
                }
                let shown = snapshot.campaign(try place(in: snapshot))
                try json ? report.printJSON(shown) : report.printTable(shown)
            } catch let error as SnapshotFile.Fault {
                try refuse("\(error)")
            } catch let error as InvalidField {
                try refuse("\(error)")
            }
        }

        private func place(in snapshot: MappedSnapshot) throws -> Int {
            if let campaign {
                guard let place = snapshot.campaign(named: try CampaignID(campaign)) else {
                    throw InvalidField(
                        "--campaign",
                        "must name a campaign of the snapshot, but \(campaign) is not in it"
                    )
                }
                return place
            }
            let track = track ?? ""
            guard let place = snapshot.campaign(of: try TrackID(track)) else {
                throw InvalidField("--track", "must name a track of the snapshot, but nobody promotes \(track)")
            }
            return place
        }

        private func refuse(_ message: String) throws {
            Terminal.complain("snapshot inspect", "refused: \(message)")
            throw ExitCode(3)
        }
    }
}
