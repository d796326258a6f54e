package import OasisLogFiles
package import OasisMarket
package import OasisScoring
package import OasisSimulation

/// The Open Bandit Dataset as a market log: every row is a request at its own time.
///
/// A row becomes a request with all items as candidates on the surface `position-1` … `position-3` of the market `zozo`,
/// whose slate is as long as the position, so that a promotion displaces something. Its listener is a hash of the user
/// features. Where the slate plays the item that was recommended in truth, the listener does what was done in truth; a
/// click is a stream. For any other item the organic score is the probability.
package struct OpenBanditLog: MarketLog {
    /// The name of the organic score's scale: probability of a click.
    package static let scale = "click-rate/1"
    /// The one market.
    package static let market = MarketID(trusted: "zozo")

    /// Rows' worth of the position's mean that is mixed into each item's click rate.
    private static let priorRows: Float = 200

    package let title: String
    package let times: [Timestamp]
    let table: OpenBanditTable
    let seed: UInt64
    /// Smoothed click rate of each item at each position, position after position.
    let clickRates: [Float]
    private let tracks: [TrackID]
    private let behaviour: ListenerBehaviour
    private let draw: StableHash

    /// Reads a folder such as `open-bandit/random/men`.
    ///
    /// - Parameters:
    ///   - directory: The folder.
    ///   - seed: Decides what cannot be read from the log: campaigns, and listeners' answers to other items.
    /// - Throws: `InvalidTable`, naming file, line and rule.
    package init(directory: String, seed: UInt64) throws(InvalidTable) {
        let table = try OpenBanditTable(directory: directory)
        self.table = table
        self.seed = seed
        title = "Open Bandit log \(directory), \(table.rows.count) rows, seed \(seed)"
        times = table.rows.map(\.time)
        clickRates = Self.clickRates(table)
        tracks = table.itemFamilies.indices.map { TrackID(trusted: "item-\($0)") }
        behaviour = ListenerBehaviour(seed: seed)
        draw = StableHash(key0: seed, key1: 0x6f62_642d_706c_6179)
    }

    /// A surface of this market.
    static func surface(position: Int) -> SurfaceID { SurfaceID(trusted: "position-\(position)") }

    /// The ranker that stands in: the smoothed click rate of the item at this position, times (1 + affinity), at most 1.
    ///
    /// The smoothed rate is (clicks + 200·mean) / (rows + 200), with the position's own mean; affinity is how often the
    /// listener has clicked the item before, as the log says.
    package func organicScore(item: Int, row: Int) -> Float {
        let position = table.rows[row].position
        let rate = clickRates[(position - 1) * table.itemCount + item]
        return min(1, rate * (1 + table.affinities[row * table.itemCount + item]))
    }

    package func request(at index: Int) -> ScoreRequest {
        let row = table.rows[index]
        let scores = tracks.indices.map { organicScore(item: $0, row: index) }
        do {
            return try ScoreRequest(
                id: RequestID(trusted: "open-bandit-\(seed)-\(index + 1)"),
                listener: ListenerID(trusted: "listener-\(String(row.listener, radix: 16))"),
                cell: Cell(surface: Self.surface(position: row.position), market: Self.market),
                time: row.time,
                scale: Self.scale,
                slateSize: row.position,
                promotableSlots: 1,
                tracks: tracks,
                organicScores: scores,
                streamProbabilities: scores
            )
        } catch {
            preconditionFailure("a row that was checked broke a rule: \(error)")
        }
    }

    package func play(_ slate: [Int], of request: ScoreRequest, at index: Int) -> [ListenerBehaviour.Play] {
        let row = table.rows[index]
        return behaviour.play(slate, of: request)
            .map { play in
                guard play.candidate == row.item, play.isShown else { return play }
                return settled(play, isClicked: row.isClicked, word: draw.hash(UInt64(index)))
            }
    }

    /// The play with the log's own answer in place of the drawn one.
    private func settled(
        _ play: ListenerBehaviour.Play,
        isClicked: Bool,
        word: UInt64
    ) -> ListenerBehaviour.Play {
        guard play.isStream != isClicked else { return play }
        var play = play
        let share = word.unitFraction
        if isClicked {
            play.playedMilliseconds = streamThresholdMilliseconds + Int64(share * 170_000)
        } else {
            play.playedMilliseconds = Int64(share * Double(streamThresholdMilliseconds - 1))
            (play.isSaved, play.isAdded, play.isFollowed) = (false, false, false)
        }
        return play
    }

    private static func clickRates(_ table: OpenBanditTable) -> [Float] {
        let cells = OpenBanditTable.positions.count * table.itemCount
        var rows = [Float](repeating: 0, count: cells)
        var clicks = rows
        for row in table.rows {
            let cell = (row.position - 1) * table.itemCount + row.item
            rows[cell] += 1
            if row.isClicked { clicks[cell] += 1 }
        }
        return OpenBanditTable.positions.flatMap { position -> [Float] in
            let cells = (position - 1) * table.itemCount..<position * table.itemCount
            // One click is added to a position that has none, so that no score is 0 and every order is strict enough.
            let mean = max(1, clicks[cells].reduce(0, +)) / max(1, rows[cells].reduce(0, +))
            return cells.map { (clicks[$0] + priorRows * mean) / (rows[$0] + priorRows) }
        }
    }
}
