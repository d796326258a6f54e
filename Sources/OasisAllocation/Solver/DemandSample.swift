/// How far each campaign's price must move before a part of what it gets changes hands, seen on a sample of requests.
///
/// A candidate's margin is how far its reduced value lies from where its selection turns: above the runner-up, or below
/// the last one that is taken. Campaigns differ much in how many of their candidates have a small one, and so in how far
/// their prices move when a bound does.
struct DemandSample {
    private let campaignCount: Int
    private let selected: Counts
    private let passedOver: Counts
    /// What one sampled request stands for.
    private let weight: Double
    private let priceScale: [Double]

    /// One sweep over a sample at given prices.
    ///
    /// - Parameters:
    ///   - level: The sample.
    ///   - prices: One per row.
    ///   - scales: Those of the problem.
    ///   - effort: Where the sweep is counted.
    init(_ level: MarketLevel, prices: [Double], scales: ValueScales, effort: SolverEffort) {
        effort.sweep(level)
        let market = level.market
        campaignCount = market.campaignCount
        weight = level.meanWeight
        priceScale = scales.price
        selected = Counts(attributes: market.attributeCount, campaigns: campaignCount)
        passedOver = Counts(attributes: market.attributeCount, campaigns: campaignCount)
        let margins = Margins(level, prices: prices)
        for attribute in market.attributes where attribute.usesCampaigns {
            count(attribute, market, margins)
            let total = selected.total(attribute.index)
            selected.typify(attribute.index, total: total)
            passedOver.typify(attribute.index, total: total)
        }
    }

    /// How far the folded price of a campaign must move so that it loses or gains a part of what it gets.
    ///
    /// A few candidates of a typical campaign are counted with its own, since those that a sample has of a small
    /// campaign say little.
    ///
    /// - Returns: Both in value per unit of the attribute; as far as the furthest candidate where the part is not to be
    ///   had.
    func move(attribute: Int, campaign: Int, part: Double) -> (up: Double, down: Double) {
        let typical = Tuning.typicalDemand * weight
        let wanted = part * (selected.amount(attribute, campaign) + typical)
        let scale = priceScale[attribute]
        return (
            scale * selected.distance(attribute, campaign, typical: typical, wanted: wanted),
            scale * passedOver.distance(attribute, campaign, typical: typical, wanted: wanted)
        )
    }

    private func count(_ attribute: MarketView.Attribute, _ market: MarketView, _ margins: Margins) {
        let scale = 1 / priceScale[attribute.index]
        for request in 0..<market.requestCount {
            let weight = market.requestWeight(request)
            for candidate in market.start(request)..<market.end(request) {
                let amount = attribute.amount.map { abs($0[candidate]) } ?? 1
                if amount == 0 { continue }
                let margin = margins.memory.base[candidate]
                let campaign = Int(market.campaign[candidate])
                let counts = margin > 0 ? selected : passedOver
                counts.add(weight * amount, attribute.index, campaign, margin: scale * abs(margin) / Double(amount))
            }
        }
    }
}

/// Σ w · |amount| by attribute, campaign and size of margin, and what is typical of a campaign that gets 1.
private struct Counts {
    /// Each power of two is divided in so many.
    private static let binsOfOctave = 3
    /// Between these powers of two, in units of a typical value.
    private static let exponents = -6..<4
    private static let bins = binsOfOctave * exponents.count

    private let campaignCount: Int
    private let amounts: Memory<Float>
    private let typical: Memory<Double>

    init(attributes: Int, campaigns: Int) {
        campaignCount = campaigns
        amounts = Memory(capacity: attributes * campaigns * Self.bins)
        typical = Memory(capacity: attributes * Self.bins)
    }

    func add(_ amount: Float, _ attribute: Int, _ campaign: Int, margin: Double) {
        row(attribute, campaign)[Self.bin(margin)] += amount
    }

    func amount(_ attribute: Int, _ campaign: Int) -> Double {
        let row = row(attribute, campaign)
        return (0..<Self.bins).reduce(0.0) { $0 + Double(row[$1]) }
    }

    func total(_ attribute: Int) -> Double { (0..<campaignCount).reduce(0.0) { $0 + amount(attribute, $1) } }

    /// Notes what is typical, after the last amount was added.
    func typify(_ attribute: Int, total: Double) {
        guard total > 0 else { return }
        let sums = typical.base + attribute * Self.bins
        for campaign in 0..<campaignCount {
            let row = row(attribute, campaign)
            for bin in 0..<Self.bins { sums[bin] += Double(row[bin]) / total }
        }
    }

