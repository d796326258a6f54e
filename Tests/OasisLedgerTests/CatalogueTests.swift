import OasisLedger
import OasisMarket
import Testing

@Suite("Campaigns under rules")
struct CatalogueTests {
    let fixture: Fixture
    var ledger: Ledger { fixture.ledger }

    /// Selection for December is open from 11 November until the 30th.
    private static let opens = Day(year: 2026, month: 11, day: 11).start
    private static let closes = Day(year: 2026, month: 11, day: 30).start
    private static let december = Day(year: 2026, month: 12, day: 1).start
    private static let january = Day(year: 2027, month: 1, day: 1).start

    init() throws {
        fixture = try Fixture()
        var policy = Fixture.policy()
        policy.campaignRules = CampaignRules(
            eligibility: CampaignRules.Eligibility(
                releasedDays: 30,
                contextStreams: 20,
                contextStreamDays: 28,
                eligibleSongsPerTeam: 2,
                monthlyListenersPerTeam: 1_000
            ),
            selection: CampaignRules.Selection(opensOnDay: 11, closesDaysBefore: 1),
            commissionRate: BasisPoints(3_000)
        )
        let at = Self.opens
        try ledger.createLicensor(Fixture.licensor, actor: "ann", at: at)
        try ledger.applyPolicy(policy, expectedVersion: 0, actor: "ann", at: at)
        try ledger.putTeam(
            Team(id: TeamID(trusted: "team"), title: "Team", monthlyListeners: 5_000),
            expectedRevision: 0,
            actor: "catalogue",
            at: at
        )
        for index in 0..<2 {
            try ledger.putSong(Self.song(index), expectedRevision: 0, actor: "catalogue", at: at)
        }
    }

    private static func song(_ index: Int, tracks: [String]? = nil, streams: Int = 20) -> Song {
        Song(
            id: SongID(trusted: "s\(index)"),
            title: "Song \(index)",
            team: TeamID(trusted: "team"),
            releasedOn: Day(year: 2026, month: 1, day: 1),
            tracks: (tracks ?? ["t\(index)", "t\(index)-live"]).map { TrackID(trusted: $0) },
            contextStreams: streams
        )
    }

    private static func campaign(_ index: Int = 0) -> Campaign {
        var campaign = Fixture.campaign(index)
        campaign.start = december
        campaign.end = january
        return campaign
    }

    private func field(_ campaign: Campaign, at time: Timestamp = opens) -> String? {
        refusal { try ledger.createCampaign(campaign, actor: "ann", at: time) }?.invalidField?.field
    }

    @Test("An eligible song that is selected in time becomes a campaign with every track of it")
    func admitted() throws {
        let stored = try ledger.createCampaign(Self.campaign(), actor: "ann", at: Self.opens)
        #expect(stored.document.tracks.map(\.text) == ["t0", "t0-live"])
    }

    @Test("A new version of a song joins its campaigns, and history says by whom")
    func newVersion() throws {
        let number = try ledger.createCampaign(Self.campaign(), actor: "ann", at: Self.opens).number
        try ledger.putSong(
            Self.song(0, tracks: ["t0", "t0-live", "t0-remaster"]),
            expectedRevision: 1,
            actor: "catalogue",
            at: Self.closes
        )
        #expect(try ledger.campaign(number: number)?.document.tracks.map(\.text) == ["t0", "t0-live", "t0-remaster"])
        #expect(try ledger.history(of: CampaignID(trusted: "c0")).map(\.actor) == ["ann", "catalogue"])
        // The remaster's streams in the contexts are the campaign's from then on.
        let time = Self.december.advanced(bySeconds: 60)
        let stream = Fixture.organic(.streamed, id: "1", track: "t0-remaster", at: time, played: 40_000)
        try ledger.record([stream], at: time)
        let total = try ledger.statement(from: time.day, to: time.day.next, by: [], now: time).total
        #expect(total.contextStreams == 1)
        #expect(total.commission.micros == 1_200)
    }

