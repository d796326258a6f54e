import OasisLedger
package import OasisMarket
import OasisPlanning
import OasisScoring

/// How a market is run to be broken.
package struct ClusterSettings: Sendable {
    /// Everything follows from it.
    package var seed: UInt64
    /// Hours of traffic.
    package var hours: Double
    /// What is broken, at times that follow from the seed.
    package var faults: [Fault.Kind]
    /// How large the market is.
    package var shape: MarketShape
    /// Scoring nodes.
    package var nodeCount: Int
    /// Minutes from plan to plan.
    package var planMinutes: Int
    /// A folder of its own for the ledger and the snapshots.
    package var folder: String
    /// What is broken on purpose, to see an invariant fire.
    package var sabotage: Sabotage?

    /// Gathers settings.
    package init(
        seed: UInt64,
        hours: Double,
        faults: [Fault.Kind],
        shape: MarketShape = .tiny,
        nodeCount: Int = 3,
        planMinutes: Int = 10,
        folder: String,
        sabotage: Sabotage? = nil
    ) {
        precondition(hours > 0 && nodeCount > 1 && planMinutes > 0, "a run has hours, nodes and plans")
        self.seed = seed
        self.hours = hours
        self.faults = faults
        self.shape = shape
        self.nodeCount = nodeCount
        self.planMinutes = planMinutes
        self.folder = folder
        self.sabotage = sabotage
    }
}

