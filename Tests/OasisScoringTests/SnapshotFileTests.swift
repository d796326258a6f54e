import OasisMarket
import OasisResponse
import OasisScoring
import Testing

@Suite("Snapshot files")
struct SnapshotFileTests {
    private static let snapshot: Snapshot = {
        var random = SeededGenerator(seed: 41)
        var campaigns = (0..<5).map { Fixture.campaign($0, prices: [.delivery: 0.01 * Double($0), .listenerLoss: 2]) }
        campaigns[1].end = Fixture.noon
        campaigns[2].surfaces = [SurfaceID(trusted: "radio"), SurfaceID(trusted: "mix")]
        campaigns[3].markets = [MarketID(trusted: "DE")]
        campaigns[4].hasCap = true
        campaigns[4].tracks += [TrackID(trusted: "promoted-4-live")]
        campaigns[4].start = Timestamp(milliseconds: .min)
        var guardrails = Fixture.guardrails()
        guardrails.disabledSurfaces = [SurfaceID(trusted: "autoplay")]
        guardrails.isPromotionStopped = true
        guardrails.holdoutSalt = "sält"
        var snapshot = Fixture.snapshot(
            campaigns,
            worths: [.stream: random.uniform(), .listenerLoss: -1],
            cells: [
                PricedCell(cell: Fixture.radio, prices: Fixture.vector([.listenerLoss: 0.3])),
                PricedCell(cell: Fixture.mix, prices: Fixture.vector([.delivery: -0.1])),
            ],
            guardrails: guardrails,
            smoothing: 0.002,
            exploration: 0.01
        )
        snapshot.elsewherePrices = Fixture.vector([.save: 0.5])
        snapshot.rows = [
            PricedRow(name: "cap campaign-1", attribute: .delivery, scope: .campaign(1), price: 0.01),
            PricedRow(name: "a share", attribute: .delivery, scope: .campaigns([0, 4]), price: -0.02, share: 0.3),
            PricedRow(name: "loss radio", attribute: .listenerLoss, scope: .cell(0), price: 0.3),
            PricedRow(name: "all", attribute: .save, scope: .all, price: 0.5),
        ]
        let rates = (0..<10)
            .map { place in
                ResponseRates(
                    streamsPerPlay: 0.05 * Double(place),
                    savesPerStream: 0.01 * Double(place),
                    newListenersPerStream: 1
                )
            }
        snapshot.surfaceRates = SurfaceRates(
            surfaces: [SurfaceID(trusted: "mix"), SurfaceID(trusted: "radio")],
            live: rates,
            canary: rates.reversed(),
            canaryListeners: .init(share: BasisPoints(500), salt: "cänary")
        )
        return snapshot
    }()

    private let sections = [
        "header", "identity", "policy", "cells", "contexts", "campaigns", "campaignNames", "tracks", "trackNames",
        "trackGroups", "trackSlots", "surfaceSets", "marketSets", "rows", "rowNames", "rowMembers",
        "surfaceRates", "surfaceRateRecords",
    ]

    private static func bytes(_ snapshot: Snapshot) -> [UInt8] { SnapshotFile.encode(snapshot).copy }

    @Test("A snapshot reads back whole, and writes to the same bytes again")
    func roundTrip() throws {
        let bytes = Self.bytes(Self.snapshot)
        let read = try MappedSnapshot(copying: bytes)
        #expect(Self.bytes(read.value) == bytes)
        #expect(read.number == Self.snapshot.number && read.createdAt == Self.snapshot.createdAt)
        #expect(read.policyVersion == Self.snapshot.policyVersion && read.scale == Self.snapshot.scale)
        #expect(read.worths == Self.snapshot.worths && read.elsewherePrices == Self.snapshot.elsewherePrices)
        #expect(read.guardrails == Self.snapshot.guardrails && read.randomization == Self.snapshot.randomization)
        #expect(read.cells == Self.snapshot.cells && read.value.campaigns == Self.snapshot.campaigns)
        #expect(read.value.rows == Self.snapshot.rows)
        #expect(read.value.surfaceRates == Self.snapshot.surfaceRates)
        #expect(read.trackCount == 6 && read.campaignCount == 5 && read.formatVersion == 2)
        for (place, campaign) in Self.snapshot.campaigns.enumerated() {
            #expect(campaign.tracks.allSatisfy { read.campaign(of: $0) == place })
            #expect(read.campaign(named: campaign.id) == place)
        }
        #expect(read.campaign(of: TrackID(trusted: "promoted-5")) == nil)
    }

