import Foundation
import OasisMarket
import Testing

@Suite("Campaign rules")
struct CampaignRulesTests {
    static let rules = CampaignRules(
        eligibility: CampaignRules.Eligibility(
            releasedDays: 30,
            contextStreams: 20,
            contextStreamDays: 28,
            eligibleSongsPerTeam: 3,
            monthlyListenersPerTeam: 25_000
        ),
        selection: CampaignRules.Selection(opensOnDay: 11, closesDaysBefore: 1),
        commissionRate: BasisPoints(3_000)
    )
    private static let day = Day(year: 2026, month: 11, day: 20)
    private static let team = Team(id: TeamID(trusted: "team"), title: "Team", monthlyListeners: 25_000)

    private static func song(_ index: Int, releasedDays: Int32 = 30, streams: Int = 20) -> Song {
        Song(
            id: SongID(trusted: "s\(index)"),
            title: "Song \(index)",
            team: team.id,
            releasedOn: Day(number: day.number - releasedDays),
            tracks: [TrackID(trusted: "t\(index)")],
            contextStreams: streams
        )
    }

    private static func findings(_ song: Song, _ others: [Song], _ team: Team = team) -> [SongEligibility.Finding] {
        SongEligibility(of: song, team: team, songs: [song] + others, by: rules.eligibility, on: day).findings
    }

    @Test("A song that meets each rule exactly is eligible")
    func exactly() {
        let others = [Self.song(1), Self.song(2)]
        #expect(Self.findings(Self.song(0), others).isEmpty)
    }

    @Test("One short of a rule is not, and the reason says by how much")
    func oneShort() {
        let others = [Self.song(1), Self.song(2), Self.song(3)]
        #expect(
            Self.findings(Self.song(0, releasedDays: 29), others)
                == [.init(.releasedTooRecently, required: 30, found: 29)]
        )
        #expect(
            Self.findings(Self.song(0, streams: 19), others) == [.init(.tooFewContextStreams, required: 20, found: 19)]
        )
        #expect(
            Self.findings(Self.song(0), [Self.song(1), Self.song(2, streams: 19)])
                == [.init(.tooFewEligibleSongs, required: 3, found: 2)]
        )
        var small = Self.team
        small.monthlyListeners = 24_999
        #expect(
            Self.findings(Self.song(0), others, small)
                == [.init(.tooFewMonthlyListeners, required: 25_000, found: 24_999)]
        )
    }

    @Test("Every rule that is broken is named")
    func all() {
        var small = Self.team
        small.monthlyListeners = 0
        let findings = Self.findings(Self.song(0, releasedDays: -3, streams: 0), [], small)
        #expect(findings.map(\.reason) == SongEligibility.Reason.allCases)
        #expect(findings.map(\.found) == [-3, 0, 0, 0])
    }

    @Test("Selection opens on the 11th, closes on the last day and runs from the 1st, all at 00:00 UTC")
    func window() throws {
        let window = Self.rules.selection(at: Self.day.start)
        #expect(window.opens.description == "2026-11-11T00:00:00.000Z")
        #expect(window.closes.description == "2026-11-30T00:00:00.000Z")
        #expect(window.runsFrom.description == "2026-12-01T00:00:00.000Z")
        #expect(window.runsUntil.description == "2027-01-01T00:00:00.000Z")
        #expect(!window.isOpen(at: Timestamp(milliseconds: window.opens.milliseconds - 1)))
        #expect(window.isOpen(at: window.opens))
        #expect(window.isOpen(at: Timestamp(milliseconds: window.closes.milliseconds - 1)))
        #expect(!window.isOpen(at: window.closes))
    }

    @Test(
        "Months of every length and the year's end have their selection",
        arguments: [
            ("2027-02-03", "2027-02-28", "2027-03-01"), ("2028-02-29", "2028-02-29", "2028-03-01"),
            ("2026-12-31", "2026-12-31", "2027-01-01"), ("2026-04-01", "2026-04-30", "2026-05-01"),
        ]
    )
    func months(day: String, closes: String, runs: String) throws {
        let window = Self.rules.selection(at: try #require(Day(day)).start)
        #expect(window.closes.day.description == closes)
        #expect(window.runsFrom.day.description == runs)
    }

    @Test("The shipped policy is valid, and has the public rules")
    func shipped() throws {
        let file = URL(filePath: #filePath).deletingLastPathComponent()
            .appending(path: "../../Examples/discovery-policy.json")
        let policy = try JSONDecoder().decode(Policy.self, from: try Data(contentsOf: file))
        try policy.validate()
        #expect(policy.campaignRules == Self.rules)
        #expect(policy.commission.basis == .context)
    }

    @Test("A licensor breaks even at a lift of 1 / 0.7 − 1")
    func breakEven() {
        #expect(abs(BasisPoints(3_000).breakEvenLift - 0.428_571_428_571) < 1e-9)
        #expect(BasisPoints(0).breakEvenLift == 0)
    }

    @Test(
        "Rules that make no sense are refused by field",
        arguments: [
            ("releasedDays", "eligibility.releasedDays"), ("contextStreams", "eligibility.contextStreams"),
            ("contextStreamDays", "eligibility.contextStreamDays"),
            ("eligibleSongsPerTeam", "eligibility.eligibleSongsPerTeam"),
            ("monthlyListenersPerTeam", "eligibility.monthlyListenersPerTeam"),
            ("opensOnDay", "selection.opensOnDay"), ("closesDaysBefore", "selection.closesDaysBefore"),
            ("commissionRate", "commissionRate"),
        ]
    )
    func invalid(key: String, field: String) throws {
        try Self.rules.validate()
        let data = try JSONEncoder().encode(Self.rules)
        let text = String(decoding: data, as: UTF8.self)
        let pattern = try Regex("\"\(key)\":[0-9]+")
        let broken = try JSONDecoder()
            .decode(CampaignRules.self, from: Data(text.replacing(pattern, with: "\"\(key)\":-1").utf8))
        let error = #expect(throws: InvalidField.self) { try broken.validate() }
        #expect(error?.field == field)
    }
}
