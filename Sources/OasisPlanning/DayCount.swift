package import OasisLedger
package import OasisMarket

/// What a day has brought so far, as far as bounds need to know it.
package struct DayCount: Sendable {
    /// Promoted plays confirmed, by campaign number.
    package var confirmed: [Int64: Int]
    /// Units on receipts that are not settled, or lost with a node, by campaign number.
    package var inFlight: [Int64: Int]
    /// How many of the units in flight become plays.
    package var showRate: ShowRate
    /// Promoted tallies of the day.
    package var tallies: [TallyRow]
    /// Listener loss of the day.
    package var loss: LossAccount

    /// Gathers the counts.
    ///
    /// - Parameters:
    ///   - deliveries: the ledger's, for the day.
    ///   - heldUnits: units that this node holds and may still use, by campaign number; what else is outstanding is on
    ///     its way.
    ///   - tallies: the ledger's, for the day; organic ones are left out.
    ///   - loss: the day's.
    ///   - showRate: how many of the units in flight become plays.
    package init(
        deliveries: [Delivery],
        heldUnits: (Int64) -> Int,
        tallies: [TallyRow],
        loss: LossAccount,
        showRate: ShowRate = .certain
    ) {
        confirmed = Dictionary(deliveries.map { ($0.campaignNumber, $0.confirmed) }, uniquingKeysWith: +)
        inFlight = Dictionary(
            deliveries.map { ($0.campaignNumber, max(0, $0.outstanding - heldUnits($0.campaignNumber))) },
            uniquingKeysWith: +
        )
        self.tallies = tallies.filter(\.isPromoted)
        self.loss = loss
        self.showRate = showRate
    }

    /// Plays that are confirmed or expected of what is on its way.
    package func committed(_ campaignNumber: Int64) -> Double {
        Double(confirmed[campaignNumber, default: 0])
            + showRate.mean * Double(inFlight[campaignNumber, default: 0])
    }

    /// Units of an attribute counted so far over campaigns and cells that pass.
    package func amount(
        _ attribute: Attribute,
        ofCampaign isIncluded: (Int64) -> Bool = { _ in true },
        in isCellIncluded: (Cell) -> Bool = { _ in true }
    ) -> Double {
        if attribute == .listenerLoss {
            return loss.entries.reduce(0) { $0 + (isCellIncluded($1.key) ? $1.value.displaced : 0) }
        }
        return tallies.reduce(0) { sum, row in
            guard isIncluded(row.campaignNumber), isCellIncluded(row.cell) else { return sum }
            return sum + row.counts.amount(attribute)
        }
    }
}

extension TallyCounts {
    fileprivate func amount(_ attribute: Attribute) -> Double {
        switch attribute {
        case .delivery: Double(shown)
        case .stream: Double(streams)
        case .save: Double(saved)
        case .newListener: Double(newListeners)
        case .commission: Double(commissionMicros) / 1e6
        case .listenerLoss: 0
        }
    }
}