    /// The margin below which there is as much as is wanted, or all there is.
    func distance(_ attribute: Int, _ campaign: Int, typical weight: Double, wanted: Double) -> Double {
        let row = row(attribute, campaign)
        let typical = typical.base + attribute * Self.bins
        var (sum, last) = (0.0, -1)
        for bin in 0..<Self.bins {
            let amount = Double(row[bin]) + weight * typical[bin]
            if amount > 0 { last = bin }
            sum += amount
            if sum >= wanted { break }
        }
        return last < 0 ? 0 : Self.upperEnd(last)
    }

    private func row(_ attribute: Int, _ campaign: Int) -> UnsafeMutablePointer<Float> {
        amounts.base + (attribute * campaignCount + campaign) * Self.bins
    }

    private static func bin(_ size: Double) -> Int {
        guard size >= Double(sign: .plus, exponent: exponents.lowerBound, significand: 1) else { return 0 }
        guard size < Double(sign: .plus, exponent: exponents.upperBound, significand: 1) else { return bins - 1 }
        let third = size.significand < 1.26 ? 0 : (size.significand < 1.5874 ? 1 : 2)
        return binsOfOctave * (Int(size.exponent) - exponents.lowerBound) + third
    }

    private static func upperEnd(_ bin: Int) -> Double {
        let (octave, third) = (bin + 1).quotientAndRemainder(dividingBy: binsOfOctave)
        return [1, 1.26, 1.5874][third] * Double(sign: .plus, exponent: octave + exponents.lowerBound, significand: 1)
    }
}

/// How far each candidate's reduced value lies from where its selection turns: above 0 for those that are selected.
private struct Margins {
    /// More ranks than these are sorted.
    private static let ranksInserted = 17

    let memory: Memory<Double>

    init(_ level: MarketLevel, prices: [Double]) {
        let market = level.market
        let tables = PriceTables(level.evaluator.folding, prices: prices)
        let margins = Memory<Double>(uninitialized: market.candidateCount)
        let scratch = (0..<level.chunks.threads).map { _ in Memory<Double>(capacity: market.longestRequest) }
        let attributes = level.evaluator.attributes
        tables.campaign.withUnsafeBufferPointer { campaign in
            tables.cell.withUnsafeBufferPointer { cell in
                let nowhere = UnsafePointer(Memory<Double>.nowhere)
                let (campaign, cell) = (campaign.baseAddress ?? nowhere, cell.baseAddress ?? nowhere)
                level.chunks.run { worker, chunk in
                    for request in level.chunks.range(chunk) {
                        let start = market.start(request)
                        let reduced = margins.base + start
                        market.reduce(request, attributes, campaignPrice: campaign, cellPrice: cell, into: reduced)
                        Self.turn(
                            UnsafeMutableBufferPointer(start: reduced, count: market.end(request) - start),
                            slots: Int(market.slots[request]),
                            ranked: scratch[worker].base
                        )
                    }
                }
            }
        }
        memory = margins
    }

    /// Turns reduced values of one request into margins.
    private static func turn(
        _ reduced: UnsafeMutableBufferPointer<Double>,
        slots: Int,
        ranked: UnsafeMutablePointer<Double>
    ) {
        let count = reduced.count
        let ranks = min(slots + 1, count)
        if ranks > Self.ranksInserted {
            ranked.update(from: reduced.baseAddress ?? ranked, count: count)
            var sorted = UnsafeMutableBufferPointer(start: ranked, count: count)
            sorted.sort(by: >)
        } else {
            rank(reduced, ranks, into: ranked)
        }
        let last = slots > 0 && slots <= count ? max(0, ranked[slots - 1]) : 0
        let next = slots < count ? max(0, ranked[slots]) : 0
        for index in 0..<count {
            let value = reduced[index]
            let isSelected = value > 0 && slots > 0 && value >= last
            reduced[index] = isSelected ? max(value - next, .leastNormalMagnitude) : min(0, value - last)
        }
    }
    /// The largest values in falling order.
    private static func rank(
        _ values: UnsafeMutableBufferPointer<Double>,
        _ ranks: Int,
        into ranked: UnsafeMutablePointer<Double>
    ) {
        var found = 0
        for value in values {
            var place = found
            if found == ranks {
                if ranks == 0 || value <= ranked[ranks - 1] { continue }
                place = ranks - 1
            } else {
                found += 1
            }
            while place > 0 && ranked[place - 1] < value {
                ranked[place] = ranked[place - 1]
                place -= 1
            }
            ranked[place] = value
        }
    }
}