/// A whole market in virtual time: a ranker and its listeners, scoring nodes, one planner with a real ledger on disk, and a
/// network between them, all of it broken on purpose while invariants are checked at every step.
///
/// One thread, no clock and one source of chance: equal settings give equal runs, to the last byte.
package struct MarketCluster {
    /// What can happen next.
    enum Step {
        case fault(Int, begins: Bool)
        case plannerReturns
        case arrival(Int)
        case request(node: Int, Int)
        case reply(Int, ScoreReply)
        case deadline(Int, attempt: Int)
        case nodeReports(Int)
        case report(NodeReport, node: Int)
        case grant(NodeGrant, node: Int)
        case plan
        case correct
        case snapshot([UInt8], node: Int)
        case playersSend
        case outcomes([PlayerOutbox.Entry])
        case acknowledged([String])
        case audit
    }

    let settings: ClusterSettings
    let market: SyntheticMarket
    let faults: [Fault]
    let start: Timestamp
    let end: Timestamp
    let traffic: [TrafficRequest]
    let behaviour: ListenerBehaviour
    let holdout: StableHash

    var now: Timestamp
    var queue = EventQueue<Step>()
    var network: SimulatedNetwork
    var planner: PlannerHost
    var nodes: [ScoringHost]
    var outbox = PlayerOutbox()
    var record: MarketRecord
    var checks: InvariantChecks
    var counts = ClusterOutcome.Counts()
    var random: SeededGenerator
    /// Requests that are being decided, by place in the traffic.
    var waiting: [Int: (asked: ScoreRequest, real: ScoreRequest)] = [:]
    /// Listeners and artists that met today.
    var heard: Set<UInt64> = []
    /// Promoted plays since caps were last looked at.
    var lastHeard: [MarketRecord.Heard] = []
    /// The bytes of every snapshot that was handed out, by number.
    var published: [UInt64: [UInt8]] = [:]
    /// Decisions to be made again at the next audit.
    var decisions: [DecisionRecord] = []
    /// Each node's last grant; for sabotage.
    var lastGrants: [Int: NodeGrant] = [:]
    private var trace: UInt64 = 0
    private let traceHash = StableHash(key0: 0x7472_6163_65, key1: 0x7374_6570)

    /// Makes the market and its machines; nothing runs yet.
    package init(_ settings: ClusterSettings) {
        self.settings = settings
        let day = Day(year: 2026, month: 11, day: 20)
        var market = SyntheticMarket(shape: settings.shape, seed: settings.seed, day: day)
        // Caps that bind, and listeners who bear it: what is to be broken has to be in use.
        market.scaleBounds(by: 0.4 * min(1, settings.hours / 24))
        market.policy.guardrails.holdout = BasisPoints(1_000)
        for row in market.policy.rows.indices where market.policy.rows[row].attribute == .listenerLoss {
            market.policy.rows[row].bound = 0.05
        }
        // Short runs have noon or midnight in their middle: the one has a shock, the other a new day's caps.
        let middle: Double = settings.seed.isMultiple(of: 2) ? 43_200 : 86_400
        start = day.start.advanced(bySeconds: max(0, middle - settings.hours * 1_800))
        end = start.advanced(bySeconds: settings.hours * 3_600)
        let start = start
        faults = Fault.schedule(settings.faults, seed: settings.seed, from: start, hours: settings.hours)
        traffic = Self.traffic(of: market, faults, from: start, to: end)
        behaviour = ListenerBehaviour(seed: settings.seed)
        holdout = StableHash(salt: market.policy.guardrails.holdoutSalt)
        network = SimulatedNetwork(faults: faults, nodeCount: settings.nodeCount, seed: settings.seed)
        let secret = withUnsafeBytes(of: settings.seed.littleEndian) { Array($0) }
        let keys = ReceiptKeys(current: ReceiptKey(id: 1, secret: secret + secret))
        let engine = EngineSettings(
            node: "planner",
            snapshotDirectory: "",
            receiptKeys: keys,
            sampleSize: 400,
            requestsPerDayPrior: Double(settings.shape.requestsPerDay),
            drawKey: settings.seed,
            aging: SnapshotAging(freshSeconds: 1_200, frozenAfterSeconds: 2_400, expiredAfterSeconds: 7_200),
            leaseUnitsMinimum: 2
        )
        planner = PlannerHost(folder: settings.folder, settings: engine, usualDay: Self.usualDay(of: market))
        nodes = (1...settings.nodeCount).map { ScoringHost(name: "node-\($0)", settings: engine) }
        record = MarketRecord(market, keys: keys)
        checks = InvariantChecks(seed: settings.seed, time: start)
        random = SeededGenerator(seed: settings.seed ^ 0x636c_7573_7465_72)
        now = start
        self.market = market
    }

    /// Runs until every outcome has been answered for.
    ///
    /// - Throws: `BrokenInvariant` at the first that does not hold; what the disk says when the folder is of no use.
    package mutating func run() throws -> ClusterOutcome {
        try begin()
        while let (time, step) = queue.next() {
            now = time
            checks.time = time
            checks.step += 1
            follow(step)
            try take(step)
        }
        try finish()
        return outcome
    }

    private mutating func begin() throws {
        try planner.start(at: now)
        if let ledger = planner.engine?.ledger {
            for licensor in market.licensors { _ = try ledger.createLicensor(licensor, actor: "simulation", at: now) }
            for campaign in market.campaigns {
                record.register(number: try ledger.createCampaign(campaign, actor: "simulation", at: now).number)
            }
            _ = try ledger.applyPolicy(market.policy, expectedVersion: nil, actor: "simulation", at: now)
        }
        for place in nodes.indices { nodes[place].start(at: now) }
        for (place, fault) in faults.enumerated() {
            queue.add(.fault(place, begins: true), at: fault.start)
            queue.add(.fault(place, begins: false), at: fault.end)
        }
        for (place, request) in traffic.enumerated() { queue.add(.arrival(place), at: request.time) }
        queue.add(.plan, at: now)
        queue.add(.correct, at: now.advanced(bySeconds: Self.correctionSeconds))
        for place in nodes.indices { queue.add(.nodeReports(place), at: now.advanced(bySeconds: Double(place + 1))) }
        queue.add(.playersSend, at: now.advanced(bySeconds: 60))
        queue.add(.audit, at: now.advanced(bySeconds: 3_600))
    }

    private mutating func take(_ step: Step) throws {
        switch step {
        case .fault(let place, let begins): try change(faults[place], begins: begins)
        case .plannerReturns: try restartPlanner()
        case .arrival(let place): arrive(place)
        case .request(let node, let place): try decide(place, on: node)
        case .reply(let place, let reply): try play(place, reply)
        case .deadline(let place, let attempt): try giveUp(place, attempt: attempt)
        case .nodeReports(let node): sendReport(of: node)
        case .report(let report, let node): try answer(report, from: node)
        case .grant(let grant, let node): nodes[node].node?.accept(grant)
        case .plan: try plan()
        case .correct: try correct()
        case .snapshot(let bytes, let node): adopt(bytes, on: node)
        case .playersSend: sendOutcomes()
        case .outcomes(let entries): try take(entries)
        case .acknowledged(let ids): outbox.settle(ids)
        case .audit:
            try audit()
            if now < end { queue.add(.audit, at: now.advanced(bySeconds: 3_600)) }
        }
    }

    private mutating func finish() throws {
        planner.crash()
        planner.clockOffset = 0
        try planner.start(at: now)
        try audit()
        planner.crash()
    }

    // MARK: What is kept of a run

    /// Mixes a step into the trace.
    private mutating func follow(_ step: Step) {
        var words = [UInt64(bitPattern: now.milliseconds), UInt64(step.number)]
        if case .reply(let place, let reply) = step {
            words.append(UInt64(place))
            for promotion in reply.promotions { words.append(UInt64(promotion.boost.bitPattern)) }
        }
        for word in words { trace = traceHash.hash(trace, word) }
    }

    private var outcome: ClusterOutcome {
        var counts = counts
        counts.steps = checks.step
        counts.requests = traffic.count
        counts.recorded = record.recorded
        counts.unattributed = record.unattributed
        counts.messages = network.sent
        counts.lostMessages = network.lost
        counts.repeatedMessages = network.repeated
        counts.promotedPlays = record.heard.values.reduce(0, +)
        let days = Int(end.advanced(bySeconds: -1).day.number - start.day.number) + 1
        let lines = zip(market.campaigns, record.numbers)
            .map { campaign, number in
                ClusterOutcome.CampaignLine(
                    id: campaign.id,
                    cap: campaign.dailyCap.map { $0 * days },
                    heard: record.heard.reduce(0) { $1.key.campaignNumber == number ? $0 + $1.value : $0 },
                    counted: record.countedPlays(of: number)
                )
            }
        counts.overspend = record.heard.reduce(0) { sum, play in
            let cap = record.campaign(play.key.campaignNumber)?.dailyCap ?? .max
            return sum + max(0, play.value - cap)
        }
        return ClusterOutcome(
            seed: settings.seed,
            faults: faults,
            checks: checks.counts,
            counts: counts,
            campaigns: lines,
            trace: trace
        )
    }

    // MARK: What it is made from

    private static func traffic(
        of market: SyntheticMarket,
        _ faults: [Fault],
        from start: Timestamp,
        to end: Timestamp
    ) -> [TrafficRequest] {
        let changes = faults.compactMap { $0.trafficChange(of: market) }
        var all: [TrafficRequest] = []
        var day = market.day
        while day.start < end {
            let later = SyntheticMarket(shape: market.shape, seed: market.seed, day: day)
            all += later.traffic(variant: UInt64(day.number), changes: changes)
            day = day.next
        }
        all = all.filter { start <= $0.time && $0.time < end }
        for place in all.indices { all[place].index = place }
        return all
    }

    private static func usualDay(of market: SyntheticMarket) -> [Cell: [Double]] {
        var counts: [Cell: [Double]] = [:]
        for request in market.traffic(variant: 1) {
            let empty = [Double](repeating: 0, count: SupplyForecast.binsPerDay)
            counts[request.cell, default: empty][SupplyForecast.bin(request.time)] += 1
        }
        return counts
    }
}

extension MarketCluster.Step {
    /// Names its kind in a trace.
    fileprivate var number: Int {
        switch self {
        case .fault: 1
        case .plannerReturns: 2
        case .arrival: 3
        case .request: 4
        case .reply: 5
        case .deadline: 6
        case .nodeReports: 7
        case .report: 8
        case .grant: 9
        case .plan: 10
        case .snapshot: 11
        case .playersSend: 12
        case .outcomes: 13
        case .acknowledged: 14
        case .audit: 15
        case .correct: 16
        }
    }
}
