import OasisLedger
import OasisMarket
import Testing

@Suite("Control plane")
struct ControlPlaneTests {
    let fixture: Fixture
    var ledger: Ledger { fixture.ledger }
    let at = Fixture.noon

    init() throws {
        fixture = try Fixture()
        _ = try fixture.openMarket(campaigns: 3)
    }

    @Test("A campaign is read back as it was written")
    func readBack() throws {
        let stored = try #require(try ledger.campaign(CampaignID("c1")))
        #expect(stored.document == Fixture.campaign(1))
        #expect(stored.revision == 1)
        #expect(stored.actor == "ann")
        #expect(try ledger.campaign(number: stored.number) == stored)
        #expect(try ledger.campaign(CampaignID("none")) == nil)
        #expect(try ledger.campaign(number: try #require(try ledger.licensor(LicensorID("label"))).number) == nil)
    }

    @Test("A name that is taken is refused")
    func alreadyExists() {
        #expect(
            refusal { try ledger.createCampaign(Fixture.campaign(0), actor: "ann", at: at) }?.code == .alreadyExists
        )
        #expect(refusal { try ledger.createLicensor(Fixture.licensor, actor: "ann", at: at) }?.code == .alreadyExists)
    }

    @Test("A change from an old revision is refused with the revision that is there")
    func revisionMismatch() throws {
        var campaign = Fixture.campaign(0)
        campaign.title = "Second"
        let second = try ledger.updateCampaign(campaign, expectedRevision: 1, actor: "ben", at: at)
        #expect(second.revision == 2)
        campaign.title = "Third"
        let error = refusal { try ledger.updateCampaign(campaign, expectedRevision: 1, actor: "cat", at: at) }
        #expect(error?.code == .revisionMismatch)
        #expect(error?.currentRevision == 2)
        #expect(try ledger.campaign(CampaignID("c0")) == second)
    }

    @Test("Every change is kept with who, when, and what it was before and after")
    func history() throws {
        var campaign = Fixture.campaign(0)
        campaign.state = .paused
        try ledger.updateCampaign(campaign, expectedRevision: nil, actor: "ben", at: at)
        let changes = try ledger.history(of: CampaignID("c0"))
        #expect(changes.map(\.revision) == [1, 2])
        #expect(changes.map(\.actor) == ["ann", "ben"])
        #expect(changes.map(\.before) == [nil, Fixture.campaign(0)])
        #expect(changes.map(\.after) == [Fixture.campaign(0), campaign])
        #expect(changes[1].at == at)
        #expect(refusal { try ledger.history(of: CampaignID("none")) }?.code == .notFound)
        #expect(try ledger.history(of: LicensorID("label")).count == 1)
    }

    @Test("A document that breaks a rule names the field and changes nothing")
    func invalid() throws {
        let revision = try ledger.controlRevision()
        var campaign = Fixture.campaign(0)
        campaign.dailyCap = -1
        let error = refusal { try ledger.updateCampaign(campaign, expectedRevision: 1, actor: "ben", at: at) }
        #expect(error?.code == .invalid)
        #expect(error?.invalidField?.field == "dailyCap")
        #expect(try ledger.controlRevision() == revision)
    }

    @Test("Song, artist and licensor of a campaign stay", arguments: ["song", "artist", "licensor"])
    func identityStays(field: String) throws {
        try ledger.createLicensor(
            Licensor(id: LicensorID("other"), title: "Other", tier: TierID("major")),
            actor: "ann",
            at: at
        )
        var campaign = Fixture.campaign(0)
        switch field {
        case "song": campaign.song = try SongID("other")
        case "artist": campaign.artist = try ArtistID("other")
        default: campaign.licensor = try LicensorID("other")
        }
        let error = refusal { try ledger.updateCampaign(campaign, expectedRevision: 1, actor: "ben", at: at) }
        #expect(error?.invalidField?.field == field)
        #expect(try ledger.campaign(CampaignID("c0"))?.revision == 1)
    }

    @Test("A campaign of an unknown licensor is refused whole")
    func unknownLicensor() throws {
        var campaign = Fixture.campaign(9)
        campaign.licensor = try LicensorID("nobody")
        #expect(refusal { try ledger.createCampaign(campaign, actor: "ann", at: at) }?.code == .unknownLicensor)
        #expect(try ledger.campaign(CampaignID("c9")) == nil)
    }

    @Test("A track belongs to one campaign, and is free again when taken out")
    func trackTaken() throws {
        var campaign = Fixture.campaign(9)
        campaign.tracks = try [TrackID("fresh"), TrackID("t2")]
        let error = refusal { try ledger.createCampaign(campaign, actor: "ann", at: at) }
        #expect(error?.code == .trackTaken)
        #expect(error?.campaign == (try CampaignID("c2")))
        var holder = Fixture.campaign(2)
        holder.tracks = try [TrackID("elsewhere")]
        try ledger.updateCampaign(holder, expectedRevision: 1, actor: "ann", at: at)
        try ledger.createCampaign(campaign, actor: "ann", at: at)
        let clash = refusal {
            try ledger.updateCampaign(Fixture.campaign(2), expectedRevision: 2, actor: "ann", at: at)
        }
        #expect(clash?.campaign == campaign.id)
    }

    @Test("Pages follow the order of ids without gaps or repeats")
    func paging() throws {
        for index in 3..<12 { try ledger.createCampaign(Fixture.campaign(index), actor: "ann", at: at) }
        var seen: [CampaignID] = []
        while true {
            let page = try ledger.campaigns(after: seen.last, limit: 5)
            guard !page.isEmpty else { break }
            #expect(page.count <= 5)
            seen += page.map(\.document.id)
        }
        #expect(seen == (try ledger.allCampaigns().map(\.document.id)))
        #expect(seen == seen.sorted() && seen.count == 12)
        #expect(try ledger.licensors(after: nil, limit: 5).count == 1)
        #expect(try ledger.campaigns(after: nil, limit: 0).isEmpty)
    }

    @Test("Updating what is not there is refused")
    func notFound() {
        let error = refusal {
            try ledger.updateCampaign(Fixture.campaign(9), expectedRevision: nil, actor: "a", at: at)
        }
        #expect(error?.code == .notFound)
        let licensor = Licensor(id: LicensorID(trusted: "x"), title: "X", tier: TierID(trusted: "major"))
        #expect(
            refusal { try ledger.updateLicensor(licensor, expectedRevision: 1, actor: "a", at: at) }?.code == .notFound
        )
    }

    @Test("Policies are numbered, the newest holds, old ones stay readable")
    func policies() throws {
        let first = try #require(try ledger.currentPolicy())
        #expect(first.number == 1)
        let second = try ledger.applyPolicy(Fixture.policy(royalty: 5_000), expectedVersion: 1, actor: "ben", at: at)
        #expect(second.number == 2)
        #expect(try ledger.currentPolicy() == second)
        #expect(try ledger.policy(version: 1) == first)
        #expect(try ledger.policy(version: 3) == nil)
        #expect(try ledger.policies(limit: 10) == [second, first])
        let stale = refusal {
            try ledger.applyPolicy(Fixture.policy(), expectedVersion: 1, actor: "cat", at: at)
        }
        #expect(stale?.code == .revisionMismatch)
        #expect(stale?.currentRevision == 2)
    }

    @Test("One ledger holds one currency")
    func currencyStays() throws {
        let error = refusal {
            try ledger.applyPolicy(Fixture.policy(currency: "USD"), expectedVersion: nil, actor: "ben", at: at)
        }
        #expect(error?.invalidField?.field == "commission.royaltyPerStream.currency")
        #expect(try ledger.currentPolicy()?.number == 1)
    }

    @Test("The control revision grows with every change and with nothing else")
    func controlRevision() throws {
        let before = try ledger.controlRevision()
        try ledger.record([Fixture.organic(.shown, id: "1")], at: soon)
        _ = refusal { try ledger.createCampaign(Fixture.campaign(0), actor: "ann", at: at) }
        #expect(try ledger.controlRevision() == before)
        try ledger.updateLicensor(Fixture.licensor, expectedRevision: 1, actor: "ann", at: at)
        try ledger.applyPolicy(Fixture.policy(), expectedVersion: nil, actor: "ann", at: at)
        #expect(try ledger.controlRevision() == before + 2)
    }
}
