package import OasisMarket
package import OasisScoring

/// One request of a synthetic day, before anyone listened.
package struct TrafficRequest: Sendable {
    /// Its place in the day, from 0.
    package var index: Int
    /// Who listens, as an index.
    package var listener: Int
    /// Surface and market.
    package var cell: Cell
    /// When.
    package var time: Timestamp
    /// Tracks in the slate.
    package var slateSize: Int
    /// How many of them may be promoted.
    package var promotableSlots: Int
    /// Candidates as indices into the catalogue, best first.
    package var candidates: [Int]
    /// Organic score of each candidate: the probability that it is streamed.
    package var scores: [Float]
}

extension SyntheticMarket {
    /// A day's requests in order of time.
    ///
    /// Another `variant` is another day of the same market: 1 stands for yesterday. `changes` make it an unusual one.
    package func traffic(variant: UInt64 = 0, changes: [TrafficChange] = []) -> [TrafficRequest] {
        var random = SeededGenerator(seed: seed ^ 0x7472_6166_6669_6300 &+ variant)
        let curves = shape.countries.map { DailyCurve(hoursAheadOfUTC: $0.hoursAheadOfUTC) }
        let arrivals: [Arrival] = (0..<shape.requestsPerDay)
            .map { _ in
                let country = pick(shape.countries.map(\.share), &random)
                let surface = pick(shape.surfaces.map(\.share), &random)
                return (second: curves[country].second(atShare: random.uniform()), country: country, surface: surface)
            }
        return changed(arrivals, by: changes, variant).sorted { $0.second < $1.second }.enumerated()
            .map { index, arrival in
                let surface = shape.surfaces[arrival.surface]
                let listener = self.listener(in: arrival.country, &random)
                let (candidates, scores) = rankedCandidates(for: listener, &random)
                return TrafficRequest(
                    index: index,
                    listener: listener,
                    cell: Cell(surface: surface.id, market: shape.countries[arrival.country].id),
                    time: day.start.advanced(bySeconds: arrival.second),
                    slateSize: surface.slateSize,
                    promotableSlots: surface.promotableSlots,
                    candidates: candidates,
                    scores: scores
                )
            }
    }

    /// Drops arrivals, or repeats them a few minutes away with other listeners.
    private func changed(_ arrivals: [Arrival], by changes: [TrafficChange], _ variant: UInt64) -> [Arrival] {
        guard !changes.isEmpty else { return arrivals }
        // A source of its own, so that a day's other chances stay what they are.
        var random = SeededGenerator(seed: seed ^ 0x6368_616e_6765 &+ variant)
        return arrivals.flatMap { arrival -> [Arrival] in
            let time = day.start.advanced(bySeconds: arrival.second)
            let active = changes.filter { $0.includes(time, shape.surfaces[arrival.surface].id) }
            let count = Int(active.reduce(1) { $0 * $1.factor } + random.uniform())
            return (0..<count)
                .map { copy in
                    guard copy > 0 else { return arrival }
                    let second = arrival.second + 600 * (random.uniform() - 0.5)
                    return (min(max(second, 0), 86_399.999), arrival.country, arrival.surface)
                }
        }
    }

    /// When and where somebody asks.
    private typealias Arrival = (second: Double, country: Int, surface: Int)

    /// The same request as a caller would send it.
    ///
    /// `isNew` says whether a listener never streamed an artist.
    package func scoreRequest(
        for request: TrafficRequest,
        isNew: (_ listener: Int, _ artist: Int) -> Bool
    ) -> ScoreRequest {
        do {
            return try ScoreRequest(
                id: RequestID(trusted: "request-\(seed)-\(request.index + 1)"),
                listener: ListenerID(trusted: "listener-\(request.listener + 1)"),
                cell: request.cell,
                time: request.time,
                scale: Self.scale,
                slateSize: request.slateSize,
                promotableSlots: request.promotableSlots,
                tracks: request.candidates.map { catalogue[$0].id },
                organicScores: request.scores,
                streamProbabilities: request.scores,
                isNewToArtist: request.candidates.map { isNew(request.listener, catalogue[$0].artist) }
            )
        } catch {
            preconditionFailure("a synthetic request broke a rule: \(error)")
        }
    }

    /// Listeners are dealt out to countries in turn, so that a listener always has the same clock.
    private func listener(in country: Int, _ random: inout SeededGenerator) -> Int {
        let count = shape.countries.count
        let position = random.index(below: max(1, shape.listeners / count))
        return min(position * count + country, shape.listeners - 1)
    }

    /// The ranker's retrieval: tracks from the whole catalogue and from the opted-in songs, the best by score kept.
    private func rankedCandidates(
        for listener: Int,
        _ random: inout SeededGenerator
    ) -> (candidates: [Int], scores: [Float]) {
        let wanted = shape.candidatesPerRequest
        var pool: Set<Int> = []
        while pool.count < wanted + wanted / 3 { pool.insert(random.index(below: catalogue.count)) }
        for _ in 0..<wanted / 2 where !trackOfCampaign.isEmpty {
            pool.insert(trackOfCampaign[random.index(below: trackOfCampaign.count)])
        }
        let ranked = pool.map { (track: $0, score: Float(streamProbability(listener: listener, track: $0))) }
            .sorted { ($0.score, $1.track) > ($1.score, $0.track) }
            .prefix(wanted)
        return (ranked.map(\.track), ranked.map(\.score))
    }

    private func pick(_ shares: [Double], _ random: inout SeededGenerator) -> Int {
        var point = random.uniform() * shares.reduce(0, +)
        for (index, share) in shares.enumerated() {
            point -= share
            if point < 0 { return index }
        }
        return shares.count - 1
    }
}
