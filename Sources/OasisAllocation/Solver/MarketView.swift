/// A problem as raw pointers, for loops over candidates.
///
/// Pointers are valid while `problem` (or a copy) lives, and the view holds one. Only attributes that rows mention are
/// listed; those without an amount column come first, so that the first one can be fused with reading the value.
struct MarketView {
    struct Attribute {
        /// Index into the problem's attributes and the folded tables.
        let index: Int
        /// Amounts by candidate; nil is 1 throughout.
        let amount: UnsafePointer<Float>?
        /// Whether its campaign table can be non-zero.
        let usesCampaigns: Bool
    }

    let problem: AllocationProblem
    let offsets: UnsafePointer<Int64>
    let slots: UnsafePointer<Int32>
    let weight: UnsafePointer<Float>?
    let cell: UnsafePointer<Int32>?
    let campaign: UnsafePointer<Int32>
    let value: UnsafePointer<Float>
    let attributes: [Attribute]
    let requestCount: Int
    let candidateCount: Int
    let campaignCount: Int
    let cellCount: Int
    let longestRequest: Int
    let attributeCount: Int

    init(_ problem: AllocationProblem, folding: RowFolding) {
        self.problem = problem
        offsets = problem.offsets.base
        slots = problem.slots.base
        weight = problem.weight?.base
        cell = problem.cell?.base
        campaign = problem.campaign.base
        value = problem.value.base
        requestCount = problem.requestCount
        candidateCount = problem.candidateCount
        campaignCount = problem.campaignCount
        cellCount = problem.cellCount
        attributeCount = problem.attributes.count
        let priced = problem.attributes.indices.filter { folding.isPriced[$0] }
        attributes =
            (priced.filter { problem.attributes[$0].amount == nil }
            + priced.filter { problem.attributes[$0].amount != nil })
            .map { index in
                Attribute(
                    index: index,
                    amount: problem.attributes[index].amount?.base,
                    usesCampaigns: folding.usesCampaigns[index]
                )
            }
        var longest = 0
        for request in 0..<problem.requestCount {
            longest = max(longest, Int(problem.offsets[request + 1] - problem.offsets[request]))
        }
        longestRequest = longest
    }

    @inline(__always) func start(_ request: Int) -> Int { Int(offsets[request]) }
    @inline(__always) func end(_ request: Int) -> Int { Int(offsets[request &+ 1]) }
    @inline(__always) func cellIndex(_ request: Int) -> Int { cell.map { Int($0[request]) } ?? 0 }
    @inline(__always) func requestWeight(_ request: Int) -> Float { weight.map { $0[request] } ?? 1 }

    /// Reduced values of one request's candidates at folded prices.
    @inline(__always)
    func reduce<Number: BinaryFloatingPoint>(
        _ request: Int,
        _ attributes: UnsafeBufferPointer<Attribute>,
        campaignPrice: UnsafePointer<Number>,
        cellPrice: UnsafePointer<Number>,
        into reduced: UnsafeMutablePointer<Number>
    ) {
        let start = start(request)
        let count = end(request) &- start
        let cell = cellIndex(request)
        let value = value + start
        let campaign = campaign + start
        var first = 0
        if let attribute = attributes.first, attribute.amount == nil, attribute.usesCampaigns {
            let prices = campaignPrice + attribute.index &* campaignCount
            let everywhere = cellPrice[attribute.index &* cellCount &+ cell]
            for place in 0..<count {
                reduced[place] = Number(value[place]) - (prices[Int(campaign[place])] + everywhere)
            }
            first = 1
        } else {
            for place in 0..<count { reduced[place] = Number(value[place]) }
        }
        var next = first
        while next < attributes.count {
            let attribute = attributes[next]
            next &+= 1
            let prices = campaignPrice + attribute.index &* campaignCount
            let everywhere = cellPrice[attribute.index &* cellCount &+ cell]
            if let amount = attribute.amount {
                let amount = amount + start
                if attribute.usesCampaigns {
                    for place in 0..<count {
                        reduced[place] -= Number(amount[place]) * (prices[Int(campaign[place])] + everywhere)
                    }
                } else if everywhere != 0 {
                    for place in 0..<count { reduced[place] -= Number(amount[place]) * everywhere }
                }
            } else if attribute.usesCampaigns {
                for place in 0..<count { reduced[place] -= prices[Int(campaign[place])] + everywhere }
            } else if everywhere != 0 {
                for place in 0..<count { reduced[place] -= everywhere }
            }
        }
    }
}
