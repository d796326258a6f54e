package import OasisAllocation
package import OasisMarket
import OasisResponse
package import OasisScoring

/// The linear program of the rest of a period, before it is solved: a sample of requests, and what is left of each bound.
package struct MarketProgram: Sendable {
    /// A row of the program, and what people call it.
    package struct Row: Hashable, Sendable {
        /// Over what it counts.
        package enum Scope: Hashable, Sendable {
            /// Every promotion.
            case all
            /// The campaign at an index of `entrants`.
            case campaign(Int)
            /// The campaigns of a set in `sets`.
            case set(Int)
            /// The cell at an index of `cells`.
            case cell(Int)
        }

        /// Unique within the program, and the same from plan to plan.
        package var name: String
        /// What it counts.
        package var attribute: Attribute
        /// Over what.
        package var scope: Scope
        /// Upper or lower limit.
        package var sense: PolicyRow.Sense
        /// What is left of the bound.
        package var bound: Double
        /// Share that every promotion takes off: the coefficient is amount · (1[in scope] − share).
        package var share: Double
        /// Cost of one unit of shortfall or excess; infinite means hard.
        package var penalty: Double
        /// How much faster than the traffic to come the bound is to be used now; it is multiplied in already.
        package var pace: Double

        /// Gathers a row.
        package init(
            name: String,
            attribute: Attribute,
            scope: Scope,
            sense: PolicyRow.Sense,
            bound: Double,
            share: Double = 0,
            penalty: Double = .infinity,
            pace: Double = 1
        ) {
            self.name = name
            self.attribute = attribute
            self.scope = scope
            self.sense = sense
            self.bound = bound
            self.share = share
            self.penalty = penalty
            self.pace = pace
        }
    }

    /// Worth of one unit of each attribute.
    package var worths: AttributeVector
    /// The campaigns; their prices are not looked at.
    package var entrants: [PricedCampaign]
    /// The cells that rows may name.
    package var cells: [Cell]
    /// Sets of campaigns, as indices into `entrants`.
    package var sets: [[Int]]
    /// The rows.
    package var rows: [Row]
    /// Recent requests.
    package var sample: [SampledRequest]
    /// How many requests each sampled one stands for; one weight for each request of `sample`.
    package var weights: [Float]
    /// Response rates by surface, of `entrants`; nothing where their own hold everywhere.
    package var surfaceRates: SurfaceRates?
    /// Whether attributes that no row names are counted as well.
    package var countsAllAttributes = false

    /// Gathers a program.
    package init(
        worths: AttributeVector,
        entrants: [PricedCampaign],
        cells: [Cell],
        sets: [[Int]],
        rows: [Row],
        sample: [SampledRequest],
        weights: [Float]
    ) {
        self.worths = worths
        self.entrants = entrants
        self.cells = cells
        self.sets = sets
        self.rows = rows
        self.sample = sample
        self.weights = weights
    }

    /// The program in the solver's columns.
    ///
    /// Cells of the sample that no row names share one last cell, so that rows over everything price them too.
    package func problem() throws(InvalidProblem) -> AllocationProblem {
        let places = Dictionary(entrants.enumerated().map { ($1.number, $0) }, uniquingKeysWith: { first, _ in first })
        let cellPlaces = Dictionary(cells.enumerated().map { ($1, $0) }, uniquingKeysWith: { first, _ in first })
        let named = usedAttributes
        var columns = Columns(attributes: named)
        let surfaces = surfaceRates?.surfaces ?? []
        let surfacePlaces = Dictionary(surfaces.enumerated().map { ($1, $0) }, uniquingKeysWith: { first, _ in first })
        for (index, request) in sample.enumerated() {
            let surface = surfacePlaces[request.cell.surface]
            let cell = cellPlaces[request.cell] ?? cells.count
            for candidate in request.candidates {
                guard let place = places[candidate.campaignNumber], entrants[place].covers(request.cell),
                    isTried(entrants[place], inRequest: index)
                else {
                    continue
                }
                let rates = surface.flatMap { surfaceRates?.live[$0 * entrants.count + place] }
                columns.append(candidate, place, amounts: amounts(candidate, entrants[place], rates), worths)
            }
            columns.endRequest(cell: cell, slots: request.slots)
        }
        return try AllocationProblem(
            offsets: Column(columns.offsets),
            slots: Column(columns.slots),
            weight: Column(weights),
            cell: Column(columns.cell),
            campaign: Column(columns.campaign),
            value: Column(columns.value),
            attributes: zip(named, columns.amounts)
                .map { attribute, amounts in
                    AllocationProblem.AttributeColumn(
                        attribute.rawValue,
                        attribute == .delivery ? nil : Column(amounts)
                    )
                },
            campaignCount: entrants.count,
            cellCount: cells.count + 1,
            sets: CampaignSets(sets.map { $0.map { Int32($0) } }),
            rows: rows.map { allocationRow($0, named) }
        )
    }

    /// The attributes that some row counts, or all of them, in `Attribute.allCases` order; never empty.
    var usedAttributes: [Attribute] {
        guard !countsAllAttributes else { return Attribute.allCases }
        let used = Set(rows.map(\.attribute)).union([.delivery])
        return Attribute.allCases.filter { used.contains($0) }
    }

    /// Whether a campaign is among those promoted in a sampled request: one that is pulled back is in its share of them.
    private func isTried(_ entrant: PricedCampaign, inRequest index: Int) -> Bool {
        guard entrant.promotedShare < 1 else { return true }
        let coin = StableHash(key0: 0x7075_6c6c, key1: 0x6261_636b)
        return coin.hash(UInt64(index), UInt64(bitPattern: entrant.number)).unitFraction < entrant.promotedShare
    }

    private func amounts(
        _ candidate: SampledRequest.Candidate,
        _ entrant: PricedCampaign,
        _ surfaceRates: ResponseRates?
    ) -> ExpectedAmounts {
        ExpectedAmounts(
            rates: surfaceRates ?? entrant.rates,
            streamProbability: candidate.streamProbability.map { Double($0) },
            isNewToArtist: candidate.isNewToArtist,
            commissionPerStream: entrant.commissionPerStream
        )
    }

    private func allocationRow(_ row: Row, _ named: [Attribute]) -> AllocationRow {
        let scope: AllocationRow.Scope =
            switch row.scope {
            case .all: .all
            case .campaign(let index): .campaign(index)
            case .set(let index): .set(index)
            case .cell(let index): .cell(index)
            }
        return AllocationRow(
            attribute: named.firstIndex(of: row.attribute) ?? 0,
            scope: scope,
            sense: row.sense == .atMost ? .atMost : .atLeast,
            bound: row.bound,
            share: row.share,
            penalty: row.penalty
        )
    }
}

/// The solver's columns while they grow.
private struct Columns {
    let attributes: [Attribute]
    var offsets: [Int64] = [0]
    var slots: [Int32] = []
    var cell: [Int32] = []
    var campaign: [Int32] = []
    var value: [Float] = []
    var amounts: [[Float]]

    init(attributes: [Attribute]) {
        self.attributes = attributes
        amounts = Array(repeating: [], count: attributes.count)
    }

    mutating func append(
        _ candidate: SampledRequest.Candidate,
        _ place: Int,
        amounts expected: ExpectedAmounts,
        _ worths: AttributeVector
    ) {
        let loss = Double(candidate.listenerLoss)
        var worth = worths[.listenerLoss] * loss
        for attribute in Attribute.allCases where attribute != .listenerLoss {
            worth += worths[attribute] * expected[attribute]
        }
        campaign.append(Int32(place))
        value.append(Float(worth))
        for (index, attribute) in attributes.enumerated() where attribute != .delivery {
            amounts[index].append(Float(attribute == .listenerLoss ? loss : expected[attribute]))
        }
    }

    mutating func endRequest(cell: Int, slots: Int) {
        offsets.append(Int64(campaign.count))
        self.cell.append(Int32(cell))
        self.slots.append(Int32(slots))
    }
}
