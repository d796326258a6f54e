import Foundation
import OasisMarket
import OasisPlanning
import Testing

@Suite("Forecast of the day's traffic")
struct SupplyForecastTests {
    private let day = Day(year: 2026, month: 11, day: 22)

    private func time(_ hours: Double) -> Timestamp { day.start.advanced(bySeconds: hours * 3_600) }

    /// `perBin` requests in each quarter hour of `hours`.
    private func observe(_ perBin: Int, _ hours: Range<Double>, in forecast: inout SupplyForecast) {
        for bin in Int(hours.lowerBound * 4)..<Int(hours.upperBound * 4) {
            for index in 0..<perBin {
                forecast.observe(at: time(Double(bin) / 4 + Double(index) / Double(perBin) / 4))
            }
        }
    }

    @Test("Before anything is seen the usual day is expected, less what usually came before")
    func beginning() {
        let forecast = SupplyForecast(requestsPerDay: 9_600, now: time(0))
        #expect(abs(forecast.ahead(at: time(0)) - 9_600) < 1e-6)
        let midday = SupplyForecast(requestsPerDay: 9_600, now: time(12))
        #expect(abs(midday.ahead(at: time(12)) - 4_800) < 1e-6)
        #expect(midday.ahead(at: time(24).advanced(bySeconds: -0.001)) < 1e-2)
    }

    @Test("A day with twice or half the usual traffic is expected to go on so", arguments: [(200, 2.0), (50, 0.5)])
    func scale(perBin: Int, factor: Double) {
        var forecast = SupplyForecast(requestsPerDay: 9_600, now: time(0))
        observe(perBin, 0..<12, in: &forecast)
        let ahead = forecast.ahead(at: time(12))
        #expect(abs(ahead / 4_800 - factor) < 0.03 * factor)
    }

    @Test("A few requests alone do not turn the forecast")
    func inertia() {
        var forecast = SupplyForecast(requestsPerDay: 9_600, now: time(0))
        for second in 0..<10 { forecast.observe(at: time(0).advanced(bySeconds: Double(second))) }
        #expect(forecast.ahead(at: time(0).advanced(bySeconds: 10)) < 1.1 * 9_600)
    }

    @Test("After midnight, a day that was seen whole becomes half of what is usual")
    func midnight() {
        var forecast = SupplyForecast(requestsPerDay: 9_600, now: time(0))
        observe(200, 0..<24, in: &forecast)
        forecast.observe(at: time(24))
        #expect(forecast.usual.allSatisfy { abs($0 - 150) < 1e-9 })
        #expect(abs(forecast.ahead(at: time(24)) - 14_400) < 200)
    }

    @Test("A day that was seen in part does not change what is usual")
    func partialDay() {
        var forecast = SupplyForecast(requestsPerDay: 9_600, now: time(6))
        observe(300, 6..<24, in: &forecast)
        forecast.observe(at: time(24))
        #expect(forecast.usual.allSatisfy { abs($0 - 100) < 1e-9 })
    }

    @Test("Requests that come late from yesterday do not count for today")
    func late() {
        var forecast = SupplyForecast(requestsPerDay: 9_600, now: time(24))
        let before = forecast.ahead(at: time(25))
        for _ in 0..<1_000 { forecast.observe(at: time(23)) }
        #expect(forecast.ahead(at: time(25)) == before)
    }

    @Test("The share of what is ahead rises to 1 and follows the day's curve")
    func shares() {
        // Twice as much traffic in the second half of the day.
        let usual = (0..<SupplyForecast.binsPerDay).map { $0 < 48 ? 50.0 : 100 }
        let forecast = SupplyForecast(usual: usual, now: time(0))
        let shares = (0..<SupplyForecast.binsPerDay).map { forecast.shareAhead(byEndOf: $0, at: time(0)) }
        #expect(shares == shares.sorted())
        #expect(abs(shares[47] - 1.0 / 3) < 1e-9)
        #expect(abs(shares[95] - 1) < 1e-9)
        #expect(forecast.shareAhead(byEndOf: 10, at: time(12)) == 0, "what is over brings nothing")
        #expect(abs(forecast.shareAhead(byEndOf: 71, at: time(12)) - 0.5) < 1e-9)
    }

