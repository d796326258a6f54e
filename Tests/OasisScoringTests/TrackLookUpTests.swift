import OasisMarket
import OasisScoring
import Testing

@Suite("Tracks are found by name")
struct TrackLookUpTests {
    private static let count = 20_000

    /// Names of every length that a name may have.
    private static func name(_ index: Int) -> String {
        let text = "t\(index)-"
        return text + String(repeating: "x", count: index * 7 % (129 - text.utf8.count))
    }

    private static let mapped: MappedSnapshot = {
        let campaigns = (0..<(count / 10))
            .map { index in
                var campaign = Fixture.campaign(index)
                campaign.tracks = (0..<10).map { TrackID(trusted: name(index * 10 + $0)) }
                return campaign
            }
        return MappedSnapshot(Fixture.snapshot(campaigns))
    }()

    @Test("Every track finds its campaign, and every other name finds nothing")
    func everyTrack() throws {
        #expect(Self.mapped.trackCount == Self.count)
        for index in 0..<Self.count {
            let name = Self.name(index)
            #expect(Self.mapped.campaign(of: TrackID(trusted: name)) == index / 10)
            #expect(Self.mapped.campaign(of: TrackID(trusted: String(name.dropLast()) + "y")) == nil)
        }
        for index in 0..<Self.count {
            #expect(Self.mapped.campaign(of: TrackID(trusted: "other-\(index)")) == nil)
        }
        try Self.mapped.verifyTracks()
    }

    @Test("A name that differs behind its last character, or is filled up with zeros, is another name")
    func similarNames() {
        let snapshot = MappedSnapshot(Fixture.snapshot([Fixture.campaign(0)]))
        for name in ["promoted-0", "promoted-", "promoted-01", "promoted-0\0", "promoted-0\0\0\0\0\0\0"] {
            let isKnown = snapshot.campaign(of: TrackID(trusted: name)) != nil
            #expect(isKnown == (name == "promoted-0"), "\(name.debugDescription)")
        }
    }

    @Test("Of two campaigns with one track the later promotes it")
    func sharedTrack() {
        var campaigns = (0..<3).map { Fixture.campaign($0) }
        campaigns[2].tracks.append(TrackID(trusted: "promoted-0"))
        let snapshot = MappedSnapshot(Fixture.snapshot(campaigns))
        #expect(snapshot.campaign(of: TrackID(trusted: "promoted-0")) == 2)
        #expect(snapshot.trackCount == 3)
        #expect(snapshot.value.campaigns == campaigns)
    }

    @Test("Candidates named by hash are scored as those named by name")
    func hashes() throws {
        let snapshot = Fixture.snapshot((0..<4).map { Fixture.campaign($0) }, smoothing: 0.3, exploration: 0.05)
        for index in 0..<200 {
            let named = try Fixture.request(
                "request-\(index)",
                promoted: (0..<4).map { ("promoted-\($0)", 0.7 - 0.05 * Float($0)) },
                slots: 2
            )
            let hashed = try ScoreRequest(
                id: named.id,
                listener: named.listener,
                cell: named.cell,
                time: named.time,
                scale: named.scale,
                slateSize: named.slateSize,
                promotableSlots: named.promotableSlots,
                tracks: TrackNames(),
                trackHashes: named.tracks.map(\.stableHash),
                organicScores: named.organicScores
            )
            #expect(Fixture.score(hashed, by: snapshot) == Fixture.score(named, by: snapshot))
        }
    }

    @Test("Surfaces and markets beyond the first sixty-four are told apart, and unknown ones are in no set")
    func manyContexts() throws {
        let markets = (0..<150).map { MarketID(trusted: "M\($0)") }
        let campaigns = markets.indices.map { index in
            var campaign = Fixture.campaign(index)
            campaign.markets = [markets[index]]
            return campaign
        }
        let snapshot = Fixture.snapshot(campaigns)
        for (index, market) in (markets + [MarketID(trusted: "XX")]).enumerated() {
            let cell = Cell(surface: Fixture.radio.surface, market: market)
            let promoted = [3, 64, 127, 149].map { (track: "promoted-\($0)", organic: Float(0.7)) }
            let reply = Fixture.score(try Fixture.request(cell: cell, promoted: promoted, slots: 2), by: snapshot)
            let expected = [3, 64, 127, 149].contains(index) ? ["campaign-\(index)"] : []
            #expect(reply.promotions.map(\.campaign.text) == expected)
        }
    }
}
