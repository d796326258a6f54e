public import OasisMarket

/// Sends outcomes in the background until each is acknowledged.
///
/// A batch that is not acknowledged is sent again with the same ids, however often it takes, with growing pauses; the
/// server counts each id once. A batch that is refused as a whole is halved until the outcome at fault is alone, so that
/// one bad outcome costs no other. What is queued lives in memory: it is lost with the process.
public final class OutcomeSender: Sendable {
    /// How a sender behaves.
    public struct Settings: Hashable, Sendable {
        /// What the server knows this caller by.
        public var token: String?
        /// Most outcomes that wait; more are dropped, and counted.
        public var queueMaximum: Int
        /// Most outcomes in one call, 1 to 1,000.
        public var batchMaximum: Int
        /// How long an acknowledgement is waited for.
        public var attemptLimit: Duration
        /// Longest pause between attempts.
        public var pauseMaximum: Duration

        /// 100,000 outcomes wait at most, in batches of 500.
        public static var defaults: Settings { Settings() }

        /// Gathers settings.
        public init(
            token: String? = nil,
            queueMaximum: Int = 100_000,
            batchMaximum: Int = 500,
            attemptLimit: Duration = .seconds(10),
            pauseMaximum: Duration = .seconds(5)
        ) {
            precondition((1...HTTPCall.eventsMaximum).contains(batchMaximum), "batchMaximum must be 1 to 1,000")
            self.token = token
            self.queueMaximum = queueMaximum
            self.batchMaximum = batchMaximum
            self.attemptLimit = attemptLimit
            self.pauseMaximum = pauseMaximum
        }
    }

    /// What became of outcomes.
    public struct Counts: Hashable, Sendable {
        /// Acknowledged as new.
        public var recorded = 0
        /// Acknowledged as known already.
        public var duplicate = 0
        /// Kept by the server but counted for nothing, or not taken at all; by reason.
        public var refused: [String: Int] = [:]
        /// Not taken into the queue because it was full or closed.
        public var dropped = 0
        /// Batches sent, every attempt counted.
        public var attempts = 0
        /// Waiting to be acknowledged.
        public var queued = 0
    }

    private let outbox: Outbox
    private let client: HTTPClient
    private let worker: Task<Void, Never>

    /// A sender; its work ends with `close`, or with its last reference.
    ///
    /// - Parameters:
    ///   - address: `http://HOST:PORT`; TLS is not spoken.
    ///   - source: Names this producer; together with its id, it tells an outcome from every other.
    ///   - settings: How it behaves.
    /// - Throws: `InvalidField` when the address is none.
    public init(_ address: String, source: String, settings: Settings = .defaults) throws(InvalidField) {
        guard let address = HTTPAddress(address) else {
            throw InvalidField("address", "must be http://HOST:PORT, but is \(address.prefix(140))")
        }
        let client = HTTPClient(address)
        let outbox = Outbox(queueMaximum: settings.queueMaximum)
        let delivery = OutcomeDelivery(client: client, source: source, settings: settings, outbox: outbox)
        self.client = client
        self.outbox = outbox
        worker = Task { await delivery.run() }
    }

    deinit {
        worker.cancel()
    }

    /// Takes an outcome into the queue, and never waits.
    ///
    /// - Returns: Whether it was taken; not when the queue is full or the sender closed.
    @discardableResult
    public func report(_ outcome: ReportedOutcome) -> Bool {
        outbox.add(outcome)
    }

    /// Waits until everything queued is acknowledged, and no longer than `limit`; whether it is.
    public func flush(within limit: Duration) async -> Bool {
        await outbox.isEmpty(within: limit)
    }

    /// Flushes, and ends the sender's work; whether everything was acknowledged.
    @discardableResult
    public func close(within limit: Duration) async -> Bool {
        let isDone = await outbox.isEmpty(within: limit)
        outbox.close()
        worker.cancel()
        client.close()
        return isDone
    }

    /// What became of outcomes so far.
    public var counts: Counts { outbox.counts }
}
