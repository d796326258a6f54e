import Foundation
import OasisDriver
import OasisLogFiles
import OasisMarket
import OasisScoring
import OasisSimulation
import Testing

@Suite("The Open Bandit log")
struct OpenBanditLogTests {
    @Test("A row is a request at its own time, on its position's surface, with all items as candidates")
    func request() throws {
        let fixture = try OpenBanditFixture(rows: OpenBanditFixture.rows(30))
        defer { fixture.remove() }
        let log = try OpenBanditLog(directory: fixture.directory.path, seed: 1)
        #expect(log.times.count == 30)
        let request = log.request(at: 1)
        #expect(request.time == Timestamp("2019-11-24T00:01:00.250Z"))
        #expect(request.cell.description == "position-2/zozo")
        #expect(request.slateSize == 2)
        #expect(request.promotableSlots == 1)
        #expect(request.tracks.map(\.text) == ["item-0", "item-1", "item-2", "item-3", "item-4"])
        #expect(log.request(at: 1).listener == log.request(at: 5).listener)
        #expect(log.request(at: 1).listener != log.request(at: 2).listener)
    }

    @Test("The organic score is the smoothed click rate of item and position, times one plus the affinity")
    func organicScore() throws {
        // Position 1: item 0 has two rows and one click, the others none: mean 1/2, rate (1 + 200/2)/(2 + 200).
        var rows = [
            OpenBanditFixture.Row(time: "2019-11-24 00:00:00+00:00", item: 0, position: 1, click: 1),
            OpenBanditFixture.Row(time: "2019-11-24 00:01:00+00:00", item: 0, position: 1, click: 0),
        ]
        rows[1].affinities = [0, 0.5, 3, 0, 0]
        let fixture = try OpenBanditFixture(rows: rows)
        defer { fixture.remove() }
        let log = try OpenBanditLog(directory: fixture.directory.path, seed: 1)
        #expect(log.organicScore(item: 0, row: 0) == 101.0 / 202.0)
        #expect(log.organicScore(item: 1, row: 1) == 0.75)
        #expect(log.organicScore(item: 2, row: 1) == 1)
    }

    @Test("Where the recommended item is played, the log's own click decides; a click is a stream")
    func ownClick() throws {
        let fixture = try OpenBanditFixture(rows: OpenBanditFixture.rows(300))
        defer { fixture.remove() }
        let log = try OpenBanditLog(directory: fixture.directory.path, seed: 1)
        var seen = 0
        for index in log.times.indices {
            let request = log.request(at: index)
            let item = index * 7 % 5
            for play in log.play([item, (item + 1) % 5], of: request, at: index) where play.candidate == item {
                #expect(play.isStream == (index % 10 == 0))
                #expect(play.isStream || !(play.isSaved || play.isAdded || play.isFollowed))
                seen += 1
            }
        }
        #expect(seen == 300)
    }

    @Test("Another item is streamed about as often as its organic score says")
    func drawnClick() throws {
        let fixture = try OpenBanditFixture(rows: OpenBanditFixture.rows(900))
        defer { fixture.remove() }
        let log = try OpenBanditLog(directory: fixture.directory.path, seed: 1)
        var (streams, expected) = (0, 0.0)
        for index in log.times.indices {
            let request = log.request(at: index)
            let other = (index * 7 + 1) % 5
            expected += Double(request.organicScores[other])
            streams += log.play([other], of: request, at: index)[0].isStream ? 1 : 0
        }
        // Binomial: 900 draws at about 0.1 have a standard deviation of 9; four of them either way.
        #expect(abs(Double(streams) - expected) < 36)
    }

    @Test("Set-up is derived from log and seed: valid, repeatable, and different with another seed")
    func setUp() throws {
        let fixture = try OpenBanditFixture(items: 20, rows: OpenBanditFixture.rows(600, items: 20))
        defer { fixture.remove() }
        let log = try OpenBanditLog(directory: fixture.directory.path, seed: 1)
        let setUp = log.setUp
        try setUp.policy.validate()
        for licensor in setUp.licensors { try licensor.validate() }
        let licensors = Set(setUp.licensors.map(\.id))
        for campaign in setUp.campaigns {
            try campaign.validate()
            #expect(licensors.contains(campaign.licensor))
            #expect(campaign.isRunning(at: log.times[0]))
        }
        #expect(setUp.campaigns.count == 12)
        #expect(Set(setUp.campaigns.flatMap(\.tracks)).count == 12)
        #expect(setUp.policy.scale == log.request(at: 0).scale)
        #expect(try OpenBanditLog(directory: fixture.directory.path, seed: 1).setUp.campaigns == setUp.campaigns)
        #expect(try OpenBanditLog(directory: fixture.directory.path, seed: 2).setUp.campaigns != setUp.campaigns)
    }

    @Test(
        "A bad field is refused with file, line and rule",
        arguments: [
            ("2019-11-24 00:00", "0", "1", "0", "timestamp must be RFC 3339"),
            ("2019-11-24 00:00:00+00:00", "5", "1", "0", "item_id must be 0 to 4"),
            ("2019-11-24 00:00:00+00:00", "0", "4", "0", "position must be 1 to 3"),
            ("2019-11-24 00:00:00+00:00", "0", "1", "2", "click must be 0 or 1"),
            ("2019-11-23 00:00:00+00:00", "0", "1", "1", "timestamp must not be before the row above"),
        ]
    )
    func badField(time: String, item: String, position: String, click: String, rule: String) throws {
        let fixture = try OpenBanditFixture(rows: OpenBanditFixture.rows(3))
        defer { fixture.remove() }
        let path = fixture.directory.appendingPathComponent("men.csv")
        let text = try String(contentsOf: path, encoding: .utf8)
        let first = text.split(separator: "\n").prefix(2).joined(separator: "\n")
        try fixture.write("\(first)\n1,\(time),\(item),\(position),\(click),0.2,u0,x,0,0,0,0,0\n", to: "men.csv")
        let error = #expect(throws: InvalidTable.self) {
            try OpenBanditLog(directory: fixture.directory.path, seed: 1)
        }
        #expect(error?.line == 3)
        #expect(error?.file.hasSuffix("men.csv") == true)
        #expect(error?.rule.hasPrefix(rule) == true, "\(error?.rule ?? "")")
    }

    @Test("A folder without the log is refused by the log's name")
    func noFolder() {
        let error = #expect(throws: InvalidTable.self) { try OpenBanditLog(directory: "/nowhere/men", seed: 1) }
        #expect(error?.file == "/nowhere/men/item_context.csv")
    }

    @Test(
        "The public sample reads whole: 10,000 rows over seven days, and promotion has something to displace",
        .enabled(if: SharedSample.isThere, "the Open Bandit sample is not beside this repository")
    )
    func publicSample() throws {
        let log = try OpenBanditLog(directory: SharedSample.men, seed: 1)
        #expect(log.times.count == 10_000)
        #expect(Set(log.times.map(\.day)).count == 7)
        #expect(log.request(at: 0).tracks.count == 34)
        #expect(log.setUp.campaigns.count == 20)
        #expect(log.setUp.policy.worth(.delivery) > 0)
    }
}
