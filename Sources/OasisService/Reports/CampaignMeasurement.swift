package import OasisLedger
package import OasisMarket
package import OasisMeasurement

/// One campaign measured from a ledger: what happened, and what of it promotion caused.
package struct CampaignMeasurement: Sendable {
    /// A lift and what it is of.
    package struct MeasuredLift: Sendable {
        /// Of what.
        package let measure: CampaignAudience.Measure
        /// The answer, or the reasons why there is none.
        package let lift: Lift
    }

    /// How many days are looked at unless somebody says otherwise.
    package static let usualDays = 28
    /// How many days may be looked at: ghosts are kept no longer.
    package static let daysMaximum = 34

    /// The campaign.
    package let campaign: Campaign
    /// Its licensor's name.
    package let licensorTitle: String
    /// What happened.
    package let report: CampaignReport
    /// What promotion caused, one for each measure.
    package let lifts: [MeasuredLift]

    /// Whether the campaign earns its licensor more than the commission takes; nothing while the lift is withheld.
    package var breakEven: BreakEven? {
        lifts.first { $0.measure == .contextStreams }?.lift.answer?
            .breakEven(commissionRate: campaign.commissionRate.fraction)
    }

    /// Measures a campaign's last `days` days up to `now`, or up to its end; fewer if it began later.
    ///
    /// Reads what arrived since that long before the campaign began; keep it off event loops.
    /// - Throws: `InvalidField` where the campaign had no time to be measured; `LedgerError`.
    package init(
        of campaign: Stored<Campaign>,
        in ledger: Ledger,
        days: Int = usualDays,
        confidence: Double = 0.95,
        at now: Timestamp
    ) throws {
        let document = campaign.document
        let window = try Self.window(of: document, days: days, at: now)
        var audience = CampaignAudience(window: window, campaignStart: document.start)
        let holdout = try Self.holdout(of: document, in: ledger, window)
        let logStart = try Self.logStart(of: ledger)
        try Self.fill(&audience, with: campaign, from: ledger, keptShare: holdout.keptShare)
        self.campaign = document
        licensorTitle = try ledger.licensor(document.licensor)?.document.title ?? document.licensor.text
        report = audience.report(logStart: logStart)
        lifts = CampaignAudience.Measure.allCases.map {
            MeasuredLift(measure: $0, lift: audience.lift($0, holdout, confidence: confidence))
        }
    }

    /// From when on the ledger has everything.
    private static func logStart(of ledger: Ledger) throws(LedgerError) -> Timestamp? {
        // What is left of a compacted ledger may begin later than what it knows of: nothing need have happened.
        if let compacted = try ledger.compactedUntil() { return compacted }
        return try ledger.oldestOutcome()
    }

    private static func window(
        of campaign: Campaign,
        days: Int,
        at now: Timestamp
    ) throws(InvalidField) -> Range<Timestamp> {
        guard (1...daysMaximum).contains(days) else {
            throw InvalidField("days", "must be 1 to \(daysMaximum), but is \(days)")
        }
        let end = min(now, campaign.end ?? now)
        let start = max(campaign.start, end.advanced(bySeconds: -86_400 * Double(days)))
        guard start < end else {
            throw InvalidField("campaign", "must have begun, but \(campaign.id) begins \(campaign.start)")
        }
        return start..<end
    }

    private static func holdout(
        of campaign: Campaign,
        in ledger: Ledger,
        _ window: Range<Timestamp>
    ) throws(LedgerError) -> CampaignAudience.Holdout {
        let rules = try ledger.holdoutRules(from: window.lowerBound, to: window.upperBound)
        let days = (from: window.lowerBound.day, to: window.upperBound.day.next)
        let lost = try ledger.ghostCounts(from: days.from, to: days.to).filter { $0.kind == .holdout }.map(\.lost)
        return CampaignAudience.Holdout(
            share: rules.map(\.share.fraction).max() ?? 0,
            hasChanged: rules.count > 1,
            keptShare: try ledger.ghostsKeptShare(from: days.from, to: days.to),
            lostGhosts: lost.reduce(0, +),
            isLate: campaign.start < window.lowerBound
        )
    }

    private static func fill(
        _ audience: inout CampaignAudience,
        with campaign: Stored<Campaign>,
        from ledger: Ledger,
        keptShare: Double
    ) throws(LedgerError) {
        let (start, end) = (audience.window.lowerBound, audience.window.upperBound)
        try ledger.promotedListeners(campaignNumber: campaign.number, from: start, to: end) { listener, time in
            audience.decide(listener, at: time, isHeldOut: false)
        }
        try ledger.heldOutListeners(campaignNumber: campaign.number, from: start, to: end) { listener, time in
            guard Ghost.isKept(ofListener: listener, share: keptShare) else { return }
            audience.decide(listener, at: time, isHeldOut: true)
        }
        let tracks = campaign.document.tracks.map(\.stableHash)
        // Of a time that was compacted there is nothing to read; the report says that it does not reach back so far.
        let first = max(audience.earliest, try ledger.compactedUntil() ?? audience.earliest)
        try ledger.outcomes(ofTracks: tracks, from: first, to: end) { outcome in
            audience.count(CampaignAudience.Event(outcome, campaignNumber: campaign.number))
        }
        try ledger.newListeners(of: campaign.document.artist, from: start, to: end) { listener, time in
            audience.meet(listener, at: time)
        }
    }
}

extension CampaignAudience.Event {
    fileprivate init(_ outcome: TrackOutcome, campaignNumber: Int64) {
        self.init(
            listener: outcome.listenerHash,
            kind: outcome.kind,
            at: outcome.occurredAt,
            isStream: outcome.isStream,
            isInContext: outcome.campaignNumber == campaignNumber,
            isPromoted: outcome.isPromoted
        )
    }
}
