import OasisLedger
import OasisMarket

/// Sampled decisions on their way to the ledger: a bounded list that scoring appends to and a writer empties.
struct DecisionBuffer: Sendable {
    /// Most decisions that wait.
    static let waitingMaximum = 1_024

    private let perDayMaximum: Int
    private var day: Day
    private var keptToday: Int
    private var waiting: [Decision] = []
    /// Share of requests that are kept, 0 to 1.
    private(set) var share: Double

    /// `keptToday` decisions of `day` are on disk already; a day has about `requestsPerDay`.
    init(perDayMaximum: Int, day: Day, keptToday: Int, requestsPerDay: Double) {
        self.perDayMaximum = perDayMaximum
        self.day = day
        self.keptToday = keptToday
        share = Self.share(perDayMaximum, requestsPerDay)
    }

    private static func share(_ perDayMaximum: Int, _ requestsPerDay: Double) -> Double {
        min(1, Double(perDayMaximum) / max(requestsPerDay, 1))
    }

    /// Keeps so many of a day's requests that all fit.
    mutating func expect(requestsPerDay: Double) { share = Self.share(perDayMaximum, requestsPerDay) }

    /// The share with which a request is kept; nothing when it is not.
    mutating func keptShare(of request: RequestID, on today: Day) -> Double? {
        if today > day { (day, keptToday) = (today, 0) }
        // A day may have more requests than usual: those are not worth more than twice the room.
        guard share > 0, keptToday < 2 * perDayMaximum, waiting.count < Self.waitingMaximum else { return nil }
        return Decision.isKept(ofRequest: request.stableHash, share: share) ? share : nil
    }

    mutating func append(_ decision: Decision) {
        waiting.append(decision)
        keptToday += 1
    }

    /// Hands over what waits.
    mutating func take() -> [Decision] {
        defer { waiting = [] }
        return waiting
    }

    /// Takes back what could not be written, as far as there is room.
    mutating func putBack(_ decisions: [Decision]) {
        waiting = decisions.prefix(max(0, Self.waitingMaximum - waiting.count)) + waiting
    }
}
