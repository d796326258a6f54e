/// A market over sampled requests, as the solver reads it: columns by request, columns by candidate, and rows.
///
/// Maximise Σ wᵢ Σ v(e)·x(e) − Σ penalties, with 0 ≤ x ≤ 1, Σ x ≤ slots in each request, and the rows. A value of this
/// type has passed every check, so nothing downstream checks again.
public struct AllocationProblem: Sendable {
    /// An amount that promoting a candidate causes.
    public struct AttributeColumn: Sendable {
        /// Name, such as `delivery` or `listenerLoss`.
        public var name: String
        /// Amount of each candidate, finite; nil means 1 for every candidate.
        public var amount: Column<Float>?

        /// An attribute; a nil `amount` is 1 throughout.
        public init(_ name: String, _ amount: Column<Float>? = nil) {
            self.name = name
            self.amount = amount
        }
    }

    /// More campaigns, cells or attributes than this are refused, so that a stray id cannot ask for all the memory there is.
    public static let maximumTableSize = 1 << 24
    /// More candidates than this are refused: their numbers are kept in 32 bits.
    public static let maximumCandidateCount = Int(UInt32.max)

    /// Where each request's candidates begin: n + 1 entries, rising from 0 to the number of candidates.
    public let offsets: Column<Int64>
    /// Promotable slots of each request, ≥ 0.
    public let slots: Column<Int32>
    /// How many real requests each stands for, ≥ 0; nil means 1.
    public let weight: Column<Float>?
    /// Cell of each request, 0 ..< `cellCount`; nil means 0.
    public let cell: Column<Int32>?
    /// Arrival of each request in seconds, not falling; nil when order does not matter.
    public let time: Column<Double>?
    /// Campaign of each candidate, 0 ..< `campaignCount`.
    public let campaign: Column<Int32>
    /// Value of each candidate in organic-score units, finite.
    public let value: Column<Float>
    /// What rows count.
    public let attributes: [AttributeColumn]
    /// Number of campaigns, whether or not they have candidates.
    public let campaignCount: Int
    /// Number of cells, ≥ 1.
    public let cellCount: Int
    /// Groups of campaigns that rows may name.
    public let sets: CampaignSets
    /// The coupling constraints; prices come back in this order.
    public let rows: [AllocationRow]

    /// Number of requests.
    public var requestCount: Int { slots.count }
    /// Number of candidates.
    public var candidateCount: Int { value.count }

    /// Checks every rule and refuses the problem at the first one broken.
    ///
    /// - Throws: `InvalidProblem` naming column, element and rule.
    public init(
        offsets: Column<Int64>,
        slots: Column<Int32>,
        weight: Column<Float>? = nil,
        cell: Column<Int32>? = nil,
        time: Column<Double>? = nil,
        campaign: Column<Int32>,
        value: Column<Float>,
        attributes: [AttributeColumn] = [AttributeColumn("delivery")],
        campaignCount: Int,
        cellCount: Int = 1,
        sets: CampaignSets = CampaignSets(),
        rows: [AllocationRow]
    ) throws(InvalidProblem) {
        self.offsets = offsets
        self.slots = slots
        self.weight = weight
        self.cell = cell
        self.time = time
        self.campaign = campaign
        self.value = value
        self.attributes = attributes
        self.campaignCount = campaignCount
        self.cellCount = cellCount
        self.sets = sets
        self.rows = rows
        try checkSizes()
        try checkRequests()
        try checkCandidates()
        try checkSets()
        try checkRows(rows)
    }

    /// The same requests and candidates under other rows, without reading the columns again.
    ///
    /// - Throws: `InvalidProblem` when a row breaks a rule.
    public func with(rows: [AllocationRow]) throws(InvalidProblem) -> AllocationProblem {
        try checkRows(rows)
        return AllocationProblem(checked: self, rows: rows)
    }

    private init(checked problem: AllocationProblem, rows: [AllocationRow]) {
        offsets = problem.offsets
        slots = problem.slots
        weight = problem.weight
        cell = problem.cell
        time = problem.time
        campaign = problem.campaign
        value = problem.value
        attributes = problem.attributes
        campaignCount = problem.campaignCount
        cellCount = problem.cellCount
        sets = problem.sets
        self.rows = rows
    }

    /// Some requests or candidates of a problem under its rows; all of them passed the checks there.
    init(
        partOf problem: AllocationProblem,
        offsets: Column<Int64>,
        slots: Column<Int32>,
        weight: Column<Float>?,
        cell: Column<Int32>?,
        campaign: Column<Int32>,
        value: Column<Float>,
        attributes: [AttributeColumn]
    ) {
        self.offsets = offsets
        self.slots = slots
        self.weight = weight
        self.cell = cell
        time = nil
        self.campaign = campaign
        self.value = value
        self.attributes = attributes
        campaignCount = problem.campaignCount
        cellCount = problem.cellCount
        sets = problem.sets
        rows = problem.rows
    }
}
