internal import GRDB
internal import OasisMarket

/// Campaigns and commission rules as counting needs them: by number, by track, and as they were at a moment.
///
/// Events arrive late and out of order, so what holds for one is what held when it happened, not when it arrived;
/// otherwise the same events in another order would be other money.
struct ControlPlane {
    /// One campaign through time.
    struct Line {
        let number: Int64
        let artist: ArtistID
        /// Its revisions, oldest first; never empty.
        let revisions: [(from: Timestamp, campaign: Campaign)]

        /// The revision that holds now.
        var current: Campaign { revisions[revisions.count - 1].campaign }

        /// The revision that held at `time`; the first one for any time before it.
        func campaign(at time: Timestamp) -> Campaign {
            (revisions.last { $0.from <= time } ?? revisions[0]).campaign
        }
    }

    private let lines: [Int64: Line]
    private let numbers: [TrackID: Int64]
    private let commissions: [(from: Timestamp, rule: CommissionRule)]

    /// Reads everything that was committed.
    init(_ database: Database) throws {
        var revisions: [Int64: [(from: Timestamp, campaign: Campaign)]] = [:]
        let rows = try Row.fetchCursor(
            database,
            sql: """
                SELECT history.document, history.at, history.body
                FROM history JOIN document ON document.number = history.document
                WHERE document.family = ? ORDER BY history.document, history.revision
                """,
            arguments: [Campaign.family]
        )
        while let row = try rows.next() {
            revisions[row[0], default: []].append((Timestamp(milliseconds: row[1]), try decoded(row[2])))
        }
        lines = Dictionary(
            uniqueKeysWithValues: revisions.map { number, revisions in
                (number, Line(number: number, artist: revisions[0].campaign.artist, revisions: revisions))
            }
        )
        let tracks = try Row.fetchAll(database, sql: "SELECT track, campaign FROM campaign_track")
        numbers = Dictionary(uniqueKeysWithValues: tracks.map { (TrackID(trusted: $0[0]), $0[1]) })
        commissions = try Ledger.policies("ORDER BY version", [], in: database)
            .map {
                ($0.updatedAt, $0.document.commission)
            }
    }

    /// The campaign with a number.
    func line(number: Int64) -> Line? { lines[number] }

    /// The campaign that a track belongs to.
    func line(of track: TrackID) -> Line? { numbers[track].flatMap { lines[$0] } }

    /// The rule that held at `time`, or the first one; nothing before any policy.
    func commission(at time: Timestamp) -> CommissionRule? {
        (commissions.last { $0.from <= time } ?? commissions.first)?.rule
    }
}
