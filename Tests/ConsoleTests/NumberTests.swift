import OasisService
import Testing

@Suite("Numbers for people")
struct NumberTests {
    @Test("Counts are grouped by thousands")
    func counts() {
        #expect(ConsoleNumber.count(0) == "0")
        #expect(ConsoleNumber.count(999) == "999")
        #expect(ConsoleNumber.count(1_234_567) == "1,234,567")
        #expect(ConsoleNumber.count(-1_000) == "−1,000")
        #expect(ConsoleNumber.count(.min) == "−9,223,372,036,854,775,808")
    }

    @Test("Decimals are rounded, padded, and never crash")
    func decimals() {
        #expect(ConsoleNumber.decimal(1_234.56, decimals: 1) == "1,234.6")
        #expect(ConsoleNumber.decimal(0.05, decimals: 4) == "0.0500")
        #expect(ConsoleNumber.decimal(-0.001, decimals: 1) == "0.0")
        #expect(ConsoleNumber.decimal(.nan, decimals: 2) == "–")
        #expect(ConsoleNumber.decimal(1e300, decimals: 2) == "–")
    }

    @Test("A price that would round to nothing does not look like none")
    func prices() {
        #expect(ConsoleNumber.price(0) == "0")
        #expect(ConsoleNumber.price(0.012) == "0.0120")
        #expect(ConsoleNumber.price(0.000_01) == "< 0.0001")
        #expect(ConsoleNumber.price(-0.35) == "−0.3500")
    }

    @Test("Small percentages keep a decimal")
    func percentages() {
        #expect(ConsoleNumber.percent(0.984) == "98\u{202F}%")
        #expect(ConsoleNumber.percent(0.0123) == "1.2\u{202F}%")
        #expect(ConsoleNumber.percent(0.000_324) == "0.032\u{202F}%")
        #expect(ConsoleNumber.percent(.infinity) == "–")
    }

    @Test("Durations are told in their two largest units")
    func durations() {
        #expect(ConsoleNumber.duration(seconds: 42) == "42\u{202F}s")
        #expect(ConsoleNumber.duration(seconds: 300) == "5\u{202F}min")
        #expect(ConsoleNumber.duration(seconds: 7_500) == "2\u{202F}h 05\u{202F}min")
        #expect(ConsoleNumber.duration(seconds: 187_200) == "2\u{202F}d 4\u{202F}h")
        #expect(ConsoleNumber.duration(seconds: -3) == "0\u{202F}s")
    }

    @Test("Money is rounded toward zero and names its currency")
    func money() {
        #expect(ConsoleNumber.money(micros: 1_234_569_999, currency: "EUR") == "1,234.56\u{202F}EUR")
        #expect(ConsoleNumber.money(micros: -10_000, currency: "EUR") == "−0.01\u{202F}EUR")
    }
}
