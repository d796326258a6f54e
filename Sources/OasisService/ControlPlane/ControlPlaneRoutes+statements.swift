internal import OasisLedger
internal import OasisMarket
internal import OasisPlanning

/// What was delivered and counted.
extension ControlPlaneRoutes {
    /// Longest period that one answer may cover, in days.
    private static let daysMaximum = 366

    func deliveries(_ request: ControlRequest) throws(ServiceFailure) -> ServiceReply {
        let now = clock.now
        let day = try request.day("day") ?? now.day
        let days = try oasisLedger { () throws(LedgerError) in try DeliveryDays(ledger, day) }
        // Prices and the plan's curve are of the running day alone.
        let today = day == now.day ? try status().campaigns : []
        let live = Dictionary(today.map { ($0.campaign.id, $0) }) { first, _ in first }
        let shown = days.campaigns.filter { days.hasDelivered($0) || live[$0.document.id] != nil }
        var writer = JSONWriter()
        writer.object { writer in
            writer.member("day", day.description)
            writer.member("isFinal", Ledger.isFinal(day, now: now))
            writer.member("campaigns", each: shown) { writer, campaign in
                days.write(campaign, live: live[campaign.document.id], to: &writer)
            }
        }
        return ServiceReply(body: writer.buffer)
    }

    func tallies(_ request: ControlRequest) throws(ServiceFailure) -> ServiceReply {
        let now = clock.now
        let (from, to) = try period(request, now)
        let tallies = try oasisLedger { () throws(LedgerError) in try TallyPage(ledger, from: from, to: to) }
        return tallies.reply(now: now)
    }

    func statements(_ request: ControlRequest) throws(ServiceFailure) -> ServiceReply {
        let now = clock.now
        let (from, to) = try period(request, now)
        let dimensions: [StatementDimension]
        do throws(InvalidField) {
            dimensions = try StatementDimension.list(request.query["by"] ?? StatementDimension.campaign.rawValue)
        } catch {
            throw ServiceFailure(error)
        }
        let statement = try oasisLedger { () throws(LedgerError) in
            try ledger.statement(from: from, to: to, by: dimensions, now: now)
        }
        return ServiceReply(try Resource.fields(statement))
    }

    private func period(_ request: ControlRequest, _ now: Timestamp) throws(ServiceFailure) -> (from: Day, to: Day) {
        let from = try request.day("from") ?? now.day
        let to = try request.day("to") ?? from.next
        guard from < to, Int(to.number) - Int(from.number) <= Self.daysMaximum else {
            throw ServiceFailure(
                InvalidField("to", "must be 1 to \(Self.daysMaximum) days after from (\(from)), but is \(to)")
            )
        }
        return (from, to)
    }
}

/// A day's deliveries as the ledger has them.
private struct DeliveryDays {
    let campaigns: [Stored<Campaign>]
    private let deliveries: [Int64: Delivery]
    private let bins: [Int64: [ShownBin]]
    private let promoted: [Int64: TallyCounts]
    private let currency: String

    init(_ ledger: Ledger, _ day: Day) throws(LedgerError) {
        campaigns = try ledger.allCampaigns()
        deliveries = Dictionary(try ledger.deliveries(day: day).map { ($0.campaignNumber, $0) }) { first, _ in first }
        bins = Dictionary(grouping: try ledger.shownCurve(day: day), by: \.campaignNumber)
        var promoted: [Int64: TallyCounts] = [:]
        for row in try ledger.tallies(from: day, to: day.next) where row.isPromoted {
            promoted[row.campaignNumber, default: TallyCounts()] += row.counts
        }
        self.promoted = promoted
        currency = try ledger.currency()
    }

    func hasDelivered(_ campaign: Stored<Campaign>) -> Bool {
        deliveries[campaign.number].map { $0.confirmed > 0 || $0.outstanding > 0 } ?? false
            || promoted[campaign.number] != nil
    }

