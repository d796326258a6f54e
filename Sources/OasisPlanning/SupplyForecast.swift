package import OasisMarket

/// How much traffic the rest of the day will bring: the usual day's curve, scaled by how today compares so far.
package struct SupplyForecast: Hashable, Sendable, Codable {
    /// Quarter hours in a day.
    package static let binsPerDay = 96
    private static let binSeconds = 900.0
    /// How many requests of the usual day count as much as what today shows.
    private static let inertia = 100.0

    /// Requests of a usual day in each quarter hour UTC.
    package private(set) var usual: [Double]
    private var today: [Double]
    private var day: Day
    private var since: Timestamp

    /// Begins observing at `now` with a usual day of `binsPerDay` counts.
    package init(usual: [Double], now: Timestamp) {
        precondition(usual.count == Self.binsPerDay, "a usual day has \(Self.binsPerDay) quarter hours")
        self.usual = usual
        today = Array(repeating: 0, count: Self.binsPerDay)
        day = now.day
        since = now
    }

    /// A usual day with even traffic.
    package init(requestsPerDay: Double, now: Timestamp) {
        let even = requestsPerDay / Double(Self.binsPerDay)
        self.init(usual: Array(repeating: even, count: Self.binsPerDay), now: now)
    }

    /// The quarter hour of a time.
    package static func bin(_ time: Timestamp) -> Int {
        min(Int(time.secondOfDay / binSeconds), binsPerDay - 1)
    }

    /// Counts a request, and says whether it is the first of a new day, which changes what is usual.
    @discardableResult
    package mutating func observe(at time: Timestamp) -> Bool {
        let now = time.day
        if now == day {
            today[Self.bin(time)] += 1
            return false
        }
        guard now > day else { return false }
        roll(to: now)
        today[Self.bin(time)] += 1
        return true
    }

    /// Requests still to come today.
    package func ahead(at now: Timestamp) -> Double {
        guard now.day == day else {
            // Nothing was seen today, and that says something, the more the later it is.
            let usually = expected(from: now.day.start, to: now)
            return expected(from: now, to: now.day.next.start) * Self.inertia / (usually + Self.inertia)
        }
        return expected(from: now, to: day.next.start) * scale(at: now)
    }

    /// Share of what is still to come today that comes by the end of quarter hour `bin`, 0 to 1.
    package func shareAhead(byEndOf bin: Int, at now: Timestamp) -> Double {
        let total = expected(from: now, to: now.day.next.start)
        let end = now.day.start.advanced(bySeconds: Double(bin + 1) * Self.binSeconds)
        guard total > 0, end > now else { return end > now ? 1 : 0 }
        return expected(from: now, to: end) / total
    }

    private func scale(at now: Timestamp) -> Double {
        let seen = today.reduce(0, +)
        let usually = expected(from: max(since, day.start), to: now)
        return (seen + Self.inertia) / (usually + Self.inertia)
    }

    private func expected(from start: Timestamp, to end: Timestamp) -> Double {
        guard start < end else { return 0 }
        let dayStart = start.day.start
        let (first, last) = (start.seconds(since: dayStart), end.seconds(since: dayStart))
        return usual.indices.reduce(0) { sum, bin in
            let (low, high) = (Double(bin) * Self.binSeconds, Double(bin + 1) * Self.binSeconds)
            return sum + usual[bin] * max(0, min(high, last) - max(low, first)) / Self.binSeconds
        }
    }

    /// At midnight a day that was seen whole becomes half of what is usual.
    private mutating func roll(to next: Day) {
        if since <= day.start {
            for bin in usual.indices { usual[bin] = (usual[bin] + today[bin]) / 2 }
        }
        today = Array(repeating: 0, count: Self.binsPerDay)
        day = next
        since = next.start
    }
}

/// Forecasts of every cell that has been seen.
package struct CellSupply: Hashable, Sendable, Codable {
    private var forecasts: [Cell: SupplyForecast]
    private let requestsPerDay: Double
    /// Requests of a usual day; kept, because every request asks for it.
    package private(set) var usualDay: Double

    private enum CodingKeys: String, CodingKey {
        case forecasts
        case requestsPerDay
    }

    /// Begins with usual days by cell; a cell that is not among them begins with an even share of `requestsPerDay`.
    package init(usual: [Cell: [Double]] = [:], requestsPerDay: Double, now: Timestamp) {
        forecasts = usual.mapValues { SupplyForecast(usual: $0, now: now) }
        self.requestsPerDay = requestsPerDay
        usualDay = Self.usualDay(of: forecasts, otherwise: requestsPerDay)
    }

    /// Reads what was kept.
    package init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        forecasts = try container.decode([Cell: SupplyForecast].self, forKey: .forecasts)
        requestsPerDay = try container.decode(Double.self, forKey: .requestsPerDay)
        usualDay = Self.usualDay(of: forecasts, otherwise: requestsPerDay)
    }

    private static func usualDay(of forecasts: [Cell: SupplyForecast], otherwise requestsPerDay: Double) -> Double {
        forecasts.isEmpty ? requestsPerDay : forecasts.values.reduce(0) { $0 + $1.usual.reduce(0, +) }
    }

    /// Most cells that are told apart: names come from callers, and a caller's mistake must not fill the memory.
    package static let cellsMaximum = 1_000

    /// Whether a cell is known, or there is room for it.
    package func admits(_ cell: Cell) -> Bool {
        forecasts[cell] != nil || forecasts.count < Self.cellsMaximum
    }

    /// Every cell seen, ordered.
    package var cells: [Cell] { forecasts.keys.sorted() }

    /// Counts a request.
    package mutating func observe(_ cell: Cell, at time: Timestamp) {
        if let index = forecasts.index(forKey: cell) {
            guard forecasts.values[index].observe(at: time) else { return }
        } else {
            let share = requestsPerDay / Double(forecasts.count + 1)
            var forecast = SupplyForecast(requestsPerDay: share, now: time)
            forecast.observe(at: time)
            forecasts[cell] = forecast
        }
        usualDay = Self.usualDay(of: forecasts, otherwise: requestsPerDay)
    }

    /// Requests still to come today in a cell.
    package func ahead(_ cell: Cell, at now: Timestamp) -> Double {
        forecasts[cell]?.ahead(at: now) ?? 0
    }

    /// Requests still to come today.
    package func ahead(at now: Timestamp) -> Double {
        forecasts.values.reduce(0) { $0 + $1.ahead(at: now) }
    }

    /// Share of what is still to come today that comes by the end of quarter hour `bin`, 0 to 1.
    package func shareAhead(byEndOf bin: Int, at now: Timestamp) -> Double {
        let total = ahead(at: now)
        guard total > 0 else { return 1 }
        return forecasts.values.reduce(0) { $0 + $1.ahead(at: now) * $1.shareAhead(byEndOf: bin, at: now) } / total
    }
}