    @Test("Cells are forecast one by one and add up")
    func cells() {
        let (radio, mix) = (Market.radio, Market.mix)
        var supply = CellSupply(
            usual: [radio: Array(repeating: 10, count: 96), mix: Array(repeating: 30, count: 96)],
            requestsPerDay: 100,
            now: time(0)
        )
        #expect(supply.cells == [mix, radio])
        #expect(supply.usualDay == 3_840)
        #expect(abs(supply.ahead(radio, at: time(0)) - 960) < 1e-9)
        #expect(abs(supply.ahead(at: time(0)) - 3_840) < 1e-9)
        #expect(abs(supply.shareAhead(byEndOf: 47, at: time(0)) - 0.5) < 1e-9)
        let other = Cell(surface: SurfaceID(trusted: "autoplay"), market: MarketID(trusted: "FR"))
        #expect(supply.ahead(other, at: time(0)) == 0)
        supply.observe(other, at: time(1))
        #expect(supply.cells.contains(other) && supply.ahead(other, at: time(1)) > 0)
    }

    @Test("A forecast survives being written and read")
    func json() throws {
        var supply = CellSupply(requestsPerDay: 1_000, now: time(0))
        for minute in 0..<300 { supply.observe(Market.radio, at: time(Double(minute) / 60)) }
        let read = try JSONDecoder().decode(CellSupply.self, from: JSONEncoder().encode(supply))
        #expect(read == supply)
    }

    @Test("Hours of the week that differ are learned, and the rest of the week stays as it was")
    func week() {
        // The 22nd is a Sunday: twice the traffic of any other day, for eight weeks.
        var forecast = SupplyForecast(requestsPerDay: 960, now: time(0))
        for day in 0..<56 {
            let perBin = day % 7 == 0 ? 20 : 10
            observe(perBin, Double(24 * day)..<Double(24 * day + 24), in: &forecast)
        }
        forecast.observe(at: time(24 * 56))
        let sunday = forecast.ahead(at: time(24 * 56))
        observe(20, Double(24 * 56)..<Double(24 * 57), in: &forecast)
        forecast.observe(at: time(24 * 57))
        let monday = forecast.ahead(at: time(24 * 57))
        #expect(abs(sunday / 1_920 - 1) < 0.1, "\(sunday)")
        #expect(abs(monday / 960 - 1) < 0.15, "\(monday)")
    }

    /// Nearly normal: the sum of twelve uniform draws.
    private func normal(_ random: inout SeededGenerator) -> Double {
        (0..<12).reduce(-6) { sum, _ in sum + random.uniform() }
    }

    @Test("Eight times in ten the rest of the day lies within its range")
    func coverage() {
        var random = SeededGenerator(seed: 17)
        let shape: [Double] = (0..<96).map { bin in 10 + Double((bin + 24) % 96) / 12 }
        var forecast = SupplyForecast(usual: shape, now: time(0))
        var (inside, asked) = (0, 0)
        for day in 0..<80 {
            // Days differ by an eighth as a whole, and each hour by a tenth besides.
            let level = max(0.3, 1 + 0.12 * normal(&random))
            var counts: [Int] = []
            for hour in 0..<24 {
                let lift = max(0.2, level * (1 + 0.1 * normal(&random)))
                for bin in (4 * hour)..<(4 * hour + 4) {
                    let mean = shape[bin] * lift
                    let drawn: Double = mean + mean.squareRoot() * normal(&random)
                    counts.append(Int(max(0, drawn.rounded())))
                }
            }
            for bin in 0..<96 {
                if day >= 20, [0, 24, 48, 72].contains(bin) {
                    let range = forecast.range(at: time(Double(24 * day) + Double(bin) / 4))
                    let rest = Double(counts[bin...].reduce(0, +))
                    asked += 1
                    if range.low <= rest, rest <= range.high { inside += 1 }
                    #expect(range.low <= range.median && range.median <= range.high)
                }
                for index in 0..<counts[bin] {
                    let quarter = Double(bin) + Double(index) / Double(counts[bin])
                    forecast.observe(at: time(Double(24 * day) + quarter / 4))
                }
            }
        }
        let share = Double(inside) / Double(asked)
        #expect((0.68...0.92).contains(share), "\(inside) of \(asked)")
    }
}
