import OasisMarket

/// Takes outcomes out of an outbox and sends them until they are settled.
struct OutcomeDelivery: Sendable {
    let client: HTTPClient
    let source: String
    let settings: OutcomeSender.Settings
    let outbox: Outbox

    /// Works until the outbox is closed or the task cancelled.
    func run() async {
        var random = SystemRandomNumberGenerator()
        for await _ in outbox.signals {
            while true {
                let batch = outbox.take(settings.batchMaximum)
                if batch.isEmpty { break }
                guard await deliver(batch, &random) else { return }
            }
        }
    }

    /// Sends a batch until it is acknowledged or refused; false when the task was cancelled meanwhile.
    private func deliver(_ batch: [ReportedOutcome], _ random: inout SystemRandomNumberGenerator) async -> Bool {
        var attempt = 0
        while !Task.isCancelled {
            attempt += 1
            outbox.countAttempt()
            switch await attempted(batch) {
            case .acknowledged(let results):
                outbox.settle(results)
                return true
            case .refused(let reason):
                return await deliverApart(batch, reason, &random)
            case .notNow:
                guard (try? await Task.sleep(for: pause(after: attempt, &random))) != nil else { return false }
            }
        }
        return false
    }

    /// One bad outcome refuses its batch: halves find it, and the others are delivered.
    private func deliverApart(
        _ batch: [ReportedOutcome],
        _ reason: String,
        _ random: inout SystemRandomNumberGenerator
    ) async -> Bool {
        guard batch.count > 1 else {
            outbox.settle(batch.map { EventAnswer.Result(id: $0.id, status: .refused, reason: reason) })
            return true
        }
        let middle = batch.count / 2
        guard await deliver(Array(batch[..<middle]), &random) else { return false }
        return await deliver(Array(batch[middle...]), &random)
    }

    private enum Attempt {
        case acknowledged([EventAnswer.Result])
        /// Some outcome of the batch is none.
        case refused(reason: String)
        case notNow
    }

    private func attempted(_ batch: [ReportedOutcome]) async -> Attempt {
        var call = HTTPCall.events(batch, source: source)
        if let token = settings.token { call.headers = [(name: "Authorization", value: "Bearer \(token)")] }
        guard let answer = try? await client.send(call, within: settings.attemptLimit) else { return .notNow }
        switch answer.status {
        case 200:
            guard let results = try? EventAnswer(answer.body).results, results.map(\.id) == batch.map(\.id) else {
                return .notNow
            }
            return .acknowledged(results)
        case 400, 413: return .refused(reason: ServerRefusal.detail(answer).reason)
        // A wrong token or path is put right by people, and the outcomes wait for them.
        default: return .notNow
        }
    }

    /// Doubles from 20 ms, less up to half of it by chance, so that many senders do not come back at once.
    private func pause(after attempt: Int, _ random: inout SystemRandomNumberGenerator) -> Duration {
        let longest = min(settings.pauseMaximum, .milliseconds(20) * (1 << min(attempt - 1, 16)))
        return longest * Double.random(in: 0.5...1, using: &random)
    }
}