    @Test("An empty market makes a snapshot too")
    func empty() throws {
        let bytes = Self.bytes(Fixture.snapshot([]))
        let read = try MappedSnapshot(copying: bytes)
        #expect(Self.bytes(read.value) == bytes)
        #expect(read.campaign(of: TrackID(trusted: "promoted-0")) == nil)
    }

    @Test("A file of the format before reads as the same snapshot")
    func versionBefore() throws {
        let read = try MappedSnapshot(copying: Version1Bytes.bytes)
        var expected = Self.snapshot
        expected.rows = []
        expected.surfaceRates = nil
        #expect(read.formatVersion == 1)
        #expect(Self.bytes(read.value) == Self.bytes(expected))
        for count in 0..<Version1Bytes.bytes.count { try expectRefusal(Array(Version1Bytes.bytes.prefix(count))) }
        var random = SeededGenerator(seed: 44)
        for _ in 0..<1_000 {
            var damaged = Version1Bytes.bytes
            damaged[random.index(below: damaged.count)] ^= 1 << UInt8(random.index(below: 8))
            try expectRefusal(damaged)
        }
    }

    @Test("A snapshot that was read scores as the one that was written")
    func scoresAlike() throws {
        var snapshot = Self.snapshot
        snapshot.guardrails.isPromotionStopped = false
        let read = try MappedSnapshot(copying: Self.bytes(snapshot))
        for index in 0..<200 {
            let request = try Fixture.request("request-\(index)", promoted: [("promoted-0", 0.7), ("promoted-2", 0.6)])
            let reply = Scorer(read).score(request, at: Fixture.noon, drawKey: Fixture.key) { _ in true }
            #expect(reply == Fixture.score(request, by: snapshot))
        }
    }

    @Test("Every truncation is refused, naming a section")
    func truncations() throws {
        let bytes = Self.bytes(Self.snapshot)
        for count in 0..<bytes.count { try expectRefusal(Array(bytes.prefix(count))) }
        try expectRefusal(bytes + [0])
    }

    @Test("Thousands of flipped bits are refused, each naming a section")
    func flippedBits() throws {
        let bytes = Self.bytes(Self.snapshot)
        var random = SeededGenerator(seed: 42)
        var named: Set<String> = []
        for _ in 0..<4_000 {
            var damaged = bytes
            let bit = random.index(below: bytes.count * 8)
            damaged[bit / 8] ^= 1 << UInt8(bit % 8)
            named.insert(try expectRefusal(damaged))
        }
        #expect(named == Set(sections))
    }

    @Test("Several damages at once, and noise, are refused without a crash")
    func noise() throws {
        let bytes = Self.bytes(Self.snapshot)
        var random = SeededGenerator(seed: 43)
        for _ in 0..<500 {
            var damaged = bytes
            let start = random.index(below: bytes.count)
            for index in start..<min(bytes.count, start + 1 + random.index(below: 64)) {
                damaged[index] = ~damaged[index]
            }
            try expectRefusal(damaged)
            try expectRefusal(Array("OASISNAP".utf8) + (0..<300).map { _ in UInt8(truncatingIfNeeded: random.next()) })
        }
    }

