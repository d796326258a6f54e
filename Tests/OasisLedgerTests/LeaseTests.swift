import OasisLedger
import OasisMarket
import Testing

@Suite("Leases")
struct LeaseTests {
    let fixture: Fixture
    let campaign: Int64
    var ledger: Ledger { fixture.ledger }

    init() throws {
        fixture = try Fixture()
        campaign = try fixture.openMarket(campaigns: 1, cap: 10)[0]
    }

    private func grant(_ units: Int, node: String = "n1", day: Day = Fixture.day) throws -> Lease? {
        try ledger.grantLease(campaignNumber: campaign, day: day, node: node, units: units)
    }

    private func delivery() throws -> Delivery? { try ledger.deliveries(day: Fixture.day).first }

    private func shown(_ promotion: UInt64, lease: Int64, issuedAt: Timestamp = Fixture.noon) -> Outcome {
        let receipt = Fixture.receipt(promotion, campaign: campaign, issuedAt: issuedAt, lease: lease)
        return Fixture.promoted(.shown, id: "shown-\(promotion)", receipt)
    }

    private func released(_ promotion: UInt64, lease: Int64) -> Outcome {
        Fixture.promoted(
            .released,
            id: "released-\(promotion)",
            Fixture.receipt(promotion, campaign: campaign, lease: lease)
        )
    }

    @Test("Grants stop at the cap, day by day")
    func grantsStopAtCap() throws {
        #expect(try grant(6)?.granted == 6)
        #expect(try grant(6, node: "n2")?.granted == 4)
        #expect(try grant(1) == nil)
        #expect(try grant(0) == nil)
        #expect(try grant(-3) == nil)
        #expect(try grant(99, day: Fixture.day.next)?.granted == 10)
        #expect(try delivery() == Delivery(campaignNumber: campaign, confirmed: 0, outstanding: 10, cap: 10))
    }

    @Test("A play confirms a unit, a release frees one, a return frees the rest")
    func unitsMove() throws {
        let lease = try #require(try grant(10))
        try ledger.record(
            [shown(1, lease: lease.id), shown(2, lease: lease.id), released(3, lease: lease.id)],
            at: soon
        )
        #expect(try delivery() == Delivery(campaignNumber: campaign, confirmed: 2, outstanding: 7, cap: 10))
        #expect(try grant(9)?.granted == 1)
        try ledger.returnUnissued(lease: lease.id, units: 7)
        #expect(try ledger.lease(lease.id)?.outstanding == 0)
        #expect(try grant(99)?.granted == 7)
        #expect(try ledger.verify().isEmpty)
    }

    @Test("No more comes back than is out, and only to a lease that is there")
    func returns() throws {
        let lease = try #require(try grant(3))
        #expect(refusal { try ledger.returnUnissued(lease: lease.id, units: 4) }?.code == .leaseExceeded)
        #expect(refusal { try ledger.returnUnissued(lease: lease.id, units: -1) }?.code == .leaseExceeded)
        #expect(refusal { try ledger.returnUnissued(lease: lease.id + 1, units: 1) }?.code == .unknownLease)
        #expect(try delivery()?.outstanding == 3)
    }

    @Test("A lowered cap only stops new grants, a raised one frees units")
    func capChanges() throws {
        let lease = try #require(try grant(8))
        try ledger.updateCampaign(Fixture.campaign(0, cap: 5), expectedRevision: nil, actor: "ann", at: soon)
        #expect(try grant(1) == nil)
        try ledger.record((1...8).map { shown($0, lease: lease.id) }, at: soon)
        #expect(try delivery() == Delivery(campaignNumber: campaign, confirmed: 8, outstanding: 0, cap: 5))
        try ledger.updateCampaign(Fixture.campaign(0, cap: 12), expectedRevision: nil, actor: "ann", at: soon)
        #expect(try grant(99)?.granted == 4)
    }

    @Test("Without a cap everything is granted under lease 0")
    func withoutCap() throws {
        try ledger.updateCampaign(Fixture.campaign(0), expectedRevision: nil, actor: "ann", at: soon)
        let lease = try #require(try grant(1_000))
        #expect(lease.id == 0 && lease.granted == 1_000)
        try ledger.record([shown(1, lease: 0), released(2, lease: 0)], at: soon)
        #expect(try delivery() == Delivery(campaignNumber: campaign, confirmed: 1, outstanding: 0, cap: nil))
        #expect(try ledger.verify().isEmpty)
    }