    @Test("A track that leaves the catalogue stays in the campaign, and one of another campaign cannot join")
    func trackRules() throws {
        try ledger.createCampaign(Self.campaign(), actor: "ann", at: Self.opens)
        try ledger.createCampaign(Self.campaign(1), actor: "ann", at: Self.opens)
        try ledger.putSong(Self.song(0, tracks: ["t0"]), expectedRevision: 1, actor: "catalogue", at: Self.closes)
        #expect(try ledger.campaign(CampaignID(trusted: "c0"))?.document.tracks.count == 2)
        let taken = refusal {
            try ledger.putSong(Self.song(0, tracks: ["t0", "t1"]), expectedRevision: 2, actor: "x", at: Self.closes)
        }
        #expect(taken?.code == .trackTaken)
        #expect(try ledger.song(SongID(trusted: "s0"))?.revision == 2)
        var fewer = Self.campaign()
        fewer.tracks = [TrackID(trusted: "t0-live")]
        let error = refusal { try ledger.updateCampaign(fewer, expectedRevision: nil, actor: "ann", at: Self.closes) }
        #expect(error?.invalidField?.field == "tracks")
    }

    @Test("Selection is open from its first moment to its last, for the next month alone")
    func window() {
        #expect(field(Self.campaign(), at: Timestamp(milliseconds: Self.opens.milliseconds - 1)) == "start")
        #expect(field(Self.campaign(), at: Self.closes) == "start")
        var wrong = Self.campaign()
        wrong.start = Self.december.advanced(bySeconds: 1)
        #expect(field(wrong) == "start")
        wrong = Self.campaign()
        wrong.end = nil
        #expect(field(wrong) == "end")
        wrong.end = Self.january.advanced(bySeconds: 1)
        #expect(field(wrong) == "end")
        wrong = Self.campaign()
        wrong.commissionRate = BasisPoints(2_000)
        #expect(field(wrong) == "commissionRate")
        #expect(field(Self.campaign(), at: Timestamp(milliseconds: Self.closes.milliseconds - 1)) == nil)
    }

    @Test("A song that is not eligible, or not in the catalogue, is refused with its reasons")
    func ineligible() throws {
        #expect(field(Self.campaign(7)) == "song")
        try ledger.putSong(Self.song(1, streams: 19), expectedRevision: 1, actor: "catalogue", at: Self.opens)
        let rule = refusal { try ledger.createCampaign(Self.campaign(1), actor: "ann", at: Self.opens) }?.invalidField?
            .rule
        #expect(rule?.contains("too-few-context-streams (19, must be 20 or more)") == true)
        // The first song meets every rule for songs, but its team has only one such song now.
        #expect(field(Self.campaign(0)) == "song")
        let eligibility = try ledger.eligibility(of: SongID(trusted: "s0"), on: Self.opens.day)
        #expect(eligibility.findings == [.init(.tooFewEligibleSongs, required: 2, found: 1)])
        #expect(refusal { try ledger.eligibility(of: SongID(trusted: "s7"), on: Self.opens.day) }?.code == .notFound)
    }

    @Test("What was selected stays, and a campaign may end earlier")
    func updates() throws {
        try ledger.createCampaign(Self.campaign(), actor: "ann", at: Self.opens)
        func field(_ change: (inout Campaign) -> Void) throws -> String? {
            var campaign = try #require(try ledger.campaign(CampaignID(trusted: "c0"))).document
            change(&campaign)
            return refusal { try ledger.updateCampaign(campaign, expectedRevision: nil, actor: "b", at: Self.closes) }?
                .invalidField?
                .field
        }
        #expect(try field { $0.start = Self.closes } == "start")
        #expect(try field { $0.commissionRate = BasisPoints(0) } == "commissionRate")
        #expect(try field { $0.end = nil } == "end")
        #expect(try field { $0.end = Self.december.advanced(bySeconds: 86_400) } == nil)
        #expect(try field { $0.state = .paused } == nil)
    }

    @Test("Without rules in the policy, any campaign may be opened at any time")
    func withoutRules() throws {
        try ledger.applyPolicy(Fixture.policy(), expectedVersion: nil, actor: "ann", at: Self.opens)
        #expect(field(Fixture.campaign(5), at: Self.closes) == nil)
        #expect(refusal { try ledger.eligibility(of: SongID(trusted: "s0"), on: Self.opens.day) }?.code == .notFound)
    }

    @Test("Every change names who made it, newest first")
    func changes() throws {
        try ledger.createCampaign(Self.campaign(), actor: "ann", at: Self.opens.advanced(bySeconds: 1))
        try ledger.applyPolicy(
            Fixture.policy(),
            expectedVersion: 1,
            actor: "bob",
            at: Self.opens.advanced(bySeconds: 2)
        )
        let changes = try ledger.changes(limit: 3)
        #expect(changes.map(\.family) == ["policy", "campaign", "licensor"])
        #expect(changes.map(\.actor) == ["bob", "ann", "ann"])
        #expect(changes.map(\.name) == ["2", "c0", "label"])
        #expect(try ledger.changes(limit: 100).count == 7)
    }
}
