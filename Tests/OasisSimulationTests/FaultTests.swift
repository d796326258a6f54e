import OasisMarket
import OasisSimulation
import Testing

@Suite("Faults")
struct FaultTests {
    private static let start = Day(year: 2026, month: 11, day: 20).start

    private func schedule(_ kinds: [Fault.Kind], seed: UInt64 = 1, hours: Double = 24) -> [Fault] {
        Fault.schedule(kinds, seed: seed, from: Self.start, hours: hours)
    }

    @Test("All, none and lists of names are kinds, and what is no name is refused with the names there are")
    func parsing() throws {
        #expect(try Fault.Kind.parse("all") == Fault.Kind.allCases)
        #expect(try Fault.Kind.parse("none").isEmpty)
        #expect(try Fault.Kind.parse("disk-full,partition,disk-full") == [.diskFull, .partition])
        for text in ["", "fire", "all,none", "partition,", "Partition"] {
            #expect(throws: InvalidField.self, "\(text)") { try Fault.Kind.parse(text) }
        }
        #expect((try? Fault.Kind.parse("fire")) == nil)
        do {
            _ = try Fault.Kind.parse("fire")
        } catch {
            #expect(error.field == "faults" && error.rule.contains("node-loss") && error.rule.contains("fire"))
        }
    }

    @Test("A schedule follows from its seed, and leaving a kind out changes no other")
    func schedules() {
        let all = schedule(Fault.Kind.allCases)
        #expect(schedule(Fault.Kind.allCases) == all)
        #expect(schedule(Fault.Kind.allCases.reversed()) == all)
        #expect(schedule(Fault.Kind.allCases, seed: 2) != all)
        for kind in Fault.Kind.allCases {
            #expect(schedule([kind]) == all.filter { $0.kind == kind })
        }
        #expect(schedule([]).isEmpty)
    }

    @Test("Every kind happens, within the run, for a while, in order of time")
    func times() {
        let faults = schedule(Fault.Kind.allCases)
        let end = Self.start.advanced(bySeconds: 86_400)
        #expect(Set(faults.map(\.kind)) == Set(Fault.Kind.allCases))
        #expect(faults.allSatisfy { $0.start >= Self.start && $0.start < end && $0.start < $0.end })
        #expect(faults.map(\.start) == faults.map(\.start).sorted())
        #expect(faults.allSatisfy { abs($0.jumpSeconds) <= 7_200 })
    }

    @Test("The noon shock is at noon, once on each day of a run, and never where there is no noon")
    func noons() {
        let twoDays = schedule([.noonShock], hours: 48)
        #expect(twoDays.map(\.start.secondOfDay) == [43_200, 43_200])
        #expect(schedule([.noonShock], hours: 6).isEmpty)
    }
}