    @Test("A file of another format is refused with both versions named")
    func version() {
        var bytes = Self.bytes(Self.snapshot)
        bytes[8] = 3
        let error = #expect(throws: SnapshotFile.Fault.self) { try MappedSnapshot(copying: bytes) }
        #expect(error?.section == "header")
        #expect(error?.rule.contains("format 3") == true && error?.rule.contains("format 2") == true)
        let other = #expect(throws: SnapshotFile.Fault.self) {
            try MappedSnapshot(copying: Array(repeating: 65, count: 1_000))
        }
        #expect(other?.rule.contains("no snapshot") == true)
    }

    @Test("A whole file whose policy breaks a rule is refused: the checksums alone are not trusted")
    func brokenPolicy() {
        var snapshot = Self.snapshot
        snapshot.guardrails.minimumOrganicPercentile = 2
        let error = #expect(throws: SnapshotFile.Fault.self) { try MappedSnapshot(copying: Self.bytes(snapshot)) }
        #expect(error?.section == "policy")
        snapshot = Self.snapshot
        snapshot.worths[.stream] = .nan
        let other = #expect(throws: SnapshotFile.Fault.self) { try MappedSnapshot(copying: Self.bytes(snapshot)) }
        #expect(other?.section == "policy")
    }

    @Test("Whole files with numbers and names that break a rule are refused, naming the section")
    func brokenRules() {
        let breaks: [(section: String, change: (inout Snapshot) -> Void)] = [
            ("identity", { $0.number = 1 << 48 }),
            ("identity", { $0.createdAt = Timestamp(milliseconds: .min) }),
            ("policy", { $0.guardrails.maxBoost = .infinity }),
            ("policy", { $0.randomization.explorationShare = 0.5 }),
            ("cells", { $0.cells[1].prices[.save] = .nan }),
            ("cells", { $0.cells[0].cell.surface = SurfaceID(trusted: "no surface") }),
            ("contexts", { $0.campaigns[2].surfaces = [SurfaceID(trusted: "")] }),
            ("campaigns", { $0.campaigns[3].prices[.delivery] = -.infinity }),
            ("campaigns", { $0.campaigns[3].commissionPerStream = .nan }),
            ("campaigns", { $0.campaigns[3].rates.savesPerStream = .infinity }),
            ("campaigns", { $0.campaigns[0].number = 1 << 32 }),
            ("campaigns", { $0.campaigns[0].number = -1 }),
            ("campaignNames", { $0.campaigns[0].id = CampaignID(trusted: "a/b") }),
            ("campaignNames", { $0.campaigns[0].id = CampaignID(trusted: "") }),
            ("tracks", { $0.campaigns[1].tracks = [TrackID(trusted: String(repeating: "t", count: 129))] }),
            ("tracks", { $0.campaigns[1].tracks = [TrackID(trusted: "")] }),
            ("trackNames", { $0.campaigns[1].tracks = [TrackID(trusted: "trück")] }),
            ("rows", { $0.rows[0].price = .nan }),
            ("rows", { $0.rows[0].scope = .campaign(5) }),
            ("rows", { $0.rows[2].scope = .cell(2) }),
            ("rowMembers", { $0.rows[1].scope = .campaigns([0, 7]) }),
            ("surfaceRates", { $0.surfaceRates?.canaryListeners.share = BasisPoints(10_001) }),
            ("surfaceRateRecords", { $0.surfaceRates?.live[3].savesPerStream = .nan }),
            ("surfaceRateRecords", { $0.surfaceRates?.live[3].streamsPerPlay = 1.5 }),
            ("surfaceRateRecords", { _ = $0.surfaceRates?.live.removeLast() }),
        ]
        for (section, change) in breaks {
            var snapshot = Self.snapshot
            change(&snapshot)
            let error = #expect(throws: SnapshotFile.Fault.self) { try MappedSnapshot(copying: Self.bytes(snapshot)) }
            #expect(error?.section == section, "\(String(describing: error))")
        }
    }

    @discardableResult
    private func expectRefusal(_ bytes: [UInt8]) throws -> String {
        let error = #expect(throws: SnapshotFile.Fault.self) { try MappedSnapshot(copying: bytes) }
        let fault = try #require(error)
        #expect(sections.contains(fault.section) && !fault.rule.isEmpty)
        return fault.section
    }
}
