package import OasisMarket
package import OasisScoring

/// Decides what to promote in a simulated day.
package protocol PromotionStrategy {
    /// What people call it.
    var name: String { get }
    /// The boosts of one request, as (candidate, boost).
    mutating func boosts(for request: ScoreRequest) throws -> [(index: Int, boost: Float)]
    /// Hears what became of a slate; `organic` is what would have been played without boosts.
    mutating func hear(_ plays: [ListenerBehaviour.Play], of request: ScoreRequest, organic: [Int]) throws
    /// Hears that a market minute is over.
    mutating func minutePassed(_ now: Timestamp) throws
}

/// A market's day under one strategy: every request ranked, boosted, played, and counted the same way for all.
package struct SimulatedDay {
    /// What a day came to.
    package struct Outcome: Sendable {
        /// The strategy's name.
        package var name: String
        /// Organic utility of the slates: the streams to expect from them.
        package var utility = 0.0
        /// Organic utility of the slates that would have been played without promotion.
        package var organicUtility = 0.0
        /// Streams of opted-in songs, promoted or not.
        package var streams = 0
        /// First streams of an opted-in song's artist by a listener.
        package var newListeners = 0
        /// Commission on promoted streams.
        package var commissionMicros: Int64 = 0
        /// Promoted plays by campaign.
        package var delivered: [Int]
        /// Expected worth of promoted plays within their caps, before listener loss and penalties, in organic-score units.
        package var worth = 0.0
    }

    private let market: SyntheticMarket
    private let traffic: [TrafficRequest]
    /// The requests as they look in the morning.
    let requests: [ScoreRequest]
    private let behaviour: ListenerBehaviour

    /// A day of `market`, which may be lived as often as there are strategies.
    package init(_ market: SyntheticMarket, traffic: [TrafficRequest]) {
        self.market = market
        self.traffic = traffic
        requests = traffic.map { market.scoreRequest(for: $0) { !market.knew(listener: $0, artist: $1) } }
        behaviour = ListenerBehaviour(seed: market.seed)
    }

    /// Lives the day.
    ///
    /// `progress` hears how many requests are done, once a market minute.
    package func run(
        _ strategy: inout some PromotionStrategy,
        progress: (Int, Timestamp) -> Void = { _, _ in }
    ) throws -> Outcome {
        var outcome = Outcome(name: strategy.name, delivered: Array(repeating: 0, count: market.campaigns.count))
        var heard: Set<UInt64> = []
        var nextMinute = market.day.start.advanced(bySeconds: 60)
        for (place, traffic) in traffic.enumerated() {
            while traffic.time >= nextMinute {
                try strategy.minutePassed(nextMinute)
                progress(traffic.index, nextMinute)
                nextMinute = nextMinute.advanced(bySeconds: 60)
            }
            var request = requests[place]
            request.isNewToArtist = traffic.candidates.map { track in
                let artist = market.catalogue[track].artist
                return !market.knew(listener: traffic.listener, artist: artist)
                    && !heard.contains(key(traffic.listener, artist))
            }
            let boosts = try strategy.boosts(for: request)
            let organic = ListenerBehaviour.slate(of: request, boosts: [])
            let slate = boosts.isEmpty ? organic : ListenerBehaviour.slate(of: request, boosts: boosts)
            let plays = behaviour.play(slate, of: request)
            try strategy.hear(plays, of: request, organic: organic)
            outcome.organicUtility += organic.reduce(0) { $0 + Double(request.organicScores[$1]) }
            outcome.utility += slate.reduce(0) { $0 + Double(request.organicScores[$1]) }
            count(plays, of: request, traffic, organic: Set(organic), &heard, into: &outcome)
        }
        // Sessions that began before midnight play on for a while.
        for _ in 0..<90 {
            try strategy.minutePassed(nextMinute)
            nextMinute = nextMinute.advanced(bySeconds: 60)
        }
        return outcome
    }

    private func key(_ listener: Int, _ artist: Int) -> UInt64 { UInt64(listener) << 32 | UInt64(artist) }

    private func count(
        _ plays: [ListenerBehaviour.Play],
        of request: ScoreRequest,
        _ traffic: TrafficRequest,
        organic: Set<Int>,
        _ heard: inout Set<UInt64>,
        into outcome: inout Outcome
    ) {
        for play in plays where play.isShown {
            let probability = Double(request.organicScores[play.candidate])
            let artist = market.catalogue[traffic.candidates[play.candidate]].artist
            let isFirst =
                play.isStream && request.isNewToArtist?[play.candidate] == true
                && heard.insert(key(traffic.listener, artist)).inserted
            guard let index = market.campaignOfTrack[request.tracks[play.candidate]] else { continue }
            let campaign = market.campaigns[index]
            if play.isStream { outcome.streams += 1 }
            if isFirst { outcome.newListeners += 1 }
            guard !organic.contains(play.candidate), campaign.covers(request.cell) else { continue }
            outcome.delivered[index] += 1
            let royalty = market.policy.commission.royaltyPerStream.micros
            let commission = campaign.commissionRate.of(micros: royalty)
            if play.isStream { outcome.commissionMicros += commission }
            // What a campaign did not ask for is worth nothing.
            guard outcome.delivered[index] <= campaign.dailyCap ?? .max else { continue }
            outcome.worth += market.worth(
                streamProbability: probability,
                isNew: request.isNewToArtist?[play.candidate] == true,
                commissionMicros: commission
            )
        }
    }
}

extension SyntheticMarket {
    /// Expected worth of one promoted play by the policy's objectives, in organic-score units.
    func worth(streamProbability: Double, isNew: Bool, commissionMicros: Int64) -> Double {
        policy.worth(.delivery) + streamProbability
            * (policy.worth(.stream) + policy.worth(.save) * ListenerBehaviour.saveProbability
                + policy.worth(.newListener) * (isNew ? 1 : 0)
                + policy.worth(.commission) * Double(commissionMicros) / 1e6)
    }
}
