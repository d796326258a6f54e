import OasisMarket
import OasisService
import Testing

@Suite("The market's clock")
struct MarketClockTests {
    private static let start = Day(year: 2026, month: 11, day: 22).start

    private static func after(days: Double) -> Timestamp { start.advanced(bySeconds: days * 86_400) }

    @Test("A request moves a clock of requests as far as it says, and never back")
    func requests() {
        let clock = MarketClock(source: .requests, start: Self.start)
        clock.observe(Self.after(days: 3))
        clock.observe(Self.after(days: 2))
        #expect(clock.now == Self.after(days: 3))
    }

    @Test("An event moves it by a day at most, because devices' clocks err")
    func events() {
        let clock = MarketClock(source: .requests, start: Self.start)
        clock.observe(Self.start)
        clock.observe(events: [Self.after(days: 0.5), Self.after(days: 20)])
        #expect(clock.now == Self.after(days: 0.5))
        clock.observe(events: [Self.after(days: 1.5)])
        #expect(clock.now == Self.after(days: 1.5))
    }

    @Test("Before the first request a batch's earliest event tells the day, as a server that was killed must learn it")
    func restarted() {
        let clock = MarketClock(source: .requests, start: Self.start)
        clock.observe(events: [Self.after(days: 200), Self.after(days: 2.5), Self.after(days: 2)])
        #expect(clock.now == Self.after(days: 2.5))
    }

    @Test("A wall clock heeds neither")
    func wall() {
        let clock = MarketClock(source: .wall)
        let before = clock.now
        clock.observe(before.advanced(bySeconds: 3_600))
        clock.observe(events: [before.advanced(bySeconds: 3_600)])
        #expect(clock.now < before.advanced(bySeconds: 3_000))
    }
}
