import OasisMarket
import OasisPlanning

extension AssessedCampaign {
    /// One sentence in plain words: why the campaign is promoted as it is right now.
    func sentence(at now: Timestamp, policy: Policy?) -> String {
        let campaign = status.campaign
        switch standing {
        case .paused: return "Paused by a person: not promoted until it is set to active again."
        case .outsideWindow: return outsideWindowSentence(at: now)
        case .stopped: return stoppedSentence(policy)
        case .capReached:
            let cap = ConsoleNumber.count(campaign.dailyCap ?? 0)
            if status.reserved == 0 { return "Its cap of \(cap) plays is used up: promoted again from 00:00 UTC." }
            return "Its cap of \(cap) plays is used up but for \(ConsoleNumber.count(status.reserved)) reserved plays; "
                + "those that are not played come back."
        case .atRisk: return atRiskSentence(policy)
        case .behind, .onPlan, .ahead: return "\(lead): \(priceClause)."
        case .running:
            if progress.plannedByNow == nil { return "Waits for its first plan: nothing sets its price yet." }
            return "The plan expects no plays by now: \(priceClause)."
        }
    }

    private var lead: String {
        switch standing {
        case .behind: "Behind plan by \(ConsoleNumber.count(Int(nearest: progress.shortfall))) plays"
        case .ahead: "Ahead of plan by \(ConsoleNumber.count(Int(nearest: -progress.shortfall))) plays"
        default: "On plan"
        }
    }

    /// What the prices do to it; half a sentence.
    private var priceClause: String {
        if status.guaranteePrice > 0 {
            let price = ConsoleNumber.price(status.guaranteePrice)
            return "its guarantee lifts it by \(price) a play, so listeners who like it a little less hear it too"
        }
        if status.capPrice > 0 {
            return
                "its cap has a price of \(ConsoleNumber.price(status.capPrice)), so only listeners who like it most hear it"
        }
        if standing == .behind {
            return "no limit holds it back; too few requests came where it beats what it would displace"
        }
        return "no limit binds, so it plays wherever its own worth beats what it displaces"
    }

    private func atRiskSentence(_ policy: Policy?) -> String {
        let guarantee = status.campaign.dailyGuarantee ?? 0
        let missing = ConsoleNumber.count(guarantee - status.confirmed)
        if CampaignStanding.isGuaranteePriceAtPenalty(status, policy: policy) {
            return
                "Guarantee at risk: its price is at the penalty of \(ConsoleNumber.price(status.guaranteePrice)), so it "
                + "gets every play worth that much; \(missing) plays are missing."
        }
        let end = ConsoleNumber.count(Int(nearest: progress.plannedByEnd ?? 0))
        return "Guarantee at risk: the plan ends the day at \(end) of \(ConsoleNumber.count(guarantee)) promised plays."
    }

    private func outsideWindowSentence(at now: Timestamp) -> String {
        let campaign = status.campaign
        if now < campaign.start { return "Starts on \(ConsoleNumber.moment(campaign.start))." }
        guard let end = campaign.end else { return "Not running." }
        return "Ended on \(ConsoleNumber.moment(end))."
    }

    private func stoppedSentence(_ policy: Policy?) -> String {
        if policy?.guardrails.isPromotionStopped ?? false { return "The policy's kill switch stops all promotion." }
        if policy?.guardrails.maxPromotedPerSlate == 0 { return "The policy allows no promoted track in a slate." }
        return "The policy stops promotion on all of its surfaces."
    }
}
