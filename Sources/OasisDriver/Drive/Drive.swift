package import OasisClient
import OasisMarket
import OasisScoring
import OasisSimulation

/// A ranker and its listeners, played against a running server through its public API alone.
package struct Drive: Sendable {
    /// How fast market time passes.
    package enum Pace: Hashable, Sendable {
        /// Market seconds for each second of the machine's clock.
        case accelerated(Double)
        /// As fast as server and driver can.
        case unlimited
    }

    /// Whether the driver creates licensors, campaigns and a policy.
    package enum SettingUp: Hashable, Sendable {
        /// When the server has no campaign.
        case whenEmpty
        case always
        case never
    }

    /// How to drive.
    package struct Settings: Sendable {
        /// The scoring port.
        package var scoring: HTTPAddress
        /// The console port.
        package var console: HTTPAddress
        /// Bearer token for both, where the server asks for one.
        package var token: String?
        /// How fast.
        package var pace = Pace.unlimited
        /// Most score calls at once.
        package var connections = 8
        /// Most requests; nothing for the whole log.
        package var requestsMaximum: Int?
        /// After this a score call is given up, and the slate plays without boosts.
        package var deadline = Duration.milliseconds(100)
        /// How long a server that is away is waited for.
        package var patience = Duration.seconds(60)
        /// Names this drive's events and its jitter.
        package var seed: UInt64 = 1
        /// Whether to create campaigns.
        package var settingUp = SettingUp.whenEmpty

        /// The defaults, against one server.
        package init(scoring: HTTPAddress, console: HTTPAddress) {
            self.scoring = scoring
            self.console = console
        }
    }

    /// Where a drive is.
    package struct Progress: Hashable, Sendable {
        /// Requests played.
        package var requests: Int
        /// Of how many.
        package var requestsTotal: Int
        /// Of those played, with a boost.
        package var boosted: Int
        /// Events acknowledged.
        package var events: Int
        /// Whether the server is away at the moment.
        package var isServerAway: Bool
    }

    private let log: any MarketLog
    private let settings: Settings
    private let times: [Timestamp]
    private let scoring: HTTPClient
    private let control: ControlPlane
    private let statistics = DriveStatistics()
    private let schedule: DriveSchedule

    /// A drive that has not begun.
    package init(_ log: any MarketLog, settings: Settings) {
        self.log = log
        self.settings = settings
        times = Array(log.times.prefix(settings.requestsMaximum ?? .max))
        scoring = HTTPClient(settings.scoring)
        control = ControlPlane(
            HTTPClient(settings.console),
            token: settings.token,
            patience: settings.patience
        )
        // Unpaced, a driver that runs ahead of a server that is away would play the whole log without it.
        let backlogMaximum = settings.pace == .unlimited ? 2 * HTTPCall.eventsMaximum : 200_000
        schedule = DriveSchedule(
            times: times,
            backlogMaximum: backlogMaximum,
            isPaced: settings.pace != .unlimited
        )
    }

    /// Where the drive is.
    package var progress: Progress {
        let state = statistics.current
        return Progress(
            requests: state.requests,
            requestsTotal: times.count,
            boosted: state.boosted,
            events: state.recorded + state.duplicate,
            isServerAway: state.isOut
        )
    }

    /// Sets up, plays the log, delivers every event, and compares all counts.
    ///
    /// - Throws: `DriveFailure` when the server stays away or refuses what it should take.
    package func run() async throws -> DriveReport {
        try await waitForServer("/health/live", at: HTTPClient(settings.console))
        try await setUp()
        try await waitForServer("/health/ready", at: scoring)
        let check = try await CountCheck(control, times: times)
        let start = ContinuousClock.now
        let delivered = try await play(check, from: start)
        return try await report(delivered, check, seconds: (ContinuousClock.now - start) / .seconds(1))
    }

    // MARK: Before

    private func setUp() async throws {
        let isWanted =
            switch settings.settingUp {
            case .always: true
            case .never: false
            case .whenEmpty: try await !control.hasCampaigns()
            }
        if isWanted { try await control.apply(log.setUp) }
    }

    private func waitForServer(_ path: String, at client: HTTPClient) async throws {
        let start = ContinuousClock.now
        while true {
            let obstacle: String
            do throws(HTTPFailure) {
                let answer = try await client.send(HTTPCall(.get, path), within: .seconds(5))
                if answer.status == 200 { return }
                obstacle = ServerRefusal.detail(answer).message
            } catch {
                obstacle = "\(error)"
            }
            guard ContinuousClock.now - start < settings.patience else {
                throw DriveFailure(
                    "\(client.address)\(path) did not answer 200 within \(settings.patience): \(obstacle). Start a server "
                        + "with: oasis serve"
                )
            }
            try await Task.sleep(for: .milliseconds(50))
        }
    }

    // MARK: During

    /// What the sender has to tell when the last event is acknowledged.
    private struct Delivered: Sendable {
        var acknowledged: OutcomeCounts
        var events: Int
        var checks: Int
        var differences: [String]
        var capsExceeded: [String]
    }

    private func play(_ check: CountCheck, from start: ContinuousClock.Instant) async throws -> Delivered {
        try await withThrowingTaskGroup(of: Delivered?.self) { group in
            for _ in 0..<settings.connections {
                group.addTask {
                    await ask(from: start)
                    return nil
                }
            }
            group.addTask { try await deliver(check) }
            group.addTask {
                try await playOut(from: start)
                return nil
            }
            var delivered: Delivered?
            do {
                for try await result in group { delivered = result ?? delivered }
            } catch {
                await schedule.stop()
                throw error
            }
            guard let delivered else { throw CancellationError() }
            return delivered
        }
    }

    /// One of the ranker's workers: takes requests from the schedule until there are no more.
    private func ask(from start: ContinuousClock.Instant) async {
        while let index = await schedule.nextRequest() {
            let due = due(index, from: start)
            if let due { try? await Task.sleep(until: due) }
            let request = log.request(at: index)
            await schedule.begin(index)
            let promotions = await promotions(for: request, due: due ?? .now)
            let slate = ListenerBehaviour.slate(
                of: request,
                boosts: promotions.map { (index: $0.index, boost: $0.boost) }
            )
            let plays = log.play(slate, of: request, at: index)
            let events = OutcomeEvents.of(plays, promotions: promotions, in: request)
            statistics.update { $0.eventsMade += events.count }
            await schedule.finish(index, events: events)
        }
    }

    /// Lets time pass after the last request of a paced drive, until its sessions have ended.
    private func playOut(from start: ContinuousClock.Instant) async throws {
        guard case .accelerated(let speed) = settings.pace, let first = times.first else { return }
        while true {
            let seconds = (ContinuousClock.now - start) / .seconds(1)
            guard await schedule.pass(to: first.advanced(bySeconds: seconds * speed)) else { return }
            try await Task.sleep(for: .milliseconds(20))
        }
    }

    /// When a request is to be sent; nothing for at once.
    private func due(_ index: Int, from start: ContinuousClock.Instant) -> ContinuousClock.Instant? {
        guard case .accelerated(let speed) = settings.pace else { return nil }
        return start + .seconds(times[index].seconds(since: times[0]) / speed)
    }

    /// What the server promotes; nothing when it does not answer in time.
    private func promotions(
        for request: ScoreRequest,
        due: ContinuousClock.Instant
    ) async -> [ScoreAnswer.Promotion] {
        var call = HTTPCall.score(request)
        if let token = settings.token { call.headers = [(name: "Authorization", value: "Bearer \(token)")] }
        let remaining = settings.deadline - (ContinuousClock.now - due)
        let outcome = await answer(to: call, within: remaining, request)
        let latency = ContinuousClock.now - due
        statistics.update { state in
            state.requests += 1
            switch outcome {
            case .success(let answer):
                state.latencies.append(latency)
                if !answer.promotions.isEmpty { state.boosted += 1 }
                state.promotions += answer.promotions.count
                for code in answer.degraded { state.degraded[code, default: 0] += 1 }
            case .failure(let cause):
                state.unanswered[cause.code, default: 0] += 1
            }
        }
        guard case .success(let answer) = outcome else { return [] }
        return answer.promotions
    }

    /// Why a request went on without boosts.
    private struct NoAnswer: Error {
        var code: String
    }

    private func answer(
        to call: HTTPCall,
        within limit: Duration,
        _ request: ScoreRequest
    ) async -> Result<ScoreAnswer, NoAnswer> {
        guard limit > .zero else { return .failure(NoAnswer(code: "deadline")) }
        do {
            let answer = try await scoring.send(call, within: limit)
            guard answer.status == 200 else { return .failure(NoAnswer(code: ServerRefusal.detail(answer).reason)) }
            return .success(try ScoreAnswer(answer.body, to: request))
        } catch let failure as HTTPFailure {
            return .failure(NoAnswer(code: failure.code))
        } catch {
            return .failure(NoAnswer(code: "unreadable"))
        }
    }

    private func deliver(_ check: CountCheck) async throws -> Delivered {
        var sender = EventSender(
            client: scoring,
            source: "oasis-drive/\(settings.seed)",
            patience: settings.patience,
            token: settings.token,
            statistics: statistics,
            seed: settings.seed
        )
        var delivered = Delivered(
            acknowledged: OutcomeCounts(),
            events: 0,
            checks: 0,
            differences: [],
            capsExceeded: []
        )
        while let events = await schedule.nextEvents(limit: HTTPCall.eventsMaximum) {
            guard try await sender.deliver(events) else { continue }
            // Nothing is on its way now: what the server counts must be exactly what it acknowledged.
            let server = try await check.counted()
            let exceeded = try await check.capsExceeded()
            delivered.checks += 1
            delivered.differences +=
                CountCheck.differences(
                    server: server,
                    driver: sender.acknowledged,
                    driverEvents: sender.acknowledgedEvents
                )
                .map { "after outage \(delivered.checks): \($0)" }
            delivered.capsExceeded += exceeded.map { "after outage \(delivered.checks): \($0)" }
        }
        delivered.acknowledged = sender.acknowledged
        delivered.events = sender.acknowledgedEvents
        return delivered
    }

    // MARK: After

    private func report(_ delivered: Delivered, _ check: CountCheck, seconds: Double) async throws -> DriveReport {
        try await waitForServer("/health/live", at: HTTPClient(settings.console))
        let server = try await check.counted()
        let driver = delivered.acknowledged
        let state = statistics.current
        let differences = CountCheck.differences(server: server, driver: driver, driverEvents: delivered.events)
        let latency = state.latencies.sorted()
        return DriveReport(
            log: log.title,
            requests: state.requests,
            boosted: state.boosted,
            promotions: state.promotions,
            degraded: state.degraded,
            unanswered: state.unanswered,
            latencyMilliseconds: DriveReport.Latency(latency),
            events: DriveReport.Events(
                unique: state.eventsMade,
                sent: state.eventsSent,
                recorded: state.recorded,
                duplicate: state.duplicate,
                refused: state.refused
            ),
            outages: state.outages,
            checksAfterOutages: delivered.checks,
            seconds: seconds,
            kinds: OutcomeKind.allCases.map { DriveReport.KindRow($0, driver: driver, server: server.outcomes) },
            countsCompared: driver.keys.union(server.outcomes.keys).count + 1,
            differences: delivered.differences + differences,
            capsExceeded: delivered.capsExceeded + (try await check.capsExceeded())
        )
    }
}

extension HTTPFailure {
    /// What a report calls it.
    var code: String {
        switch self {
        case .unreachable: "unreachable"
        case .connectionLost, .staleConnection: "connection-lost"
        case .deadlinePassed: "deadline"
        case .answerTooLarge: "answer-too-large"
        }
    }
}

extension DriveReport.Latency {
    init?(_ sorted: [Duration]) {
        guard let longest = sorted.last else { return nil }
        func quantile(_ share: Double) -> Double {
            let rank = Int((share * Double(sorted.count)).rounded(.up)) - 1
            return sorted[min(max(rank, 0), sorted.count - 1)] / .milliseconds(1)
        }
        self.init(p50: quantile(0.5), p95: quantile(0.95), p99: quantile(0.99), longest: longest / .milliseconds(1))
    }
}

extension DriveReport.KindRow {
    init(_ kind: OutcomeKind, driver: OutcomeCounts, server: OutcomeCounts) {
        self.init(
            kind: kind,
            promotedByDriver: driver.total(kind, isPromoted: true),
            promotedByServer: server.total(kind, isPromoted: true),
            organicByDriver: driver.total(kind, isPromoted: false),
            organicByServer: server.total(kind, isPromoted: false)
        )
    }
}
