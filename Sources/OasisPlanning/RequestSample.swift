package import OasisMarket
package import OasisScoring

/// A recent request as the planner needs it: what could have been promoted, and what that would have displaced.
package struct SampledRequest: Hashable, Sendable {
    /// A candidate that some campaign could have promoted.
    package struct Candidate: Hashable, Sendable {
        /// The campaign's number in the ledger.
        package var campaignNumber: Int64
        /// Organic utility it would have displaced, ≥ 0.
        package var listenerLoss: Float
        /// The ranker's stream probability, when it sent one.
        package var streamProbability: Float?
        /// Whether the artist was new to the listener, when the ranker knew.
        package var isNewToArtist: Bool?

        /// Gathers a candidate.
        package init(
            campaignNumber: Int64,
            listenerLoss: Float,
            streamProbability: Float?,
            isNewToArtist: Bool?
        ) {
            self.campaignNumber = campaignNumber
            self.listenerLoss = listenerLoss
            self.streamProbability = streamProbability
            self.isNewToArtist = isNewToArtist
        }
    }

    /// Where.
    package var cell: Cell
    /// Slots that could have been promoted.
    package var slots: Int
    /// Organic utility of the slate without promotion.
    package var organicUtility: Double
    /// What could have been promoted, in the request's order.
    package var candidates: [Candidate]

    /// Gathers a request.
    package init(cell: Cell, slots: Int, organicUtility: Double, candidates: [Candidate]) {
        self.cell = cell
        self.slots = slots
        self.organicUtility = organicUtility
        self.candidates = candidates
    }

    /// What a promotion is held to displace.
    package enum Displaced: Hashable, Sendable {
        /// What the scorer holds it to: never less than what is lost.
        case asScored
        /// The slate's last track: never more than what is lost.
        case cheapest
    }

    /// Keeps of a request what the planner needs.
    package init(_ request: ScoreRequest, by scorer: Scorer, displacing displaced: Displaced = .asScored) {
        let guardrails = scorer.guardrails
        let slots = min(request.promotableSlots, guardrails.maxPromotedPerSlate)
        let (slate, quantile) = request.organicScores.withUnsafeBufferPointer { scores in
            (
                OrganicSlate(scores: scores, size: request.slateSize, slots: max(slots, 1)),
                OrganicSlate.quantile(guardrails.minimumOrganicPercentile, of: scores)
            )
        }
        let reference = displaced == .asScored ? slate.displaced : slate.floor
        cell = request.cell
        self.slots = slots
        organicUtility = slate.utility
        candidates = request.withColumns { columns in
            (0..<columns.count)
                .compactMap { index in
                    let organic = columns.organicScores[index]
                    guard organic < slate.floor, organic >= quantile,
                        Double(reference - organic) <= guardrails.maxBoost,
                        let campaign = scorer.pricedBy.campaign(of: index, in: columns)
                    else { return nil }
                    return Candidate(
                        campaignNumber: scorer.pricedBy.campaignNumber(campaign),
                        listenerLoss: reference - organic,
                        streamProbability: columns.streamProbabilities?[index],
                        isNewToArtist: columns.isNewToArtist?[index]
                    )
                }
        }
    }
}

/// The latest requests, as many as fit: a ring that forgets the oldest.
package struct RequestSample: Sendable {
    private var requests: [SampledRequest] = []
    private var oldest = 0
    private let capacity: Int

    /// Room for `capacity` > 0 requests.
    package init(capacity: Int) {
        self.capacity = capacity
    }

    /// How many requests are held.
    package var count: Int { requests.count }

    /// All of them, in no meaningful order.
    package var all: [SampledRequest] { requests }

    /// Hands all of them over and forgets them.
    package mutating func takeAll() -> [SampledRequest] {
        defer { self = RequestSample(capacity: capacity) }
        return requests
    }

    /// Adds one, forgetting the oldest when full.
    package mutating func add(_ request: SampledRequest) {
        if requests.count < capacity {
            requests.append(request)
        } else {
            requests[oldest] = request
            oldest = (oldest + 1) % capacity
        }
    }
}
