package import OasisMarket
package import OasisResponse
import OasisScoring

extension MarketProgram {
    /// The program of the rest of a day: caps, guarantees and the policy's rows, less what the day has brought so far.
    ///
    /// - Parameters:
    ///   - documents: campaigns, licensors, policy.
    ///   - rates: response rates by campaign number.
    ///   - count: what the day has brought.
    ///   - sample: recent requests.
    ///   - ahead: requests still to come today in a cell.
    ///   - paces: by campaign number, how much faster than traffic a campaign with a curve of its own is to deliver now.
    package init(
        restOfDay documents: MarketDocuments,
        rates: (Int64) -> ResponseRates,
        count: DayCount,
        sample: [SampledRequest],
        ahead: (Cell) -> Double,
        paces: [Int64: Double] = [:]
    ) {
        let policy = documents.policy
        var worths = AttributeVector()
        for attribute in Attribute.allCases { worths[attribute] = policy.worth(attribute) }
        let cells = Set(sample.map(\.cell)).union(count.loss.entries.keys).sorted()
        let sampled = sample.reduce(into: [:]) { $0[$1.cell, default: 0] += 1.0 }
        let weightOfCell = Dictionary(uniqueKeysWithValues: sampled.map { ($0, Float(ahead($0) / $1)) })
        let weights = sample.map { weightOfCell[$0.cell] ?? 0 }
        self.init(
            worths: worths,
            entrants: documents.entrants(rates: rates),
            cells: cells,
            sets: [],
            rows: [],
            sample: sample,
            weights: weights
        )
        appendCampaignRows(documents, count, paces)
        for row in policy.rows { append(row, documents, count) }
    }

    private mutating func appendCampaignRows(
        _ documents: MarketDocuments,
        _ count: DayCount,
        _ paces: [Int64: Double]
    ) {
        let rule = documents.policy.guarantees
        for (index, entry) in documents.campaigns.enumerated() {
            let committed = count.committed(entry.number)
            let pace = paces[entry.number] ?? 1
            if let cap = entry.campaign.dailyCap {
                rows.append(
                    Row(
                        name: "cap \(entry.campaign.id)",
                        attribute: .delivery,
                        scope: .campaign(index),
                        sense: .atMost,
                        bound: max(0, Double(cap) - committed) * pace,
                        pace: pace
                    )
                )
            }
            if let promised = entry.campaign.dailyGuarantee, promised > 0 {
                let wanted = min(Double(promised) * (1 + rule.margin), Double(entry.campaign.dailyCap ?? .max))
                rows.append(
                    Row(
                        name: "guarantee \(entry.campaign.id)",
                        attribute: .delivery,
                        scope: .campaign(index),
                        sense: .atLeast,
                        bound: max(0, wanted - committed) * pace,
                        penalty: rule.penalty,
                        pace: pace
                    )
                )
            }
        }
    }

    private mutating func append(_ row: PolicyRow, _ documents: MarketDocuments, _ count: DayCount) {
        switch row.scope {
        case .all:
            append(row, name: row.name, scope: .all, count)
        case .cell(let cell):
            appendCellRow(row, name: row.name, cell, count)
        case .eachCell:
            for cell in cells { appendCellRow(row, name: "\(row.name) \(cell)", cell, count) }
        case .campaign(let id):
            appendSetRow(row, name: row.name, documents, count) { $0.id == id }
        case .licensor(let id):
            appendSetRow(row, name: row.name, documents, count) { $0.licensor == id }
        case .tier(let tier):
            let licensors = Set(documents.licensors.filter { $0.tier == tier }.map(\.id))
            appendSetRow(row, name: row.name, documents, count) { licensors.contains($0.licensor) }
        case .eachLicensor:
            for licensor in documents.licensors {
                appendSetRow(row, name: "\(row.name) \(licensor.id)", documents, count) {
                    $0.licensor == licensor.id
                }
            }
        }
    }

    private mutating func appendCellRow(_ row: PolicyRow, name: String, _ cell: Cell, _ count: DayCount) {
        guard let index = cells.firstIndex(of: cell) else { return }
        append(row, name: name, scope: .cell(index), count, inCell: { $0 == cell })
    }

    private mutating func appendSetRow(
        _ row: PolicyRow,
        name: String,
        _ documents: MarketDocuments,
        _ count: DayCount,
        includes: (Campaign) -> Bool
    ) {
        let members = documents.campaigns.indices.filter { includes(documents.campaigns[$0].campaign) }
        guard !members.isEmpty else { return }
        sets.append(members)
        let numbers = Set(members.map { documents.campaigns[$0].number })
        append(row, name: name, scope: .set(sets.count - 1), count, ofCampaign: { numbers.contains($0) })
    }

    private mutating func append(
        _ row: PolicyRow,
        name: String,
        scope: Row.Scope,
        _ count: DayCount,
        ofCampaign isIncluded: (Int64) -> Bool = { _ in true },
        inCell isCellIncluded: (Cell) -> Bool = { _ in true }
    ) {
        let sofar = count.amount(row.attribute, ofCampaign: isIncluded, in: isCellIncluded)
        var bound: Double
        var share = 0.0
        switch row.measure {
        case .perDay:
            bound = row.bound - sofar
        case .share:
            // The whole day must keep the share: what was delivered so far leaves room, or has to be made up for.
            share = row.bound
            bound = share * count.amount(row.attribute) - sofar
        case .organicShare:
            bound = row.bound * organicUtilityOfDay(count, isCellIncluded) - sofar
        }
        // A bound already broken cannot be mended by promoting less than nothing: the rest of the day keeps to zero.
        if row.sense == .atMost || row.measure != .share { bound = max(0, bound) }
        rows.append(
            Row(
                name: name,
                attribute: row.attribute,
                scope: scope,
                sense: row.sense,
                bound: bound,
                share: share,
                penalty: row.penalty ?? .infinity
            )
        )
    }

    /// Organic utility so far and forecast, in the cells that pass.
    private func organicUtilityOfDay(_ count: DayCount, _ isCellIncluded: (Cell) -> Bool) -> Double {
        let before = count.loss.entries.reduce(0) { $0 + (isCellIncluded($1.key) ? $1.value.organic : 0) }
        return zip(sample, weights)
            .reduce(before) { sum, next in
                isCellIncluded(next.0.cell) ? sum + next.0.organicUtility * Double(next.1) : sum
            }
    }
}
