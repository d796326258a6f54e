import Foundation
import OasisLedger
import OasisMarket
import OasisPlanning

/// Promotions of a world whose rates are known: campaigns, surfaces and halves of the day differ.
struct ServedPlays {
    static let campaigns = 8
    static let start = Market.day.start.advanced(bySeconds: -20 * 86_400)

    /// Probability of a stream of a campaign's song on a surface at some time.
    static func streamRate(_ campaign: Int64, _ surface: String, at time: Timestamp) -> Double {
        let isMorning = time.seconds(since: time.day.start) < 43_200
        return 0.25 + 0.05 * Double(campaign) + (surface == "radio" ? 0.15 : -0.15) + (isMorning ? -0.1 : 0.1)
    }

    static let saveRate = 0.1

    /// `count` promotions from `first` seconds after `start` on, one a minute, all heard of by `now`.
    ///
    /// `streams` changes the rate of a listener's streams.
    static func promotions(
        _ count: Int,
        from first: Double = 0,
        seed: UInt64 = 1,
        saveDelaySeconds: Double = 60,
        at now: Timestamp = .init(milliseconds: .max),
        streams: (_ listener: UInt64, _ rate: Double) -> Double = { $1 }
    ) -> [ServedPromotion] {
        var random = SeededGenerator(seed: seed)
        return (0..<count)
            .map { index in
                let surface = random.uniform() < 0.5 ? Market.radio : Market.mix
                let listener = StableHash(key0: 3, key1: 4).hash(UInt64(random.index(below: 5_000)))
                let issued = start.advanced(bySeconds: first + 60 * Double(index))
                var play = ServedPromotion(
                    campaignNumber: Int64(random.index(below: campaigns)) + 1,
                    listenerHash: listener,
                    cell: surface,
                    issuedAt: issued,
                    heardAt: issued
                )
                let rate = streamRate(play.campaignNumber, surface.surface.text, at: issued)
                let age = now.milliseconds == .max ? .infinity : now.seconds(since: issued)
                if random.uniform() < streams(listener, rate) {
                    play.streamedAfterSeconds = 30
                    play.isNewListener = random.uniform() < 0.3
                    let delay = 30 - saveDelaySeconds * Foundation.log(1 - random.uniform())
                    if random.uniform() < saveRate, delay <= age { play.savedAfterSeconds = delay }
                } else if random.uniform() < 0.5 {
                    play.skippedAfterSeconds = 10
                }
                return play
            }
    }

    /// What players report of promotions.
    static func outcomes(_ promotions: ArraySlice<ServedPromotion>) -> [Outcome] {
        promotions.enumerated()
            .flatMap { index, play in
                let receipt = ReceiptFacts(
                    campaignNumber: play.campaignNumber,
                    trackHash: TrackID(trusted: "t\(play.campaignNumber - 1)").stableHash,
                    listenerHash: play.listenerHash,
                    cell: play.cell,
                    issuedAt: play.issuedAt,
                    propensity: 0.5,
                    snapshot: 1,
                    lease: 0,
                    promotion: StableHash(key0: 5, key1: 6).hash(UInt64(promotions.startIndex + index))
                )
                var kinds = [OutcomeKind.shown]
                if play.streamedAfterSeconds != nil { kinds.append(.streamed) }
                if play.skippedAfterSeconds != nil { kinds.append(.skipped) }
                return kinds.map { kind in
                    Outcome(
                        source: "player",
                        id: "\(kind) \(promotions.startIndex + index)",
                        kind: kind,
                        occurredAt: play.issuedAt,
                        attribution: .promoted(receipt),
                        playedMilliseconds: kind == .streamed ? 60_000 : nil
                    )
                }
            }
    }

    static let documents = Dictionary(
        uniqueKeysWithValues: (0..<campaigns).map { (Int64($0 + 1), Market.campaign($0)) }
    )

    static func training(
        _ outcome: PromotedOutcome,
        _ promotions: [ServedPromotion],
        at now: Timestamp = Market.noon
    ) -> PromotionTraining {
        PromotionTraining(of: outcome, promotions, campaigns: documents, at: now)
    }
}
