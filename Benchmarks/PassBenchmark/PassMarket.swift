internal import OasisAllocation
internal import OasisProblemFiles

/// A market drawn from a seed, with prices at which it about clears, as a problem directory that C reads too.
struct PassMarket {
    static let meanValue = 0.03
    static let candidatesPerRequest = 20
    static let cellCount = 100

    /// Draws a market and writes it: the problem, and folded prices beside it.
    static func write(to path: String, requests: Int, campaigns: Int, seed: UInt64) throws {
        var random = SplitMix(state: seed)
        let count = requests * candidatesPerRequest
        var campaign: [Int32] = []
        var value: [Float] = []
        var loss: [Float] = []
        campaign.reserveCapacity(count)
        value.reserveCapacity(count)
        loss.reserveCapacity(count)
        for _ in 0..<count {
            // Cubing the draw makes a tenth of the campaigns take nearly half of the candidates.
            let draw = random.uniform()
            campaign.append(Int32(min(campaigns - 1, Int(draw * draw * draw * Double(campaigns)))))
            // Two draws multiplied: many small values, few large ones, with mean `meanValue`.
            value.append(Float(4 * meanValue * random.uniform() * random.uniform()))
            loss.append(Float(meanValue * random.uniform()))
        }
        let problem = try AllocationProblem(
            offsets: Column((0...requests).map { Int64($0 * candidatesPerRequest) }),
            slots: Column([Int32](repeating: 1, count: requests)),
            cell: Column((0..<requests).map { _ in Int32(random.uniform() * Double(cellCount)) }),
            campaign: Column(campaign),
            value: Column(value),
            attributes: [.init("delivery"), .init("listenerLoss", Column(loss))],
            campaignCount: campaigns,
            cellCount: cellCount,
            rows: rows(.all, campaigns: campaigns)
        )
        try ProblemDirectory.write(problem, to: path)
        // Between 10 and 30 % of a campaign's candidates are worth more than this.
        let campaignPrice = (0..<campaigns).map { _ in meanValue * (1 + random.uniform()) }
        let cellPrice = (0..<cellCount).map { _ in 0.4 * random.uniform() }
        try NumPyFile.write(Column(campaignPrice), to: path + "/campaign_price.npy", name: "campaign_price.npy")
        try NumPyFile.write(Column(cellPrice), to: path + "/cell_price.npy", name: "cell_price.npy")
    }

    /// Which rows a pass prices.
    enum Families: String, CaseIterable {
        /// A cap on each campaign's deliveries.
        case caps
        /// Caps, and a budget of listener loss in each cell.
        case all
    }

    let problem: AllocationProblem
    let families: Families
    private let campaignPrice: Column<Double>
    private let cellPrice: Column<Double>

    /// Reads a market that `write` wrote, with `slots` for every request.
    init(reading path: String, families: Families, slots: Int) throws {
        let whole = try ProblemDirectory.read(path)
        self.families = families
        problem = try AllocationProblem(
            offsets: whole.offsets,
            slots: Column([Int32](repeating: Int32(slots), count: whole.requestCount)),
            cell: families == .caps ? nil : whole.cell,
            campaign: whole.campaign,
            value: whole.value,
            attributes: families == .caps ? [whole.attributes[0]] : whole.attributes,
            campaignCount: whole.campaignCount,
            cellCount: families == .caps ? 1 : whole.cellCount,
            rows: Self.rows(families, campaigns: whole.campaignCount)
        )
        campaignPrice = try NumPyFile.read(path + "/campaign_price.npy", name: "campaign_price.npy")
        cellPrice = try NumPyFile.read(path + "/cell_price.npy", name: "cell_price.npy")
    }

    /// Folded prices, multiplied by `factor`: by attribute and campaign, and by attribute and cell.
    func prices(factor: Double) -> (campaign: [Double], cell: [Double]) {
        let campaign = campaignPrice.unsafeElements.map { $0 * factor }
        if families == .caps { return (campaign, [0]) }
        let zeros = [Double](repeating: 0, count: campaign.count)
        return (campaign + zeros, zeros.prefix(Self.cellCount) + cellPrice.unsafeElements.map { $0 * factor })
    }

    private static func rows(_ families: Families, campaigns: Int) -> [AllocationRow] {
        let caps = (0..<campaigns)
            .map { AllocationRow(attribute: 0, scope: .campaign($0), sense: .atMost, bound: 1000) }
        if families == .caps { return caps }
        return caps
            + (0..<cellCount).map { AllocationRow(attribute: 1, scope: .cell($0), sense: .atMost, bound: 1000) }
    }
}

/// A small generator with the same draws everywhere.
struct SplitMix {
    var state: UInt64

    /// Uniform in 0 ..< 1.
    mutating func uniform() -> Double {
        state &+= 0x9e37_79b9_7f4a_7c15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xbf58_476d_1ce4_e5b9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
        return Double((mixed ^ (mixed >> 31)) >> 11) / Double(1 << 53)
    }
}
