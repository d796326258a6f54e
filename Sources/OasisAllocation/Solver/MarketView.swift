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

    /// The pointers alone: nothing in it counts references, so loops may hold it and copy it.
    struct Columns {
        let offsets: UnsafePointer<Int64>
        let slots: UnsafePointer<Int32>
        let weight: UnsafePointer<Float>?
        let cell: UnsafePointer<Int32>?
        let campaign: UnsafePointer<Int32>
        let value: UnsafePointer<Float>
        let candidateCount: Int
        let campaignCount: Int
        let cellCount: Int
    }

    let problem: AllocationProblem
    let columns: Columns
    let attributes: [Attribute]
    let requestCount: Int
    let longestRequest: Int
    let attributeCount: Int

    init(_ problem: AllocationProblem, folding: RowFolding) {
        self.problem = problem
        columns = Columns(
            offsets: problem.offsets.base,
            slots: problem.slots.base,
            weight: problem.weight?.base,
            cell: problem.cell?.base,
            campaign: problem.campaign.base,
            value: problem.value.base,
            candidateCount: problem.candidateCount,
            campaignCount: problem.campaignCount,
            cellCount: problem.cellCount
        )
        requestCount = problem.requestCount
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
            longest = max(longest, columns.end(request) &- columns.start(request))
        }
        longestRequest = longest
    }

    var slots: UnsafePointer<Int32> { columns.slots }
    var campaign: UnsafePointer<Int32> { columns.campaign }
    var value: UnsafePointer<Float> { columns.value }
    var candidateCount: Int { columns.candidateCount }
    var campaignCount: Int { columns.campaignCount }
    var cellCount: Int { columns.cellCount }

    @inline(__always) func start(_ request: Int) -> Int { columns.start(request) }
    @inline(__always) func end(_ request: Int) -> Int { columns.end(request) }
    @inline(__always) func cellIndex(_ request: Int) -> Int { columns.cellIndex(request) }
    @inline(__always) func requestWeight(_ request: Int) -> Float { columns.requestWeight(request) }

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
        columns.reduce(
            start: start,
            count: end(request) &- start,
            cell: cellIndex(request),
            attributes,
            campaignPrice: campaignPrice,
            cellPrice: cellPrice,
            into: reduced
        )
    }
}

extension MarketView.Columns {
    @inline(__always) func start(_ request: Int) -> Int { Int(offsets[request]) }
    @inline(__always) func end(_ request: Int) -> Int { Int(offsets[request &+ 1]) }
    @inline(__always) func cellIndex(_ request: Int) -> Int { cell.map { Int($0[request]) } ?? 0 }
    @inline(__always) func requestWeight(_ request: Int) -> Float { weight.map { $0[request] } ?? 1 }

    /// Reduced values of `count` candidates of one request, one by one.
    @inline(__always)
    func reduce<Number: BinaryFloatingPoint>(
        start: Int,
        count: Int,
        cell: Int,
        _ attributes: UnsafeBufferPointer<MarketView.Attribute>,
        campaignPrice: UnsafePointer<Number>,
        cellPrice: UnsafePointer<Number>,
        into reduced: UnsafeMutablePointer<Number>
    ) {
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
