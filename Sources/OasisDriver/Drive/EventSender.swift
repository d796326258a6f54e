import OasisClient
import OasisMarket

/// Sends events in batches, one at a time, and again with the same ids until each batch is acknowledged.
struct EventSender {
    private static let callSeconds = 10.0
    private static let pauseMaximumSeconds = 1.0

    let client: HTTPClient
    let source: String
    let patience: Duration
    let authorization: [(name: String, value: String)]
    let statistics: DriveStatistics
    private var random: SeededGenerator
    /// Unique events that the server has acknowledged in this drive.
    private(set) var acknowledged = OutcomeCounts()
    /// How many those are.
    private(set) var acknowledgedEvents = 0

    init(
        client: HTTPClient,
        source: String,
        patience: Duration,
        token: String?,
        statistics: DriveStatistics,
        seed: UInt64
    ) {
        self.client = client
        self.source = source
        self.patience = patience
        authorization = token.map { [(name: "Authorization", value: "Bearer \($0)")] } ?? []
        self.statistics = statistics
        random = SeededGenerator(seed: seed ^ 0x6a69_7474_6572_0000)
    }

    /// Delivers a batch, waiting out whatever can be waited out.
    ///
    /// - Returns: Whether the server was gone meanwhile.
    /// - Throws: `DriveFailure` when the server stays away for longer than the patience, or refuses the batch.
    mutating func deliver(_ events: [OutcomeEvent]) async throws -> Bool {
        var call = HTTPCall.events(events.map(\.reported), source: source)
        call.headers = authorization
        let start = ContinuousClock.now
        var attempt = 0
        var wasGone = false
        while true {
            attempt += 1
            statistics.update { $0.eventsSent += events.count }
            let obstacle: String
            switch await attempted(call) {
            case .success(let answer) where answer.status == 200:
                try acknowledge(events, try EventAnswer(answer.body), isFirstAttempt: attempt == 1)
                statistics.update { $0.isOut = false }
                return wasGone
            case .success(let answer):
                let detail = ServerRefusal.detail(answer)
                guard answer.status >= 500 || [408, 429].contains(answer.status) else {
                    throw DriveFailure("The server refused a batch of events with \(detail.reason): \(detail.message)")
                }
                obstacle = detail.message
            case .failure(let failure):
                obstacle = "\(failure)"
                if !wasGone { statistics.update { ($0.outages, $0.isOut) = ($0.outages + 1, true) } }
                wasGone = true
            }
            guard ContinuousClock.now - start < patience else {
                throw DriveFailure(
                    "\(events.count) events could not be delivered to \(client.address) within \(patience): \(obstacle). "
                        + "Is the server up? Wait longer with --patience."
                )
            }
            try await Task.sleep(for: pause(after: attempt))
        }
    }

    private func attempted(_ call: HTTPCall) async -> Result<HTTPAnswer, HTTPFailure> {
        do throws(HTTPFailure) {
            return .success(try await client.send(call, within: .seconds(Self.callSeconds)))
        } catch {
            return .failure(error)
        }
    }

    /// Doubles from 20 ms to a second, less up to half of it by chance, so that many drivers do not come back at once.
    private mutating func pause(after attempt: Int) -> Duration {
        let longest = min(Self.pauseMaximumSeconds, 0.02 * Double(1 << min(attempt - 1, 10)))
        return .seconds(longest * (0.5 + 0.5 * random.uniform()))
    }

    private mutating func acknowledge(
        _ events: [OutcomeEvent],
        _ answer: EventAnswer,
        isFirstAttempt: Bool
    ) throws {
        guard answer.results.map(\.id) == events.map(\.id) else {
            throw DriveFailure("The server answered a batch of \(events.count) events with results of other events.")
        }
        for (event, result) in zip(events, answer.results) {
            switch result.status {
            case .recorded:
                count(event)
                statistics.update { $0.recorded += 1 }
            case .duplicate:
                // Known from an attempt of this drive whose answer was lost, or else from an earlier drive.
                if !isFirstAttempt { count(event) }
                statistics.update { $0.duplicate += 1 }
            case .refused:
                let reason = result.reason ?? "no reason given"
                statistics.update { $0.refused[reason, default: 0] += 1 }
            }
        }
    }

    private mutating func count(_ event: OutcomeEvent) {
        acknowledged[event.countKey] += 1
        acknowledgedEvents += 1
    }
}
