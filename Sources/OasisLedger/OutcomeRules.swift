package import OasisMarket

/// Why an outcome was not taken in at all.
///
/// The raw value is the reason code.
package enum Refusal: String, Hashable, Sendable {
    /// Its day was final when it arrived.
    case tooLate = "too-late"
    /// It happened, or its receipt was issued, later than the clocks may differ.
    case fromTheFuture = "from-the-future"
    /// Its source or id is empty or too long.
    case badIdentity = "bad-identity"
}

/// What became of an outcome that was handed in.
package enum RecordResult: Hashable, Sendable {
    /// It is on disk, and counted for what it counts.
    case recorded
    /// Its (source, id) is on disk already; nothing changed.
    case duplicate
    /// Its promotion has had this kind of outcome under another (source, id); nothing changed.
    case duplicateReceipt
    /// It was not taken in.
    case refused(Refusal)
}

/// The rules of time, in one place.
///
/// No time is ever clamped: an outcome counts at the time it states, or it is refused, or it is kept and counts for
/// nothing, each with its reason. docs/ledger.md has them in a table.
package enum OutcomeRules {
    /// How long after the end of its day an outcome is still taken in; from then on the day is final.
    package static let lateMilliseconds: Int64 = 7 * 86_400_000
    /// How far the clocks of producers, scoring nodes and this ledger may differ.
    package static let clockSkewMilliseconds: Int64 = 5 * 60_000
    /// Most bytes of a source or an id.
    package static let maximumIdentityBytes = 512

    /// From when on `day` takes no more outcomes and its statements never change again.
    package static func finalizedAt(_ day: Day) -> Timestamp {
        Timestamp(milliseconds: day.next.start.milliseconds + lateMilliseconds)
    }

    /// Reason codes of outcomes that are kept but count for nothing.
    enum Reason {
        static let beforeReceipt = "before-receipt"
        static let receiptReleased = "receipt-released"
        static let receiptMalformed = "receipt-malformed"
        static let unknownCampaign = "unknown-campaign"
        static let releasedWithoutReceipt = "released-without-receipt"
    }
}

/// What an outcome counts for, before it is known whether it was counted already.
enum Standing {
    case refused(Refusal)
    /// Kept under a reason code, into the day it happened.
    case unattributed(String, Day)
    case counted(Countable)
}

/// An outcome's place in the tallies and its worth.
struct Countable {
    var day: Day
    /// 0 for a play that belongs to no campaign.
    var campaign: Int64
    /// The artist of the track's campaign, running or not.
    var artist: ArtistID?
    var trackHash: UInt64
    var listenerHash: UInt64
    var cell: Cell
    var isStream: Bool
    var commissionMicros: Int64
    /// The receipt of a promoted one.
    var receipt: ReceiptFacts?
}

/// Judges outcomes; a pure function of outcome, control plane and time of arrival.
struct Judge {
    let control: ControlPlane
    let now: Timestamp

    func standing(of outcome: Outcome) -> Standing {
        let identity = 1...OutcomeRules.maximumIdentityBytes
        guard identity.contains(outcome.source.utf8.count), identity.contains(outcome.id.utf8.count) else {
            return .refused(.badIdentity)
        }
        guard outcome.occurredAt.milliseconds <= now.milliseconds + OutcomeRules.clockSkewMilliseconds else {
            return .refused(.fromTheFuture)
        }
        switch outcome.attribution {
        case .unattributed(let reason): return unattributed(outcome, reason)
        case .promoted(let receipt): return promoted(outcome, receipt)
        case .organic(let track, let listenerHash, let cell):
            return organic(outcome, track: track, listenerHash: listenerHash, cell: cell)
        }
    }

    private func unattributed(_ outcome: Outcome, _ reason: String) -> Standing {
        isLate(outcome.occurredAt) ? .refused(.tooLate) : .unattributed(reason, outcome.occurredAt.day)
    }

    private func promoted(_ outcome: Outcome, _ receipt: ReceiptFacts) -> Standing {
        let latestIssue = outcome.occurredAt.milliseconds + OutcomeRules.clockSkewMilliseconds
        guard receipt.issuedAt.milliseconds <= latestIssue else {
            return unattributed(outcome, OutcomeRules.Reason.beforeReceipt)
        }
        // Its day is the one it counts into, and nobody may write into a day that has not come.
        guard receipt.issuedAt.milliseconds <= now.milliseconds + OutcomeRules.clockSkewMilliseconds else {
            return .refused(.fromTheFuture)
        }
        guard receipt.propensity.isFinite else { return unattributed(outcome, OutcomeRules.Reason.receiptMalformed) }
        guard !isLate(receipt.issuedAt) else { return .refused(.tooLate) }
        guard let line = control.line(number: receipt.campaignNumber) else {
            return unattributed(outcome, OutcomeRules.Reason.unknownCampaign)
        }
        // The terms are those under which the promotion was made.
        return .counted(
            Countable(
                day: receipt.issuedAt.day,
                campaign: line.number,
                artist: line.artist,
                trackHash: receipt.trackHash,
                listenerHash: receipt.listenerHash,
                cell: receipt.cell,
                isStream: outcome.isStream,
                commissionMicros: commission(
                    outcome,
                    line.campaign(at: receipt.issuedAt),
                    at: receipt.issuedAt,
                    isPromoted: true
                ),
                receipt: receipt
            )
        )
    }

    private func organic(_ outcome: Outcome, track: TrackID, listenerHash: UInt64, cell: Cell) -> Standing {
        guard !isLate(outcome.occurredAt) else { return .refused(.tooLate) }
        guard outcome.kind != .released else {
            return unattributed(outcome, OutcomeRules.Reason.releasedWithoutReceipt)
        }
        let line = control.line(of: track)
        let campaign = line?.campaign(at: outcome.occurredAt)
        let belongs = campaign?.mayServe(in: cell, at: outcome.occurredAt) ?? false
        return .counted(
            Countable(
                day: outcome.occurredAt.day,
                campaign: belongs ? line?.number ?? 0 : 0,
                artist: line?.artist,
                trackHash: track.stableHash,
                listenerHash: listenerHash,
                cell: cell,
                isStream: outcome.isStream,
                commissionMicros: belongs
                    ? commission(outcome, campaign, at: outcome.occurredAt, isPromoted: false) : 0
            )
        )
    }

    private func commission(
        _ outcome: Outcome,
        _ campaign: Campaign?,
        at time: Timestamp,
        isPromoted: Bool
    ) -> Int64 {
        guard outcome.isStream, let campaign, let rule = control.commission(at: time),
            isPromoted || rule.basis == .context
        else { return 0 }
        return campaign.commissionRate.of(micros: rule.royaltyPerStream.micros)
    }

    /// Judged in days that cannot overflow: a time far outside the calendar is simply late.
    private func isLate(_ time: Timestamp) -> Bool {
        guard time.milliseconds > now.milliseconds - 2 * OutcomeRules.lateMilliseconds else { return true }
        return now >= OutcomeRules.finalizedAt(time.day)
    }
}

extension Outcome {
    /// Whether it is a play that was long enough to be a stream.
    var isStream: Bool { kind == .streamed && playedMilliseconds ?? 0 >= streamThresholdMilliseconds }
}

extension OutcomeKind {
    /// What the `outcome` table stores, and its bit in a promotion's row; never renumbered.
    var number: Int64 {
        switch self {
        case .shown: 0
        case .streamed: 1
        case .skipped: 2
        case .saved: 3
        case .added: 4
        case .followed: 5
        case .released: 6
        }
    }

    var bit: Int64 { 1 << number }
}
