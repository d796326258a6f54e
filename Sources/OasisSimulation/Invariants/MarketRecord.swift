import OasisLedger
import OasisMarket
import OasisPlanning
import OasisScoring

/// What really happened in a simulated market, and what the ledger should therefore have counted.
///
/// It knows the rules, and nothing of how the ledger carries them out.
struct MarketRecord {
    /// What a statement is about.
    struct Line: Hashable, Comparable {
        var day: Day
        /// 0 for plays that belong to no campaign.
        var campaignNumber: Int64
        var isPromoted: Bool

        static func < (left: Line, right: Line) -> Bool {
            (left.day, left.campaignNumber, left.isPromoted ? 1 : 0)
                < (right.day, right.campaignNumber, right.isPromoted ? 1 : 0)
        }
    }

    /// Promoted plays that were heard, of one campaign and day of issue.
    struct Heard: Hashable {
        var campaignNumber: Int64
        var day: Day
    }

    private let market: SyntheticMarket
    private let keys: ReceiptKeys
    /// The campaigns' numbers in the ledger, by their place in the market.
    private(set) var numbers: [Int64] = []
    private var places: [Int64: Int] = [:]
    /// Every outcome that happened, by id; and whether the ledger said that it took it in.
    private var isRecorded: [String: Bool] = [:]
    private var expected: [Line: TallyCounts] = [:]
    private(set) var unattributed = 0
    private(set) var recorded = 0
    /// Promoted plays that listeners heard, whatever was reported of them.
    private(set) var heard: [Heard: Int] = [:]

    init(_ market: SyntheticMarket, keys: ReceiptKeys) {
        self.market = market
        self.keys = keys
    }

    /// Notes the next campaign's number in the ledger.
    mutating func register(number: Int64) {
        places[number] = numbers.count
        numbers.append(number)
    }

    /// The campaign that the ledger gave a number.
    func campaign(_ number: Int64) -> Campaign? { places[number].map { market.campaigns[$0] } }

    /// Notes what happened in a slate; says which campaigns were promoted and heard.
    mutating func happen(_ report: OutcomeReport) -> Heard? {
        isRecorded[report.id] = false
        guard report.kind == .shown, case .receipt(let bytes) = report.subject,
            let receipt = try? Receipt.verify(bytes, with: keys)
        else { return nil }
        let play = Heard(campaignNumber: receipt.campaignNumber, day: receipt.issuedAt.day)
        heard[play, default: 0] += 1
        return play
    }

    /// What the ledger answered; says what is wrong with that, if anything is.
    mutating func hear(_ report: OutcomeReport, _ result: RecordResult) -> String? {
        switch result {
        case .recorded:
            guard let before = isRecorded[report.id] else { return "\(report.id) never happened, and was recorded" }
            guard !before else { return "\(report.id) was recorded twice" }
            isRecorded[report.id] = true
            recorded += 1
            count(report)
        case .duplicate:
            guard isRecorded[report.id] == true else {
                return "\(report.id) is called a repeat, and never was recorded"
            }
        case .duplicateReceipt:
            return "\(report.id) is called a second report of its promotion, which no player makes"
        case .refused:
            guard isRecorded[report.id] != true else { return "\(report.id) was recorded, and is refused now" }
        }
        return nil
    }

    /// Where statements differ from what should have been counted; nothing when they do not.
    func difference(from rows: [TallyRow]) -> String? {
        var found: [Line: TallyCounts] = [:]
        for row in rows {
            var counts = row.counts
            // First streams depend on every play before them: the ledger's own recount holds those.
            counts.newListeners = 0
            let line = Line(day: row.day, campaignNumber: row.campaignNumber, isPromoted: row.isPromoted)
            found[line, default: TallyCounts()] += counts
        }
        for line in Set(found.keys).union(expected.keys).sorted() {
            let (counted, real) = (found[line] ?? TallyCounts(), expected[line] ?? TallyCounts())
            if counted != real { return "\(line) says \(counted), but it was \(real)" }
        }
        return nil
    }

    /// Promoted plays that should have been counted for a campaign.
    func countedPlays(of campaignNumber: Int64) -> Int {
        expected.reduce(0) {
            $1.key.isPromoted && $1.key.campaignNumber == campaignNumber ? $0 + $1.value.shown : $0
        }
    }

    private mutating func count(_ report: OutcomeReport) {
        let royalty = market.policy.commission.royaltyPerStream.micros
        let isStream = report.kind == .streamed && report.playedMilliseconds ?? 0 >= streamThresholdMilliseconds
        switch report.subject {
        case .receipt(let bytes):
            guard let receipt = try? Receipt.verify(bytes, with: keys),
                receipt.issuedAt.milliseconds
                    <= report.occurredAt.milliseconds + OutcomeRules.clockSkewMilliseconds
            else {
                unattributed += 1
                return
            }
            let rate = campaign(receipt.campaignNumber)?.commissionRate ?? BasisPoints(0)
            add(
                report.kind,
                isStream: isStream,
                commissionMicros: isStream ? rate.of(micros: royalty) : 0,
                to: Line(day: receipt.issuedAt.day, campaignNumber: receipt.campaignNumber, isPromoted: true)
            )
        case .organic(let track, _, let cell):
            let place = market.campaignOfTrack[track]
            let belongs = place.map { market.campaigns[$0].mayServe(in: cell, at: report.occurredAt) } ?? false
            let line = Line(
                day: report.occurredAt.day,
                campaignNumber: belongs ? numbers[place ?? 0] : 0,
                isPromoted: false
            )
            add(report.kind, isStream: isStream, commissionMicros: 0, to: line)
        }
    }

    private mutating func add(_ kind: OutcomeKind, isStream: Bool, commissionMicros: Int64, to line: Line) {
        var counts = expected[line] ?? TallyCounts()
        switch kind {
        case .shown: counts.shown += 1
        case .released: counts.released += 1
        case .streamed:
            counts.plays += 1
            if isStream { counts.streams += 1 }
        case .skipped: counts.skipped += 1
        case .saved: counts.saved += 1
        case .added: counts.added += 1
        case .followed: counts.followed += 1
        }
        counts.commissionMicros += commissionMicros
        expected[line] = counts
    }
}
