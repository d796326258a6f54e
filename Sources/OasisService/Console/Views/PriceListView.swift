import OasisMarket
import OasisPlanning

/// What attributes are counted in, in words.
struct AttributeWords {
    var one: String
    var many: String

    init(_ attribute: Attribute, currency: String) {
        switch attribute {
        case .delivery: (one, many) = ("play", "plays")
        case .stream: (one, many) = ("stream", "streams")
        case .save: (one, many) = ("save", "saves")
        case .newListener: (one, many) = ("new listener", "new listeners")
        case .commission: (one, many) = currency.isEmpty ? ("unit of money", "units of money") : (currency, currency)
        case .listenerLoss: (one, many) = ("score of loss", "score of loss")
        }
    }
}

/// One row of the plan with its price.
struct PriceRowView {
    var key: String
    var rowName: String
    var rowLink: String?
    var rowKind: String
    var left: String
    var unit: String
    var rowPrice: String
    var priceUnit: String
    var stake: String
    var stakeBar: String
    var buys: String

    /// `titles` are what people call the campaigns; on a campaign's own page, where the row's kind says it all, nothing.
    init(_ row: RowStatus, largestStake: Double, titles: [CampaignID: String]?, currency: String) {
        let words = AttributeWords(row.attribute, currency: currency)
        let kind = String(row.name.prefix { $0 != " " })
        key = row.name
        if row.campaign != nil, titles == nil {
            rowName = kind.prefix(1).uppercased() + kind.dropFirst()
            rowKind = ""
        } else if let campaign = row.campaign {
            rowName = titles?[campaign] ?? campaign.text
            rowLink = "/campaigns/" + CampaignSelection.percentEncoded(campaign.text)
            rowKind = kind
        } else {
            rowName = row.name
            rowKind = row.sense == .atMost ? "at most" : "at least"
        }
        left = ConsoleNumber.amount(row.bound)
        unit = words.many
        rowPrice = ConsoleNumber.price(row.price)
        priceUnit = "score a " + words.one
        let stakeValue = Self.stake(row)
        stake = ConsoleNumber.decimal(stakeValue, decimals: 1)
        stakeBar = MeasureBar(filled: largestStake > 0 ? stakeValue / largestStake : 0)
            .markup(title: "\(rowName): \(ConsoleNumber.amount(stakeValue)) score at stake")
        buys = Self.sentence(row, words: words)
    }

    /// Price × bound: what the whole row holds back, in organic-score units.
    static func stake(_ row: RowStatus) -> Double {
        let stake = row.price * row.bound.magnitude
        return stake.isFinite ? stake : 0
    }

    private static func sentence(_ row: RowStatus, words: AttributeWords) -> String {
        if row.price == 0 { return "Does not bind: more of it would buy nothing." }
        let gain = ConsoleNumber.price(row.price) + " score"
        switch (row.sense, row.attribute) {
        case (.atMost, .listenerLoss): return "One more score of loss buys \(gain)."
        case (.atMost, _): return "One \(words.one) more buys \(gain)."
        case (.atLeast, _): return "One \(words.one) less promised frees \(gain)."
        }
    }
}

/// The rows that bind, by what is at stake.
struct PriceListView {
    static let limit = 12

    var priceRows: [PriceRowView]
    var priceRemark: String
    var worths: [FactView]

    init(_ look: ConsoleStatus) {
        let rows = look.engine.plan?.rows ?? []
        let binding = rows.filter { $0.price > 0 }
            .sorted {
                let (left, right) = (PriceRowView.stake($0), PriceRowView.stake($1))
                return (left, $0.price) == (right, $1.price) ? $0.name < $1.name : (left, $0.price) > (right, $1.price)
            }
        let titles = Dictionary(
            look.engine.campaigns.map { ($0.campaign.id, $0.campaign.title) },
            uniquingKeysWith: { first, _ in first }
        )
        let largest = binding.first.map(PriceRowView.stake) ?? 0
        priceRows = binding.prefix(Self.limit)
            .map {
                PriceRowView($0, largestStake: largest, titles: titles, currency: look.currency)
            }
        priceRemark = Self.remark(binding: binding.count, shown: priceRows.count, all: rows.count)
        worths = Attribute.allCases.compactMap { attribute in
            guard let worth = look.policy?.objectives[attribute], worth > 0 else { return nil }
            let words = AttributeWords(attribute, currency: look.currency)
            return FactView(term: "a " + words.one, value: ConsoleNumber.price(worth) + " score")
        }
    }

    private static func remark(binding: Int, shown: Int, all: Int) -> String {
        var text = ""
        if binding > shown {
            text = "\(ConsoleNumber.count(binding - shown)) more rows bind with less at stake. "
        }
        let free = all - binding
        if free > 0 {
            text +=
                free == 1
                ? "1 row of the plan has no price: it does not bind."
                : "\(ConsoleNumber.count(free)) rows of the plan have no price: they do not bind."
        }
        return text
    }
}