    @Test("A play that no lease covers counts and is seen as overspent")
    func overspent() throws {
        let lease = try #require(try grant(1))
        let otherDay = Fixture.noon.advanced(bySeconds: -86_400)
        try ledger.record([shown(1, lease: lease.id), shown(2, lease: lease.id), shown(3, lease: 777)], at: soon)
        #expect(
            try delivery() == Delivery(campaignNumber: campaign, confirmed: 3, outstanding: 0, overspent: 2, cap: 10)
        )
        try ledger.record([shown(4, lease: lease.id, issuedAt: otherDay)], at: soon)
        #expect(try ledger.deliveries(day: Day(number: Fixture.day.number - 1)).map(\.overspent) == [1])
        #expect(try ledger.verify().isEmpty)
    }

    @Test("A batch of wishes is granted whole or not at all")
    func wishes() throws {
        let wish = LeaseWish(campaignNumber: campaign, day: Fixture.day, node: "n1", units: 4)
        let unknown = LeaseWish(campaignNumber: 99, day: Fixture.day, node: "n1", units: 4)
        #expect(refusal { try ledger.grantLeases([wish, unknown]) }?.code == .notFound)
        #expect(try delivery() == nil)
        #expect(try ledger.grantLeases([wish, wish, wish, wish]).map { $0?.granted } == [4, 4, 2, nil])
    }

    @Test("Of a shrunken cap no more is promised than its share, and nothing that was promised before is taken back")
    func shrunkenCap() throws {
        func wish(_ units: Int, _ share: Double) -> LeaseWish {
            LeaseWish(campaignNumber: campaign, day: Fixture.day, node: "n1", units: units, capShare: share)
        }
        #expect(try ledger.grantLeases([wish(4, 0.55)]).map { $0?.granted } == [4])
        #expect(try ledger.grantLeases([wish(4, 0.55)]).map { $0?.granted } == [1], "5 of 10, rounded down")
        #expect(try ledger.grantLeases([wish(4, 0.2), wish(4, 0)]).map { $0?.granted } == [nil, nil])
        #expect(try delivery()?.outstanding == 5)
        #expect(try ledger.grantLeases([wish(9, 1)]).map { $0?.granted } == [5])
        #expect(try ledger.verify().isEmpty)
    }

    @Test("Whatever happens, confirmed and outstanding units never pass the cap", arguments: 1...12)
    func neverPastCap(seed: Int) throws {
        var market = LeaseMarket(ledger: ledger, campaign: campaign, cap: 10, seed: UInt64(seed))
        for step in 0..<150 {
            try market.step(step)
            try #require(market.violation == nil)
        }
        #expect(market.confirmed > 0)
        #expect(try ledger.verify().isEmpty)
    }
}

/// Nodes that lease, play, release and give back at random, and die.
private struct LeaseMarket {
    let ledger: Ledger
    let campaign: Int64
    var cap: Int
    var random: SeededGenerator
    /// Units that a node holds and has put on no receipt, by lease.
    var unissued: [Int64: Int] = [:]
    /// Receipts that listeners hold.
    var receipts: [(promotion: UInt64, lease: Int64)] = []
    var promotions: UInt64 = 0
    var confirmed = 0
    var violation: String?

    init(ledger: Ledger, campaign: Int64, cap: Int, seed: UInt64) {
        self.ledger = ledger
        self.campaign = campaign
        self.cap = cap
        random = SeededGenerator(seed: seed)
    }

    mutating func step(_ step: Int) throws {
        let before = try promised()
        switch random.index(below: 10) {
        case 0...2: try grant()
        case 3...5: issue()
        case 6...7: try settle(step)
        case 8: try giveBack()
        default: try changeCap()
        }
        let after = try promised()
        let deliveries = try ledger.deliveries(day: Fixture.day)
        if after > max(before, cap) { violation = "step \(step): \(after) promised of a cap of \(cap)" }
        if deliveries.contains(where: { $0.overspent > 0 }) { violation = "step \(step): overspent" }
        if deliveries.reduce(0, { $0 + $1.confirmed }) != confirmed { violation = "step \(step): miscounted plays" }
        let held = unissued.values.reduce(0, +) + receipts.count
        if deliveries.reduce(0, { $0 + $1.outstanding }) < held { violation = "step \(step): units were lost" }
    }

    private func promised() throws -> Int {
        try ledger.deliveries(day: Fixture.day).reduce(0) { $0 + $1.confirmed + $1.outstanding }
    }

    private mutating func grant() throws {
        let wanted = random.index(below: 6)
        let lease = try ledger.grantLease(campaignNumber: campaign, day: Fixture.day, node: "n", units: wanted)
        if let lease { unissued[lease.id] = lease.granted }
    }

    private mutating func issue() {
        guard let lease = unissued.keys.sorted().first, let units = unissued[lease] else { return }
        unissued[lease] = units > 1 ? units - 1 : nil
        promotions += 1
        receipts.append((promotions, lease))
    }

    /// Reports some receipts as shown or released, each of them once or twice.
    private mutating func settle(_ step: Int) throws {
        var batch: [Outcome] = []
        while !receipts.isEmpty, random.index(below: 3) > 0 {
            let (promotion, lease) = receipts.remove(at: random.index(below: receipts.count))
            let isShown = random.index(below: 3) > 0
            if isShown { confirmed += 1 }
            let receipt = Fixture.receipt(promotion, campaign: campaign, lease: lease)
            for copy in 0...random.index(below: 2) {
                let id = "\(promotion)-\(copy)"
                batch.append(Fixture.promoted(isShown ? .shown : .released, id: id, receipt))
            }
        }
        try ledger.record(batch, at: soon)
    }

    private mutating func giveBack() throws {
        guard let lease = unissued.keys.sorted().last, let units = unissued[lease] else { return }
        unissued[lease] = nil
        // A node that dies gives nothing back.
        if random.index(below: 3) > 0 { try ledger.returnUnissued(lease: lease, units: units) }
    }

    private mutating func changeCap() throws {
        cap = random.index(below: 25)
        try ledger.updateCampaign(
            Fixture.campaign(0, cap: cap),
            expectedRevision: nil,
            actor: "ann",
            at: Fixture.noon
        )
    }
}
