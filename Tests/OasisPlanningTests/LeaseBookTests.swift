import OasisLedger
import OasisMarket
import OasisPlanning
import Testing

@Suite("Lease book")
struct LeaseBookTests {
    private let day = Day(year: 2026, month: 11, day: 22)

    private func lease(_ id: Int64, campaign: Int64, units: Int, day: Day? = nil) -> Lease {
        Lease(
            id: id,
            campaignNumber: campaign,
            day: day ?? self.day,
            node: "n",
            granted: units,
            outstanding: units
        )
    }

    @Test("Never more units are handed out than were granted, each named by its lease, under random use")
    func neverMore() {
        var random = SeededGenerator(seed: 51)
        var book = LeaseBook(day: day)
        var granted: [Int64: Int] = [:]
        var used: [Int64: Int] = [:]
        var campaignOfLease: [Int64: Int64] = [:]
        for step in 0..<5_000 {
            let campaign = Int64(random.index(below: 5))
            if random.uniform() < 0.1 {
                let units = random.index(below: 8)
                book.add(lease(Int64(step + 1), campaign: campaign, units: units))
                granted[Int64(step + 1)] = units
                campaignOfLease[Int64(step + 1)] = campaign
            } else {
                let before = book.units(of: campaign)
                guard let name = book.take(campaign) else {
                    #expect(before == 0)
                    continue
                }
                #expect(campaignOfLease[name] == campaign)
                #expect(book.units(of: campaign) == before - 1)
                used[name, default: 0] += 1
            }
        }
        #expect(used.allSatisfy { $1 <= granted[$0, default: 0] })
        let rest = book.drain(startingOver: day.next)
        for holding in rest { used[holding.lease, default: 0] += holding.units }
        #expect(used.filter { $0.value > 0 } == granted.filter { $0.value > 0 }, "every unit is used or given back")
    }

    @Test("A promotion that is asked for twice takes one unit, while the latest thousands are remembered")
    func claims() {
        var book = LeaseBook(day: day)
        book.add(lease(1, campaign: 1, units: 20_000))
        book.add(lease(2, campaign: 2, units: 1))
        let claim = UnitClaim(request: 7, track: 8)
        #expect(book.take(1, for: claim) == 1 && book.take(1, for: claim) == 1)
        #expect(book.units(of: 1) == 19_999)
        #expect(book.take(1, for: UnitClaim(request: 7, track: 9)) == 1, "another track is another promotion")
        #expect(book.take(1, for: UnitClaim(request: 8, track: 8)) == 1, "and so is another request's")
        #expect(book.units(of: 1) == 19_997)
        #expect(book.take(2, for: claim) == 2 && book.units(of: 2) == 0)
        #expect(book.holds(7, 2) && !book.holds(8, 2))
        #expect(book.take(2, for: claim) == 2, "the last unit is still this promotion's")
        #expect(book.take(2, for: UnitClaim(request: 9, track: 8)) == nil)
        for request in 0..<10_000 { _ = book.take(1, for: UnitClaim(request: UInt64(100 + request), track: 1)) }
        #expect(!book.holds(7, 2), "memory is bounded")
        #expect(book.holds(10_099, 1))
        _ = book.drain(startingOver: day.next)
        #expect(!book.holds(10_099, 1), "units of yesterday back no receipt of today")
    }

    @Test("A new day empties the book, and leases of another day are not taken in")
    func days() {
        var book = LeaseBook(day: day)
        book.add(lease(1, campaign: 1, units: 5))
        book.add(lease(2, campaign: 1, units: 5, day: day.next))
        #expect(book.units(of: 1) == 5)
        _ = book.take(1)
        let unused = book.drain(startingOver: day.next)
        #expect(unused.map(\.lease) == [1] && unused.map(\.units) == [4])
        #expect(book.day == day.next && book.units(of: 1) == 0 && book.take(1) == nil)
        book.add(lease(3, campaign: 1, units: 2))
        #expect(book.units(of: 1) == 0, "yesterday's lease came too late")
        #expect(book.drain(startingOver: day.next).isEmpty)
    }

    @Test("It wishes for twice what was used since the last refill, and at least the minimum")
    func wishes() {
        var book = LeaseBook(day: day)
        func wishes() -> [Int64: Int] {
            Dictionary(uniqueKeysWithValues: book.wishes(for: [1, 2], least: 4).map { ($0.campaignNumber, $0.units) })
        }
        #expect(wishes() == [1: 4, 2: 4])
        book.add(lease(1, campaign: 1, units: 10))
        book.add(lease(2, campaign: 2, units: 4))
        for _ in 0..<8 { _ = book.take(1) }
        #expect(wishes() == [1: 14])
        #expect(wishes() == [1: 2], "use is counted once")
    }
}
