import OasisMarket

/// What is the same for every candidate of one request.
struct RequestTerms {
    let slate: OrganicSlate
    /// The next score above that of the track displaced.
    let liftTarget: Float
    /// Least organic score that a promotion must have.
    let quantile: Float
    let largestBoost: Float
    let milliseconds: Int64
    let surfaces: MappedContextSets.Membership
    let markets: MappedContextSets.Membership
    let worths: PriceColumn
    let cellPrices: PriceColumn
    /// Response rates of every campaign for this listener here; nothing where the campaigns' own hold.
    let rates: UnsafePointer<SurfaceRateRecord>?

    init(
        _ scorer: Scorer,
        _ head: RequestHead,
        _ columns: RequestColumns,
        slots: Int,
        experiment: ExperimentTerms = .none,
        at now: Timestamp
    ) {
        let scores = UnsafeBufferPointer(start: columns.organicScores, count: columns.count)
        let snapshot = scorer.pricedBy
        let share = scorer.guardrails.minimumOrganicPercentile
        (slate, quantile) = ScoreRanks.with(scores) { ranks in
            (OrganicSlate(ranks, size: head.slateSize, slots: slots), ranks.quantile(share))
        }
        liftTarget = slate.displaced.nextUp
        largestBoost = scorer.largestBoost(under: experiment)
        milliseconds = now.milliseconds
        surfaces = snapshot.surfaceSets.membership(of: head.cell.surface.text)
        markets = snapshot.marketSets.membership(of: head.cell.market.text)
        worths = PriceColumn(experiment.worths(snapshot.worths))
        cellPrices = PriceColumn(snapshot.prices(in: head.cell))
        rates = snapshot.surfaceRates?
            .records(on: head.cell.surface, for: head.listener, servesCanary: scorer.servesCanary)
    }

    // Ones and zeros instead of conditions, all of them looked at: a branch that nobody can predict holds up the many
    // reads of memory behind it, and a condition that is skipped is one.

    /// 1 when promotion could change anything, and may: not what is played anyway, nor what lies too far below.
    @inline(__always)
    func eligible(_ organic: Float) -> Int {
        Self.bit(organic < slate.floor) & Self.bit(organic >= quantile) & Self.bit(liftTarget - organic <= largestBoost)
    }

    /// 1 when a campaign runs now, on this surface and in this market.
    @inline(__always)
    func serving(_ campaign: UnsafePointer<CampaignRecord>) -> Int {
        let (start, end) = (campaign.pointee.start, campaign.pointee.end)
        return Self.bit(start <= milliseconds) & (Self.bit(milliseconds < end) | Self.bit(end == .max))
            & Self.bit(surfaces.isMember(of: campaign.pointee.surfaceSet))
            & Self.bit(markets.isMember(of: campaign.pointee.marketSet))
    }

    @inline(__always)
    private static func bit(_ holds: Bool) -> Int { holds ? 1 : 0 }

    /// What the caller adds for an offer: what it is worth, cut to the largest, and at least what lifts it into the slate.
    @inline(__always)
    func boost(of offer: Offer) -> Float {
        max(min(Float(offer.boost), largestBoost), offer.neededBoost)
    }

    /// The boost that lifts a candidate above what it displaces, and hardly further, also when the caller adds in floats.
    ///
    /// The caller sorts in floats, where adding may round the boost away: the sum itself has to come out above.
    @inline(__always)
    func boost(lifting organic: Float) -> Float {
        // From the next score up, not from the displaced one: steps of the boost may be far finer than the score's.
        var boost = liftTarget - organic
        while organic + boost <= slate.displaced { boost = boost.nextUp }
        return boost
    }
}

/// One number for each attribute, as plain numbers.
struct PriceColumn {
    var delivery: Double
    var stream: Double
    var save: Double
    var newListener: Double
    var commission: Double
    var listenerLoss: Double

    init(_ vector: AttributeVector) {
        delivery = vector[.delivery]
        stream = vector[.stream]
        save = vector[.save]
        newListener = vector[.newListener]
        commission = vector[.commission]
        listenerLoss = vector[.listenerLoss]
    }
}
