import OasisLedger
package import OasisMarket
package import OasisResponse

/// What a response model knows of a promotion before it is played: by one function, in training as in planning.
package struct PromotionFeatures: Sendable {
    /// Turns it into entries.
    package let encoder: FeatureEncoder

    /// Days since a campaign began, as buckets.
    private static let ageEdges: [Double] = [1, 3, 7, 14, 28, 90]

    /// The features that are declared here.
    package init() {
        do throws(InvalidField) {
            encoder = FeatureEncoder(
                try FeatureSchema(
                    features: [
                        .init("campaign", .categorical), .init("artist", .categorical),
                        .init("licensor", .categorical), .init("surface", .categorical),
                        .init("market", .categorical), .init("hour", .categorical),
                        .init("age", .buckets(Self.ageEdges), column: "days"),
                        .init("campaign-surface", .cross(["campaign", "surface"])),
                        .init("campaign-market", .cross(["campaign", "market"])),
                        .init("surface-hour", .cross(["surface", "hour"])),
                    ],
                    hashBits: 18
                )
            )
        } catch {
            preconditionFailure("the declared features break a rule: \(error)")
        }
    }

    /// A campaign's part of a row; made once for many rows.
    package struct Promoted: Sendable {
        let number, artist, licensor: UInt64?
        let start: Timestamp?

        /// A campaign, of which no more than its number may be known.
        package init(number: Int64, _ campaign: Campaign?) {
            self.number = FeatureHash.token("\(number)")
            artist = campaign.map { FeatureHash.token($0.artist.text) }
            licensor = campaign.map { FeatureHash.token($0.licensor.text) }
            start = campaign?.start
        }
    }

    /// A cell's and a moment's part of a row; made once for many rows.
    package struct Context: Sendable {
        let surface, market, hour: UInt64?
        let time: Timestamp

        /// Where and when.
        package init(_ cell: Cell, at time: Timestamp) {
            surface = FeatureHash.token(cell.surface.text)
            market = FeatureHash.token(cell.market.text)
            hour = FeatureHash.token("\(Int((time.seconds(since: time.day.start) / 3_600).rounded(.down)))")
            self.time = time
        }
    }

    /// The columns that a profile has: all but the hour and the age, which move by themselves.
    static let profiled = ["campaign", "artist", "licensor", "surface", "market"]

    /// Fills a row, and counts its values in a profile when one is given.
    package func fill(
        _ row: inout FeatureRow,
        _ promoted: Promoted,
        _ context: Context,
        _ profile: inout SignalProfile?
    ) {
        row.removeAll()
        let tokens = [
            promoted.number, promoted.artist, promoted.licensor, context.surface, context.market, context.hour,
        ]
        for (column, token) in tokens.enumerated() {
            if let token { row.append(token: token) }
            row.endColumn()
            guard column < Self.profiled.count else { continue }
            if let token {
                profile?.add(token: token, column: column)
            } else {
                profile?.addMissing(column: column)
            }
        }
        if let start = promoted.start {
            row.append(number: max(0, context.time.seconds(since: start) / 86_400))
        }
        row.endColumn()
    }
}
