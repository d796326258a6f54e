package import OasisMarket

/// What is counted apart: a kind of outcome in a cell, organic or for one campaign.
package struct CountKey: Hashable, Comparable, Sendable {
    /// What happened.
    package var kind: OutcomeKind
    /// Where.
    package var cell: Cell
    /// The campaign that was promoted; nothing for an organic play.
    package var campaign: CampaignID?

    /// Gathers a key.
    package init(kind: OutcomeKind, cell: Cell, campaign: CampaignID?) {
        self.kind = kind
        self.cell = cell
        self.campaign = campaign
    }

    /// Organic first, then by campaign, cell and kind.
    package static func < (left: CountKey, right: CountKey) -> Bool {
        (left.campaign?.text ?? "", left.cell, left.kind.rawValue)
            < (right.campaign?.text ?? "", right.cell, right.kind.rawValue)
    }
}

/// How many outcomes there are of each sort.
package struct OutcomeCounts: Hashable, Sendable {
    private var counts: [CountKey: Int] = [:]

    /// Nothing counted.
    package init() {}

    /// The number for a key; 0 when there is none.
    package subscript(key: CountKey) -> Int {
        get { counts[key, default: 0] }
        set { counts[key] = newValue == 0 ? nil : newValue }
    }

    /// The keys with a number other than 0.
    package var keys: Set<CountKey> { Set(counts.keys) }

    /// Everything of a kind, promoted or organic.
    package func total(_ kind: OutcomeKind, isPromoted: Bool) -> Int {
        counts.reduce(0) { sum, entry in
            sum + (entry.key.kind == kind && (entry.key.campaign != nil) == isPromoted ? entry.value : 0)
        }
    }

    /// What was counted since `earlier`.
    package func since(_ earlier: OutcomeCounts) -> OutcomeCounts {
        var difference = self
        for key in earlier.keys { difference[key] -= earlier[key] }
        return difference
    }

    /// Every count that `server` and these, the driver's, do not agree on; sorted.
    package func differences(from server: OutcomeCounts) -> [CountDifference] {
        keys.union(server.keys).sorted()
            .compactMap { key in
                let (driver, server) = (self[key], server[key])
                return driver == server ? nil : CountDifference(key: key, driver: driver, server: server)
            }
    }
}

/// A count that server and driver do not agree on.
package struct CountDifference: Hashable, Sendable, CustomStringConvertible {
    /// Which.
    package var key: CountKey
    /// What the driver had acknowledged.
    package var driver: Int
    /// What the server says.
    package var server: Int

    /// One line for people.
    package var description: String {
        let whose = key.campaign.map { "promoted \($0)" } ?? "organic"
        return "\(whose) \(key.kind.rawValue) in \(key.cell): driver \(driver), server \(server)"
    }
}
