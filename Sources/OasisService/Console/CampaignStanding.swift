import OasisMarket
import OasisPlanning

/// How far a campaign is through its planned day.
struct CampaignProgress {
    /// Plays the plan expects by now; nothing before the first plan.
    var plannedByNow: Double?
    /// Plays the plan ends the day at; nothing before the first plan.
    var plannedByEnd: Double?
    /// Confirmed plays.
    var confirmed: Int

    init(_ status: CampaignStatus, at now: Timestamp) {
        confirmed = status.confirmed
        plannedByNow = Self.value(of: status.planCurve, atSecond: now.secondOfDay)
        plannedByEnd = status.planCurve.last
    }

    /// Confirmed ÷ planned by now; nothing without a plan or before its first play.
    var share: Double? {
        guard let plannedByNow, plannedByNow >= 0.5 else { return nil }
        return Double(confirmed) / plannedByNow
    }

    /// Plays missing to the plan by now, negative when ahead.
    var shortfall: Double { (plannedByNow ?? 0) - Double(confirmed) }

    /// The cumulative curve at a second of the day: its values hold at the ends of equal steps, straight in between.
    static func value(of curve: [Double], atSecond second: Double) -> Double? {
        guard let last = curve.last else { return nil }
        let position = second / 86_400 * Double(curve.count)
        let step = Int(position)
        guard step < curve.count else { return last }
        let before = step == 0 ? 0 : curve[step - 1]
        return before + (curve[step] - before) * (position - Double(step))
    }
}

/// The one thing that most explains how a campaign is promoted right now, in falling need of attention.
enum CampaignStanding: Int, CaseIterable {
    /// The guarantee's price has reached its penalty, or the plan ends short of the promise.
    case atRisk
    /// Less than 95 % of the plan by now.
    case behind
    /// 95 to 105 % of the plan by now.
    case onPlan
    /// More than 105 % of the plan by now.
    case ahead
    /// Runs, but there is nothing to compare with yet.
    case running
    /// Every unit of today's cap is played or reserved.
    case capReached
    /// Nothing is promoted at all, or not where this campaign may run.
    case stopped
    /// Held back by a person.
    case paused
    /// Outside its window.
    case outsideWindow

    init(_ status: CampaignStatus, progress: CampaignProgress, at now: Timestamp, policy: Policy?) {
        let campaign = status.campaign
        if campaign.state == .paused {
            self = .paused
        } else if !campaign.isRunning(at: now) {
            self = .outsideWindow
        } else if policy.map({ Self.isStopped(campaign, by: $0.guardrails) }) ?? false {
            self = .stopped
        } else if let cap = campaign.dailyCap, status.confirmed + status.reserved >= cap,
            status.confirmed * 20 >= cap * 19
        {
            self = .capReached
        } else if Self.isAtRisk(status, progress: progress, policy: policy) {
            self = .atRisk
        } else {
            self = progress.share.map { $0 < 0.95 ? .behind : $0 <= 1.05 ? .onPlan : .ahead } ?? .running
        }
    }

    /// A word or two for the state column.
    var label: String {
        switch self {
        case .atRisk: "At risk"
        case .behind: "Behind"
        case .onPlan: "On plan"
        case .ahead: "Ahead"
        case .running: "Running"
        case .capReached: "Cap reached"
        case .stopped: "Stopped"
        case .paused: "Paused"
        case .outsideWindow: "Not running"
        }
    }

    /// The style class of the state's chip.
    var tone: String {
        switch self {
        case .atRisk: "bad"
        case .behind: "warn"
        case .onPlan, .ahead: "good"
        case .running: "plain"
        case .capReached: "full"
        case .stopped, .paused, .outsideWindow: "off"
        }
    }

    static func isGuaranteePriceAtPenalty(_ status: CampaignStatus, policy: Policy?) -> Bool {
        guard let policy else { return false }
        return status.guaranteePrice >= policy.guarantees.penalty * 0.98
    }

    private static func isStopped(_ campaign: Campaign, by guardrails: Guardrails) -> Bool {
        if guardrails.isPromotionStopped || guardrails.maxPromotedPerSlate == 0 { return true }
        return !campaign.surfaces.isEmpty && campaign.surfaces.allSatisfy(guardrails.disabledSurfaces.contains)
    }

    private static func isAtRisk(_ status: CampaignStatus, progress: CampaignProgress, policy: Policy?) -> Bool {
        guard let guarantee = status.campaign.dailyGuarantee, status.confirmed < guarantee else { return false }
        if isGuaranteePriceAtPenalty(status, policy: policy) { return true }
        return progress.plannedByEnd.map { $0 < Double(guarantee) - 0.5 } ?? false
    }
}

/// A campaign's day together with what follows from it.
struct AssessedCampaign {
    var status: CampaignStatus
    var progress: CampaignProgress
    var standing: CampaignStanding

    init(_ status: CampaignStatus, in look: ConsoleStatus) {
        self.status = status
        progress = CampaignProgress(status, at: look.now)
        standing = CampaignStanding(status, progress: progress, at: look.now, policy: look.policy)
    }

    /// Those who need delivery most come first: by standing, then by plays missing to the plan.
    static func needsMore(_ left: AssessedCampaign, _ right: AssessedCampaign) -> Bool {
        if left.standing != right.standing { return left.standing.rawValue < right.standing.rawValue }
        let (missing, otherMissing) = (left.progress.shortfall.rounded(), right.progress.shortfall.rounded())
        if missing != otherMissing { return missing > otherMissing }
        return left.status.campaign.id < right.status.campaign.id
    }
}
