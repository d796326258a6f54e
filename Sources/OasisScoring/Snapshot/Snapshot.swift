package import OasisMarket
package import OasisResponse

/// Everything the scorer needs and nothing else, as the planner makes it.
///
/// `SnapshotFile` turns it into bytes, and the scorer reads those through `MappedSnapshot`.
package struct Snapshot: Sendable {
    /// Grows with each snapshot.
    package var number: UInt64
    /// When it was made.
    package var createdAt: Timestamp
    /// Version of the policy inside.
    package var policyVersion: Int64
    /// The organic score's scale.
    package var scale: String
    /// Worth of each attribute, in `Attribute.allCases` order.
    package var worths: AttributeVector
    /// Limits applied after pricing.
    package var guardrails: Guardrails
    /// How promotions are drawn.
    package var randomization: Randomization
    /// What is tried on some listeners.
    package var experiments: [ExperimentLayer]
    /// Every priced cell.
    package var cells: [PricedCell]
    /// Prices of cells that are not listed: rows over everything.
    package var elsewherePrices: AttributeVector
    /// Every campaign that may run before the next snapshot.
    package var campaigns: [PricedCampaign]

    /// The rows behind the prices, for explanations; may be empty.
    package var rows: [PricedRow]
    /// Response rates by surface; nothing where the campaigns' own hold everywhere.
    package var surfaceRates: SurfaceRates?

    /// Gathers a snapshot.
    package init(
        number: UInt64,
        createdAt: Timestamp,
        policyVersion: Int64,
        scale: String,
        worths: AttributeVector,
        guardrails: Guardrails,
        randomization: Randomization,
        experiments: [ExperimentLayer] = [],
        cells: [PricedCell],
        elsewherePrices: AttributeVector,
        campaigns: [PricedCampaign],
        rows: [PricedRow] = [],
        surfaceRates: SurfaceRates? = nil
    ) {
        self.number = number
        self.createdAt = createdAt
        self.policyVersion = policyVersion
        self.scale = scale
        self.worths = worths
        self.guardrails = guardrails
        self.randomization = randomization
        self.experiments = experiments
        self.cells = cells
        self.elsewherePrices = elsewherePrices
        self.campaigns = campaigns
        self.rows = rows
        self.surfaceRates = surfaceRates
    }

    /// Takes over another snapshot's prices, for the campaigns that both have.
    package mutating func keepPrices(of other: MappedSnapshot) {
        guard other.scale == scale else { return }
        var known: [Int64: Int] = [:]
        for place in 0..<other.campaignCount { known[other.campaignNumber(place)] = place }
        for index in campaigns.indices {
            campaigns[index].prices = known[campaigns[index].number].map { other.prices($0) } ?? AttributeVector()
        }
        cells = other.cells
        elsewherePrices = other.elsewherePrices
        // Rows name campaigns by place, and the places are others now.
        rows = []
    }
}

/// A cell and its prices.
package struct PricedCell: Hashable, Sendable {
    /// Where.
    package var cell: Cell
    /// Q_t[cell]: price of one unit of each attribute here, in organic-score units.
    package var prices: AttributeVector

    /// Pairs a cell with its prices.
    package init(cell: Cell, prices: AttributeVector) {
        self.cell = cell
        self.prices = prices
    }
}

/// A campaign as the scorer sees it.
package struct PricedCampaign: Hashable, Sendable {
    /// Its number in the ledger.
    package var number: Int64
    /// Its name.
    package var id: CampaignID
    /// The tracks it promotes.
    package var tracks: [TrackID]
    /// Where it may be promoted; empty means on every surface.
    package var surfaces: [SurfaceID]
    /// In which countries; empty means in all.
    package var markets: [MarketID]
    /// First moment it may be promoted.
    package var start: Timestamp
    /// First moment it may no longer be.
    package var end: Timestamp?
    /// Whether each promotion needs a lease unit.
    package var hasCap: Bool
    /// Commission of one stream, in whole currency units.
    package var commissionPerStream: Double
    /// How listeners respond to it.
    package var rates: ResponseRates
    /// P_t[campaign]: price of one unit of each attribute, in organic-score units; negative when a promise pays for it.
    package var prices: AttributeVector
    /// `ArtistID.stableHash` of whose song it is; 0 when it is not known.
    package var artistHash: UInt64
    /// Requests in which it may be promoted, as a share of those that it covers, within (0, 1]; kept in 65,536ths.
    package var promotedShare: Double

    /// Gathers a campaign.
    package init(
        number: Int64,
        id: CampaignID,
        tracks: [TrackID],
        surfaces: [SurfaceID],
        markets: [MarketID],
        start: Timestamp,
        end: Timestamp?,
        hasCap: Bool,
        commissionPerStream: Double,
        rates: ResponseRates,
        prices: AttributeVector,
        artistHash: UInt64 = 0,
        promotedShare: Double = 1
    ) {
        self.number = number
        self.id = id
        self.tracks = tracks
        self.surfaces = surfaces
        self.markets = markets
        self.start = start
        self.end = end
        self.hasCap = hasCap
        self.commissionPerStream = commissionPerStream
        self.rates = rates
        self.prices = prices
        self.artistHash = artistHash
        self.promotedShare = promotedShare
    }

    /// Whether `cell` is among its contexts.
    package func covers(_ cell: Cell) -> Bool {
        (surfaces.isEmpty || surfaces.contains(cell.surface)) && (markets.isEmpty || markets.contains(cell.market))
    }
}

/// A row of the program that was priced.
package struct PricedRow: Hashable, Sendable {
    /// What it counts over; campaigns and cells by their places in the snapshot.
    package enum Scope: Hashable, Sendable {
        /// Every promotion.
        case all
        /// One campaign.
        case campaign(Int)
        /// Several campaigns.
        case campaigns([Int])
        /// One cell.
        case cell(Int)
    }

    /// What people call it.
    package var name: String
    /// What it counts.
    package var attribute: Attribute
    /// Over what.
    package var scope: Scope
    /// Price of one unit, in organic-score units: > 0 for a limit, < 0 for a promise, which pays.
    package var price: Double
    /// Share that every promotion takes off: the row counts amount · (1[in scope] − share).
    package var share: Double

    /// Gathers a row.
    package init(name: String, attribute: Attribute, scope: Scope, price: Double, share: Double = 0) {
        self.name = name
        self.attribute = attribute
        self.scope = scope
        self.price = price
        self.share = share
    }
}

/// One number for each attribute, in `Attribute.allCases` order.
package struct AttributeVector: Hashable, Sendable {
    private var values: SIMD8<Double>

    /// All zero.
    package init() {
        values = .zero
    }

    /// The number of one attribute.
    package subscript(attribute: Attribute) -> Double {
        get { values[attribute.position] }
        set { values[attribute.position] = newValue }
    }
}

extension Attribute {
    /// Its place in `Attribute.allCases`.
    package var position: Int {
        switch self {
        case .delivery: 0
        case .stream: 1
        case .save: 2
        case .newListener: 3
        case .commission: 4
        case .listenerLoss: 5
        }
    }
}
