import Foundation
import OasisMarket
import Testing

@Suite("Campaigns and licensors")
struct CampaignTests {
    private let start = Timestamp("2026-11-01T00:00:00Z") ?? Timestamp(milliseconds: 0)

    private var campaign: Campaign {
        Campaign(
            id: CampaignID(trusted: "c1"),
            title: "A song",
            song: SongID(trusted: "s1"),
            tracks: [TrackID(trusted: "t1"), TrackID(trusted: "t2")],
            artist: ArtistID(trusted: "a1"),
            licensor: LicensorID(trusted: "l1"),
            surfaces: [SurfaceID(trusted: "radio")],
            markets: [MarketID(trusted: "DE"), MarketID(trusted: "AT")],
            start: start,
            end: start.advanced(bySeconds: 86_400),
            commissionRate: BasisPoints(3_000),
            dailyCap: 100,
            dailyGuarantee: 50
        )
    }

    @Test("A campaign within all rules is taken, at the edges of its ranges too")
    func valid() throws {
        try campaign.validate()
        var edges = campaign
        edges.title = String(repeating: "ä", count: 200)
        edges.tracks = (0..<100).map { TrackID(trusted: "t\($0)") }
        edges.end = Timestamp(milliseconds: start.milliseconds + 1)
        edges.commissionRate = BasisPoints(10_000)
        edges.dailyCap = 1_000_000_000
        edges.dailyGuarantee = 1_000_000_000
        try edges.validate()
        edges.commissionRate = BasisPoints(0)
        edges.dailyGuarantee = 0
        edges.dailyCap = 0
        try edges.validate()
        edges.dailyCap = nil
        edges.dailyGuarantee = 1_000_000_000
        try edges.validate()
    }

    @Test("Each broken rule is refused with the field it belongs to")
    func invalid() {
        let start = start
        let cases: [(String, (inout Campaign) -> Void)] = [
            ("title", { $0.title = "" }),
            ("title", { $0.title = String(repeating: "x", count: 201) }),
            ("tracks", { $0.tracks = [] }),
            ("tracks", { $0.tracks = (0...100).map { TrackID(trusted: "t\($0)") } }),
            ("tracks", { $0.tracks = [TrackID(trusted: "t"), TrackID(trusted: "t")] }),
            ("end", { $0.end = start }),
            ("end", { $0.end = start.advanced(bySeconds: -1) }),
            ("commissionRate", { $0.commissionRate = BasisPoints(-1) }),
            ("commissionRate", { $0.commissionRate = BasisPoints(10_001) }),
            ("dailyCap", { $0.dailyCap = -1 }),
            ("dailyCap", { $0.dailyCap = 1_000_000_001 }),
            ("dailyGuarantee", { $0.dailyGuarantee = -1 }),
            ("dailyGuarantee", { $0.dailyGuarantee = 101 }),
            (
                "dailyGuarantee",
                {
                    $0.dailyCap = nil
                    $0.dailyGuarantee = .max
                }
            ),
        ]
        for (field, damage) in cases {
            var campaign = campaign
            damage(&campaign)
            #expect(throws: InvalidField.self) { try campaign.validate() }
            #expect(fieldAtFault { try campaign.validate() } == field)
        }
    }

    @Test("A campaign may serve in its contexts from its start until just before its end, while active")
    func contexts() {
        let radio = Cell(surface: SurfaceID(trusted: "radio"), market: MarketID(trusted: "DE"))
        let elsewhere = Cell(surface: SurfaceID(trusted: "radio"), market: MarketID(trusted: "US"))
        let mix = Cell(surface: SurfaceID(trusted: "mix"), market: MarketID(trusted: "DE"))
        #expect(campaign.mayServe(in: radio, at: start))
        #expect(!campaign.mayServe(in: radio, at: start.advanced(bySeconds: -0.001)))
        #expect(campaign.mayServe(in: radio, at: start.advanced(bySeconds: 86_399.999)))
        #expect(!campaign.mayServe(in: radio, at: start.advanced(bySeconds: 86_400)))
        #expect(!campaign.mayServe(in: elsewhere, at: start))
        #expect(!campaign.mayServe(in: mix, at: start))
        var paused = campaign
        paused.state = .paused
        #expect(!paused.mayServe(in: radio, at: start))
        var open = campaign
        (open.surfaces, open.markets, open.end) = ([], [], nil)
        #expect(open.mayServe(in: elsewhere, at: start.advanced(bySeconds: 1e9)))
        #expect(open.mayServe(in: mix, at: start))
    }

    @Test("A campaign's JSON reads back as itself, and what may be left out has its default")
    func json() throws {
        let encoded = try JSONEncoder().encode(campaign)
        #expect(try JSONDecoder().decode(Campaign.self, from: encoded) == campaign)
        let least = """
            {"id":"c","title":"T","song":"s","tracks":["t"],"artist":"a","licensor":"l",\
            "start":"2026-11-01T00:00:00Z","commissionRate":3000}
            """
        let read = try JSONDecoder().decode(Campaign.self, from: Data(least.utf8))
        #expect(read.surfaces.isEmpty && read.markets.isEmpty && read.state == .active)
        #expect(read.end == nil && read.dailyCap == nil && read.dailyGuarantee == nil)
        try read.validate()
        for required in ["id", "title", "song", "tracks", "artist", "licensor", "start", "commissionRate"] {
            let without = least.replacing("\"\(required)\":", with: "\"other\":")
            #expect(throws: DecodingError.self) { try JSONDecoder().decode(Campaign.self, from: Data(without.utf8)) }
        }
    }

    @Test("A licensor needs a title of 1 to 200 characters")
    func licensor() throws {
        var licensor = Licensor(id: LicensorID(trusted: "l"), title: "Label", tier: TierID(trusted: "major"))
        try licensor.validate()
        licensor.title = ""
        #expect(fieldAtFault { try licensor.validate() } == "title")
        licensor.title = String(repeating: "x", count: 201)
        #expect(fieldAtFault { try licensor.validate() } == "title")
    }
}

/// The field that a refusal names; nothing when nothing was refused.
func fieldAtFault(_ body: () throws -> Void) -> String? {
    do {
        try body()
        return nil
    } catch {
        return (error as? InvalidField)?.field
    }
}
