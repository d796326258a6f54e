import Foundation
import OasisMarket
import OasisPlanning
import Testing

/// The daily curve and the totals of a week of a real shop, kept beside the repository: in OASIS_SHARED_DATA, or in
/// `shared/data` next to a folder above this file.
private enum RealSupply {
    struct Log: Decodable {
        var hours: [String: Int]
        var days: [String: Int]

        private enum CodingKeys: String, CodingKey {
            case hours = "by_hour_utc"
            case days = "by_day"
        }
    }

    private struct File: Decodable {
        var obd: Log
    }

    static let path: String? = {
        let name = "goldens/supply_by_hour.json"
        if let named = ProcessInfo.processInfo.environment["OASIS_SHARED_DATA"] {
            return FileManager.default.fileExists(atPath: "\(named)/\(name)") ? "\(named)/\(name)" : nil
        }
        var above = URL(filePath: #filePath).resolvingSymlinksInPath().deletingLastPathComponent()
        while above.path != "/" {
            above.deleteLastPathComponent()
            let candidate = above.appending(path: "shared/data/\(name)").path
            if FileManager.default.fileExists(atPath: candidate) { return candidate }
        }
        return nil
    }()

    static func log() throws -> Log {
        try JSONDecoder().decode(File.self, from: Data(contentsOf: URL(filePath: try #require(path)))).obd
    }
}

@Suite(
    "Forecast of real days",
    .enabled(if: RealSupply.path != nil, "no shared data: set OASIS_SHARED_DATA to forecast real daily curves")
)
struct RealSupplyTests {
    private let day = Market.day

    @Test("Days that were held out lie within the range at least eight times in ten, and not always")
    func heldOut() throws {
        let log = try RealSupply.log()
        let rows = Double(log.hours.values.reduce(0, +))
        let shares = (0..<24).map { Double(log.hours["\($0)"] ?? 0) / rows }
        let totals = log.days.sorted { $0.key < $1.key }.map { Double($0.value) }
        var (inside, asked, error) = (0, 0, 0.0)
        for seed in 0..<30 {
            var random = SeededGenerator(seed: UInt64(600 + seed))
            // Which days are held out is drawn: the forecast learns from four and is asked about three.
            let order = totals.shuffled(using: &random)
            var forecast = SupplyForecast(requestsPerDay: 8_000, now: day.start)
            for (index, total) in order.enumerated() {
                let counts = (0..<24).map { arrivals(total * shares[$0], &random) }
                for hour in 0..<24 {
                    let now = day.start.advanced(bySeconds: Double(index) * 86_400 + Double(hour) * 3_600)
                    if index >= 4, hour.isMultiple(of: 3) {
                        let range = forecast.range(at: now)
                        let rest = Double(counts[hour...].reduce(0, +))
                        asked += 1
                        inside += range.low <= rest && rest <= range.high ? 1 : 0
                        error += abs(range.median / rest - 1)
                    }
                    for place in 0..<counts[hour] {
                        forecast.observe(at: now.advanced(bySeconds: 3_600 * Double(place) / Double(counts[hour])))
                    }
                }
            }
        }
        let share = Double(inside) / Double(asked)
        print("held-out real days: \(inside) of \(asked) in range, mean error \(error / Double(asked))")
        #expect(share >= 0.8 && share < 1, "\(inside) of \(asked)")
        #expect(error / Double(asked) < 0.1)
    }

    /// How many come where `mean` are expected: nearly normal, the sum of twelve uniform draws.
    private func arrivals(_ mean: Double, _ random: inout SeededGenerator) -> Int {
        let normal = (0..<12).reduce(-6.0) { sum, _ in sum + random.uniform() }
        return Int(max(0, (mean + mean.squareRoot() * normal).rounded()))
    }
}
