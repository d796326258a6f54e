import OasisAllocation
import OasisMarket
import OasisPlanning
import OasisResponse
import OasisScoring

/// A problem's candidates dressed as score requests whose net worth is exactly the problem's value.
///
/// Every slate is filled with unopted tracks of one organic score; a candidate's own score lies below it by its listener
/// loss. What is left of its value is put into `stream`: one stream is worth the largest such value, and the stream
/// probability is the share of it. A candidate's net worth is then worth · probability − loss = value.
struct ReplayRequests {
    let rows: [MarketProgram.Row]
    private let problem: AllocationProblem
    private let streamWorth: Double
    private let loss: Column<Float>?

    init(_ problem: AllocationProblem) throws(Replay.Unsupported) {
        self.problem = problem
        for column in problem.attributes
        where !(column.name == "listenerLoss" || (column.name == "delivery" && column.amount == nil)) {
            throw Replay.Unsupported(
                description: "replay counts delivery (1 each) and listenerLoss; this problem also counts \(column.name)"
            )
        }
        let loss = problem.attributes.first { $0.name == "listenerLoss" }?.amount
        self.loss = loss
        var largest = 1e-9
        for candidate in 0..<problem.candidateCount {
            largest = max(largest, Double(problem.value[candidate]) + Double(loss?[candidate] ?? 0))
        }
        streamWorth = largest
        rows = problem.rows.enumerated().map { Self.row($1, index: $0, problem) }
    }

    private static func row(_ row: AllocationRow, index: Int, _ problem: AllocationProblem) -> MarketProgram.Row {
        let scope: MarketProgram.Row.Scope =
            switch row.scope {
            case .all: .all
            case .campaign(let id): .campaign(id)
            case .set(let id): .set(id)
            case .cell(let id): .cell(id)
            }
        let isLoss = problem.attributes[row.attribute].name == "listenerLoss"
        return MarketProgram.Row(
            name: "row-\(index)",
            attribute: isLoss ? .listenerLoss : .delivery,
            scope: scope,
            sense: row.sense == .atMost ? .atMost : .atLeast,
            bound: row.bound,
            share: row.share,
            penalty: row.penalty
        )
    }

    func emptyProgram() -> MarketProgram {
        var worths = AttributeVector()
        worths[.stream] = streamWorth
        worths[.listenerLoss] = -1
        let rates = ResponseRates(streamsPerPlay: 0, savesPerStream: 0, newListenersPerStream: 0)
        let entrants = (0..<problem.campaignCount)
            .map { index in
                PricedCampaign(
                    number: Int64(index + 1),
                    id: CampaignID(trusted: "campaign-\(index)"),
                    tracks: [track(index)],
                    surfaces: [],
                    markets: [],
                    start: Timestamp(milliseconds: .min),
                    end: nil,
                    hasCap: true,
                    commissionPerStream: 0,
                    rates: rates,
                    prices: AttributeVector()
                )
            }
        let sets = (0..<problem.sets.count).map { set in problem.sets.members(set).map { Int($0) } }
        return MarketProgram(
            worths: worths,
            entrants: entrants,
            cells: (0..<problem.cellCount).map { cell($0) },
            sets: sets,
            rows: [],
            sample: [],
            weights: []
        )
    }

    func snapshot(of program: MarketProgram, _ plan: Plan?) -> Snapshot {
        var campaigns = program.entrants
        if let plan { for index in campaigns.indices { campaigns[index].prices = plan.campaignPrices[index] } }
        let cells = program.cells.enumerated()
            .map { index, cell in
                PricedCell(cell: cell, prices: plan?.cellPrices[index] ?? AttributeVector())
            }
        return Snapshot(
            number: 0,
            createdAt: Timestamp(milliseconds: 0),
            policyVersion: 0,
            scale: "problem",
            worths: program.worths,
            guardrails: Guardrails(
                maxBoost: 1e9,
                maxPromotedPerSlate: 100,
                minimumOrganicPercentile: 0,
                holdout: BasisPoints(0),
                holdoutSalt: "replay"
            ),
            randomization: Randomization(smoothing: 0, explorationShare: 0),
            cells: cells,
            elsewherePrices: AttributeVector(),
            campaigns: campaigns
        )
    }

    /// The request as a caller would send it; nothing when it has no slot or no candidate.
    func scoreRequest(_ request: Int) -> ScoreRequest? {
        let range = candidates(of: request)
        let slots = min(Int(problem.slots[request]), 100)
        guard slots > 0, !range.isEmpty else { return nil }
        var tracks: [TrackID] = []
        var organic: [Float] = []
        var probabilities: [Float] = []
        for candidate in range {
            let displaced = loss?[candidate] ?? 0
            tracks.append(track(Int(problem.campaign[candidate])))
            // Scores are relative: the slate's own tracks stand at 0, and a candidate lies below by what it displaces.
            organic.append(-max(displaced, .leastNormalMagnitude))
            let worth = (Double(problem.value[candidate]) + Double(displaced)) / streamWorth
            probabilities.append(Float(min(max(worth, 0), 1)))
        }
        tracks += Array(repeating: TrackID(trusted: "unopted"), count: slots)
        organic += Array(repeating: 0, count: slots)
        probabilities += Array(repeating: 0, count: slots)
        return try? ScoreRequest(
            id: RequestID(trusted: "request-\(request)"),
            listener: ListenerID(trusted: "listener"),
            cell: cell(Int(problem.cell?[request] ?? 0)),
            time: Timestamp(milliseconds: Int64(request)),
            scale: "problem",
            slateSize: slots,
            promotableSlots: slots,
            tracks: tracks,
            organicScores: organic,
            streamProbabilities: probabilities
        )
    }

    func sampled(_ request: Int) -> SampledRequest {
        let candidates = candidates(of: request)
            .map { candidate in
                let displaced = loss?[candidate] ?? 0
                return SampledRequest.Candidate(
                    campaignNumber: Int64(problem.campaign[candidate]) + 1,
                    listenerLoss: displaced,
                    streamProbability: Float((Double(problem.value[candidate]) + Double(displaced)) / streamWorth),
                    isNewToArtist: false
                )
            }
        return SampledRequest(
            cell: cell(Int(problem.cell?[request] ?? 0)),
            slots: Int(problem.slots[request]),
            organicUtility: 0,
            candidates: candidates
        )
    }

    func candidate(_ index: Int, of request: Int) -> Int { Int(problem.offsets[request]) + index }

    private func candidates(of request: Int) -> Range<Int> {
        Int(problem.offsets[request])..<Int(problem.offsets[request + 1])
    }

    private func track(_ campaign: Int) -> TrackID { TrackID(trusted: "track-\(campaign)") }

    private func cell(_ index: Int) -> Cell {
        Cell(surface: SurfaceID(trusted: "cell-\(index)"), market: MarketID(trusted: "all"))
    }
}