    func write(_ stored: Stored<Campaign>, live: CampaignStatus?, to writer: inout JSONWriter) {
        let campaign = stored.document
        let delivery = deliveries[stored.number]
        let counts = promoted[stored.number] ?? TallyCounts()
        writer.object { writer in
            writer.member("campaign", campaign.id.text)
            writer.member("title", campaign.title)
            writer.member("licensor", campaign.licensor.text)
            writer.member("state", campaign.state.rawValue)
            writer.member("dailyCap", delivery?.cap ?? campaign.dailyCap)
            writer.member("dailyGuarantee", campaign.dailyGuarantee)
            writer.member("confirmed", delivery?.confirmed ?? counts.shown)
            writer.member("reserved", delivery?.outstanding ?? 0)
            writer.member("overspent", delivery?.overspent ?? 0)
            writer.member("streams", counts.streams)
            writer.member("newListeners", counts.newListeners)
            writer.money("commission", counts.commissionMicros, currency)
            writer.member("capPrice", live?.capPrice)
            writer.member("guaranteePrice", live?.guaranteePrice)
            writer.member("planCurve", each: live?.planCurve ?? []) { $0.number($1) }
            writer.member("deliveredCurve", each: live?.deliveredCurve ?? curve(stored.number)) { $0.number($1) }
        }
    }

    /// Cumulative promoted plays at the end of each quarter of an hour.
    private func curve(_ campaign: Int64) -> [Int] {
        var shown = [Int](repeating: 0, count: ShownBin.binsPerDay)
        for bin in bins[campaign] ?? [] { shown[bin.bin] = bin.shown }
        var total = 0
        return shown.map { count in
            total += count
            return total
        }
    }
}

/// The tallies of some days.
private struct TallyPage {
    private let rows: [TallyRow]
    private let totals: TallyTotals
    private let unattributed: [UnattributedCount]
    private let names: [Int64: CampaignID]
    private let events: Int
    private let currency: String
    private let from: Day
    private let to: Day

    init(_ ledger: Ledger, from: Day, to: Day) throws(LedgerError) {
        self.from = from
        self.to = to
        rows = try ledger.tallies(from: from, to: to)
        totals = try ledger.totals(from: from, to: to)
        unattributed = try ledger.unattributed(from: from, to: to)
        names = Dictionary(try ledger.allCampaigns().map { ($0.number, $0.document.id) }) { first, _ in first }
        events = try ledger.eventCount()
        currency = try ledger.currency()
    }

    func reply(now: Timestamp) -> ServiceReply {
        var writer = JSONWriter()
        writer.object { writer in
            writer.member("from", from.description)
            writer.member("to", to.description)
            writer.member("rows", each: rows) { writer, row in
                writer.object { writer in
                    writer.member("day", row.day.description)
                    writer.member("campaign", names[row.campaignNumber]?.text)
                    writer.member("surface", row.cell.surface.text)
                    writer.member("market", row.cell.market.text)
                    writer.member("isPromoted", row.isPromoted)
                    writer.member("isFinal", Ledger.isFinal(row.day, now: now))
                    writer.counts(row.counts, currency)
                }
            }
            writer.key("totals")
            writer.object { writer in
                for (name, counts) in [("promoted", totals.promoted), ("organic", totals.organic)] {
                    writer.key(name)
                    writer.object { $0.counts(counts, currency) }
                }
            }
            writer.member("unattributed", each: unattributed) { writer, count in
                writer.object { writer in
                    writer.member("day", count.day.description)
                    writer.member("reason", count.reason)
                    writer.member("outcomes", count.outcomes)
                }
            }
            writer.member("eventCount", events)
        }
        return ServiceReply(body: writer.buffer)
    }
}

extension JSONWriter {
    fileprivate mutating func money(_ key: String, _ micros: Int64, _ currency: String) {
        self.key(key)
        object { writer in
            writer.member("micros", micros)
            writer.member("currency", currency)
        }
    }

    fileprivate mutating func counts(_ counts: TallyCounts, _ currency: String) {
        member("shown", counts.shown)
        member("released", counts.released)
        member("plays", counts.plays)
        member("streams", counts.streams)
        member("skipped", counts.skipped)
        member("saved", counts.saved)
        member("added", counts.added)
        member("followed", counts.followed)
        member("newListeners", counts.newListeners)
        money("commission", counts.commissionMicros, currency)
    }
}
