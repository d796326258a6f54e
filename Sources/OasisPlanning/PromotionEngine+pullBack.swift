package import OasisLedger
package import OasisMarket
import Synchronization

/// Campaigns that listeners receive worse than what they displace are promoted in fewer requests, until they recover.
extension PromotionEngine {
    /// Who takes steps that evidence asks for.
    package static let pullBackActor = "planner"

    /// Where every running campaign is, with its evidence and its log, in the order of ids; none without a rule in the policy,
    /// but for campaigns that were touched before.
    package func pullBacks(at now: Timestamp) throws -> [PullBackStatus] {
        let rule = try ledger.currentPolicy()?.document.pullBack
        let standings = try standings()
        let tallies = try recentTallies(at: now)
        var statuses: [PullBackStatus] = []
        for stored in try ledger.allCampaigns() {
            let (id, known) = (stored.document.id, standings[stored.document.id])
            guard known != nil || (rule != nil && stored.document.isRunning(at: now)) else { continue }
            let standing = known?.document ?? .untouched(stored.document)
            let level = rule == nil ? standing.override ?? .full : standing.inForce
            let rule = rule ?? PullBackRule()
            let test = ReceptionTest(rule, campaignNumber: stored.number, standing, on: now.day)
            statuses.append(
                PullBackStatus(
                    campaign: id,
                    level: level,
                    promotedShare: level.share(rule),
                    override: standing.override,
                    evidence: test.evidence(tallies, recovers: standing.level != .full),
                    log: known == nil ? [] : try ledger.pullBackHistory(of: id).reversed()
                )
            )
        }
        return statuses
    }

    /// Puts a campaign where an operator wants it, or leaves it to the evidence again from here on; acts with the next plan.
    ///
    /// Without a level it is left to the evidence; the reason is one sentence, and kept in the log. Nothing comes back for a
    /// campaign that is not there.
    /// - Throws: `LedgerError`, `invalid` for a reason that is empty or too long.
    @discardableResult
    package func overridePullBack(
        of id: CampaignID,
        with level: PullBack.Level?,
        reason: String,
        actor: String,
        at now: Timestamp
    ) throws(LedgerError) -> Stored<PullBack>? {
        guard let campaign = try ledger.campaign(id) else { return nil }
        let known = try ledger.pullBack(of: id)
        let before = known?.document ?? .untouched(campaign.document)
        let step = before.step(
            to: before.level,
            override: level,
            reason: reason,
            countedBefore: Self.counted(of: campaign.number, try ledger.tallies(from: now.day, to: now.day.next)),
            evidence: nil,
            at: now
        )
        return try ledger.putPullBack(step, expectedRevision: known?.revision ?? 0, actor: actor, at: now)
    }

    /// Takes the steps that evidence asks for; each is a revision of its campaign's document.
    func stepPullBacks(at now: Timestamp) throws {
        guard let rule = try ledger.currentPolicy()?.document.pullBack else { return }
        let standings = try standings()
        let tallies = try recentTallies(at: now)
        let heard = Set(tallies.lazy.filter(\.isPromoted).map(\.campaignNumber))
        for campaign in try ledger.allCampaigns() where heard.contains(campaign.number) {
            let known = standings[campaign.document.id]
            let standing = known?.document ?? .untouched(campaign.document)
            guard standing.override == nil, campaign.document.isRunning(at: now) else { continue }
            let test = ReceptionTest(rule, campaignNumber: campaign.number, standing, on: now.day)
            guard let step = test.step(from: standing, tallies, at: now) else { continue }
            try ledger.putPullBack(step, expectedRevision: known?.revision ?? 0, actor: Self.pullBackActor, at: now)
        }
    }

    /// By campaign number, the share of requests of those that are not promoted in all.
    func promotedShares(_ policy: Policy) throws -> [Int64: Double] {
        var shares: [Int64: Double] = [:]
        for stored in try ledger.pullBacks() {
            let standing = stored.document
            let level = policy.pullBack == nil ? standing.override ?? .full : standing.inForce
            guard level != .full, let campaign = try ledger.campaign(standing.campaign) else { continue }
            shares[campaign.number] = level.share(policy.pullBack ?? PullBackRule())
        }
        return shares
    }

    private func standings() throws(LedgerError) -> [CampaignID: Stored<PullBack>] {
        Dictionary(try ledger.pullBacks().map { ($0.document.campaign, $0) }, uniquingKeysWith: { first, _ in first })
    }

    fileprivate static func counted(of campaignNumber: Int64, _ today: [TallyRow]) -> [Reception] {
        today.filter { $0.isPromoted && $0.campaignNumber == campaignNumber }
            .map { row in
                var reception = Reception(cell: row.cell, shown: 0, ended: 0, streams: 0)
                reception += row.counts
                return reception
            }
            .sorted { $0.cell < $1.cell }
    }
}

extension PullBack {
    /// Where a campaign is that was never touched: promoted in full, and looked at since it began.
    fileprivate static func untouched(_ campaign: Campaign) -> PullBack {
        PullBack(campaign: campaign.id, level: .full, reason: "never pulled back", since: campaign.start)
    }

    /// The next revision; what is counted from now on is new evidence.
    fileprivate func step(
        to level: Level,
        override: Level?,
        reason: String,
        windowsBefore: Int? = nil,
        countedBefore: [Reception],
        evidence: ReceptionEvidence?,
        at now: Timestamp
    ) -> PullBack {
        PullBack(
            campaign: campaign,
            level: level,
            override: override,
            reason: reason,
            since: now,
            windowsBefore: windowsBefore ?? self.windowsBefore + 1,
            countedBefore: countedBefore,
            evidence: evidence
        )
    }
}

extension ReceptionTest {
    /// The step that evidence asks for, when it does.
    fileprivate func step(from standing: PullBack, _ tallies: [TallyRow], at now: Timestamp) -> PullBack? {
        let (lower, higher) = (standing.level.lower, standing.level.higher)
        let change: (level: PullBack.Level, evidence: ReceptionEvidence, word: String)?
        if let found = evidence(tallies, recovers: false), finding(found) == .worse, lower != standing.level {
            change = (lower, found, "worse")
        } else if higher != standing.level, let found = evidence(tallies, recovers: true),
            finding(found) == .tolerated
        {
            change = (higher, found, "not worse")
        } else {
            change = nil
        }
        guard let change else { return nil }
        let found = change.evidence
        return standing.step(
            to: change.level,
            override: nil,
            reason: "received \(change.word) than tolerated: \(percent(found.promotedRate)) of \(found.plays) promoted "
                + "plays were streamed, and \(percent(found.organicRate)) of the organic ones there",
            windowsBefore: windowsBefore + 1,
            countedBefore: PromotionEngine.counted(of: campaignNumber, tallies.filter { $0.day == now.day }),
            evidence: found,
            at: now
        )
    }

    private func percent(_ rate: Double) -> String { "\((rate * 1_000).rounded() / 10) %" }
}
