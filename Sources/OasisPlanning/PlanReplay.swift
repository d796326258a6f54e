import OasisMarket
import OasisScoring

/// What the scorer does with a plan's prices over the requests that the plan was solved over.
///
/// A program may share a play among candidates as it likes; the scorer draws by its probabilities, explores, and keeps its
/// distances. What frequency limits and used-up caps would hold back is not in it: the sample names no listeners.
struct PlanReplay {
    /// Expected promoted plays of each campaign for the rest of the day, in the program's order.
    let deliveries: [Double]

    /// - Throws: `InvalidField` where a sampled request breaks a rule of requests.
    init(_ program: MarketProgram, by snapshot: Snapshot, at now: Timestamp) throws(InvalidField) {
        var guardrails = snapshot.guardrails
        // The sample is of listeners who are promoted to, and of candidates that reach the quantile.
        guardrails.holdout = BasisPoints(0)
        guardrails.minimumOrganicPercentile = 0
        guardrails.isShadow = false
        guardrails.shadowSurfaces = []
        let scorer = Scorer(MappedSnapshot(snapshot), guardrails: guardrails, experiments: [])
        let entrants = Dictionary(program.entrants.enumerated().map { ($1.number, $0) }) { first, _ in first }
        let places = Dictionary(program.entrants.enumerated().map { ($1.id, $0) }) { first, _ in first }
        let key = StableHash(key0: 0x7265_706c, key1: 0x6179)
        var deliveries = [Double](repeating: 0, count: program.entrants.count)
        for (index, sampled) in program.sample.enumerated() where sampled.slots > 0 && program.weights[index] > 0 {
            let request = try Self.request(index, sampled, program, entrants, scale: snapshot.scale, at: now)
            for explanation in scorer.explain(request, at: now, drawKey: key).explanations {
                guard explanation.propensity > 0, let place = places[explanation.campaign] else { continue }
                deliveries[place] += explanation.propensity * Double(program.weights[index])
            }
        }
        self.deliveries = deliveries
    }

    /// A request in which each candidate displaces what it was sampled with: a slate of equals, and candidates below it.
    private static func request(
        _ index: Int,
        _ sampled: SampledRequest,
        _ program: MarketProgram,
        _ entrants: [Int64: Int],
        scale: String,
        at now: Timestamp
    ) throws(InvalidField) -> ScoreRequest {
        var tracks = (0..<sampled.slots).map { TrackID(trusted: "displaced:\($0)") }
        var scores = [Float](repeating: 0, count: sampled.slots)
        var streams = [Float](repeating: 0, count: sampled.slots)
        var news = [Bool](repeating: false, count: sampled.slots)
        var (knowsStreams, knowsNews) = (true, true)
        var used: [Int64: Int] = [:]
        for candidate in sampled.candidates {
            let number = candidate.campaignNumber
            guard let place = entrants[number], program.entrants[place].tracks.count > used[number, default: 0] else {
                continue
            }
            tracks.append(program.entrants[place].tracks[used[number, default: 0]])
            used[number, default: 0] += 1
            // A candidate that displaces nothing is still below the slate.
            scores.append(-max(candidate.listenerLoss, .leastNormalMagnitude))
            streams.append(candidate.streamProbability ?? 0)
            news.append(candidate.isNewToArtist ?? false)
            knowsStreams = knowsStreams && candidate.streamProbability != nil
            knowsNews = knowsNews && candidate.isNewToArtist != nil
        }
        return try ScoreRequest(
            id: RequestID(trusted: "sampled-\(index)"),
            listener: ListenerID(trusted: "sampled"),
            cell: sampled.cell,
            time: now,
            scale: scale,
            slateSize: sampled.slots,
            promotableSlots: sampled.slots,
            tracks: tracks,
            organicScores: scores,
            streamProbabilities: knowsStreams ? streams : nil,
            isNewToArtist: knowsNews ? news : nil
        )
    }
}

extension Guardrails {
    /// What of these limits is looser than `inForce`: requests that were sampled under it do not show what that lets in.
    func looser(than inForce: Guardrails) -> [String] {
        var found: [String] = []
        if maxBoost > inForce.maxBoost { found.append("maxBoost") }
        if maxPromotedPerSlate > inForce.maxPromotedPerSlate { found.append("maxPromotedPerSlate") }
        if minimumOrganicPercentile < inForce.minimumOrganicPercentile { found.append("minimumOrganicPercentile") }
        if holdout.value < inForce.holdout.value { found.append("holdout") }
        if !Set(inForce.disabledSurfaces).isSubset(of: disabledSurfaces) { found.append("disabledSurfaces") }
        if inForce.isPromotionStopped && !isPromotionStopped { found.append("isPromotionStopped") }
        return found
    }
}
