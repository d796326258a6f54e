package import OasisMarket

/// How much traffic the rest of the day will bring: the usual curve of this day of the week, scaled by how today compares.
///
/// What is usual is learned from days that were seen whole: the curve of a usual day, and by how much each hour of each day
/// of the week differs from it. Today's scale is the mean of a gamma distribution given the Poisson counts so far: the
/// prior counts as much as `inertia` requests, which is a day-to-day deviation of 1 / √inertia.
package struct SupplyForecast: Hashable, Sendable, Codable {
    /// Quarter hours in a day.
    package static let binsPerDay = 96
    private static let binSeconds = 900.0
    private static let hoursPerDay = 24
    private static let daysPerWeek = 7
    /// How many requests of the usual day count as much as what today shows.
    private static let inertia = 100.0
    /// How far the last whole day moves what is usual, the day's place in the week, and the errors that are expected.
    private static let usualStep = 0.5
    private static let weekStep = 0.4
    private static let errorStep = 0.1
    /// Requests that an hour counts as if they had come as usual, so that a few do not make a habit.
    private static let hourInertia = 5.0
    /// Relative error of a forecast that is expected before any was seen to fail.
    private static let errorPrior = 0.1

    /// Requests of a usual day in each quarter hour UTC.
    package private(set) var usual: [Double]
    /// What an hour of the week brings against the usual day's hour, Monday 00:00 UTC first; 1 when nothing is known.
    package private(set) var week: [Double]
    /// Mean squared relative error of forecasts of the rest of the day, by the hour they were made.
    private var squaredErrors: [Double]
    private var today: [Double]
    private var day: Day
    private var since: Timestamp

    private enum CodingKeys: String, CodingKey {
        case usual, week, squaredErrors, today, day, since
    }

    /// Begins observing at `now` with a usual day of `binsPerDay` counts.
    package init(usual: [Double], now: Timestamp) {
        precondition(usual.count == Self.binsPerDay, "a usual day has \(Self.binsPerDay) quarter hours")
        self.usual = usual
        week = Array(repeating: 1, count: Self.daysPerWeek * Self.hoursPerDay)
        squaredErrors = Array(repeating: Self.errorPrior * Self.errorPrior, count: Self.hoursPerDay)
        today = Array(repeating: 0, count: Self.binsPerDay)
        day = now.day
        since = now
    }

    /// A usual day with even traffic.
    package init(requestsPerDay: Double, now: Timestamp) {
        let even = requestsPerDay / Double(Self.binsPerDay)
        self.init(usual: Array(repeating: even, count: Self.binsPerDay), now: now)
    }

    /// Reads what was kept; what earlier versions did not keep begins anew.
    package init(from decoder: any Decoder) throws {
        let fields = try decoder.container(keyedBy: CodingKeys.self)
        let usual = try fields.decode([Double].self, forKey: .usual)
        self.init(usual: usual, now: try fields.decode(Timestamp.self, forKey: .since))
        day = try fields.decode(Day.self, forKey: .day)
        today = try fields.decode([Double].self, forKey: .today)
        if let kept = try fields.decodeIfPresent([Double].self, forKey: .week), kept.count == week.count { week = kept }
        if let kept = try fields.decodeIfPresent([Double].self, forKey: .squaredErrors),
            kept.count == squaredErrors.count
        {
            squaredErrors = kept
        }
    }

    /// The quarter hour of a time.
    package static func bin(_ time: Timestamp) -> Int {
        min(Int(time.secondOfDay / binSeconds), binsPerDay - 1)
    }

    /// The end of a quarter hour.
    package static func end(ofBin bin: Int, on day: Day) -> Timestamp {
        day.start.advanced(bySeconds: Double(bin + 1) * binSeconds)
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

    /// Requests seen on a day; 0 for any but the one that is observed.
    package func seen(on day: Day) -> Double { day == self.day ? today.reduce(0, +) : 0 }

    /// Requests still to come today.
    package func ahead(at now: Timestamp) -> Double {
        guard now.day == day else {
            // Nothing was seen today, and that says something, the more the later it is.
            let usually = expected(from: now.day.start, to: now)
            return expected(from: now, to: now.day.next.start) * Self.inertia / (usually + Self.inertia)
        }
        return expected(from: now, to: day.next.start) * scale(at: now)
    }

    /// Requests still to come today, as a range: chance of arrivals, and the errors that such forecasts had.
    package func range(at now: Timestamp) -> SupplyRange {
        let mean = ahead(at: now)
        let hour = min(Self.bin(now) / 4, Self.hoursPerDay - 1)
        return SupplyRange(mean: mean, variance: mean + mean * mean * squaredErrors[hour])
    }

    /// Share of what is still to come today that comes by the end of quarter hour `bin`, 0 to 1.
    package func shareAhead(byEndOf bin: Int, at now: Timestamp) -> Double {
        shareAhead(until: Self.end(ofBin: bin, on: now.day), at: now)
    }

    /// Share of what is still to come today that comes until `end`, 0 to 1.
    package func shareAhead(until end: Timestamp, at now: Timestamp) -> Double {
        let total = expected(from: now, to: now.day.next.start)
        guard total > 0, end > now else { return end > now ? 1 : 0 }
        return expected(from: now, to: min(end, now.day.next.start)) / total
    }

    private func scale(at now: Timestamp) -> Double {
        let seen = today.reduce(0, +)
        let usually = expected(from: max(since, day.start), to: now)
        return (seen + Self.inertia) / (usually + Self.inertia)
    }

    /// Requests that a quarter hour of a day usually brings.
    private func usual(_ bin: Int, on day: Day) -> Double {
        usual[bin] * week[Self.weekday(day) * Self.hoursPerDay + bin / 4]
    }

    /// 0 for Monday: 1970-01-01 was a Thursday.
    private static func weekday(_ day: Day) -> Int {
        let shifted = (Int(day.number) + 3) % daysPerWeek
        return shifted < 0 ? shifted + daysPerWeek : shifted
    }

    private func expected(from start: Timestamp, to end: Timestamp) -> Double {
        guard start < end else { return 0 }
        let dayStart = start.day.start
        let (first, last) = (start.seconds(since: dayStart), end.seconds(since: dayStart))
        return usual.indices.reduce(0) { sum, bin in
            let (low, high) = (Double(bin) * Self.binSeconds, Double(bin + 1) * Self.binSeconds)
            let part = max(0, min(high, last) - max(low, first)) / Self.binSeconds
            return part > 0 ? sum + usual(bin, on: start.day) * part : sum
        }
    }

    /// At midnight a day that was seen whole changes what is usual, and what errors are to be expected.
    private mutating func roll(to next: Day) {
        if since <= day.start {
            learnErrors()
            learnUsual()
        }
        today = Array(repeating: 0, count: Self.binsPerDay)
        day = next
        since = next.start
    }

    /// Forecasts that were made at each full hour, against what came.
    private mutating func learnErrors() {
        var (seen, usually) = (0.0, 0.0)
        let (total, usualTotal) = (today.reduce(0, +), expected(from: day.start, to: day.next.start))
        for hour in 0..<Self.hoursPerDay {
            let forecast = (usualTotal - usually) * (seen + Self.inertia) / (usually + Self.inertia)
            if forecast > 0 {
                let error = (total - seen - forecast) / forecast
                // Chance of arrivals is counted apart, when a range is asked for.
                let squared = min(max(0, error * error - 1 / forecast), 4)
                squaredErrors[hour] += Self.errorStep * (squared - squaredErrors[hour])
            }
            for bin in (4 * hour)..<(4 * hour + 4) {
                seen += today[bin]
                usually += usual(bin, on: day)
            }
        }
    }

    private mutating func learnUsual() {
        let first = Self.weekday(day) * Self.hoursPerDay
        let (before, known) = (usual, week)
        for bin in usual.indices {
            usual[bin] += Self.usualStep * (today[bin] / known[first + bin / 4] - usual[bin])
        }
        // Against what was usual on other days: today's share in it would hide how today differs.
        for hour in 0..<Self.hoursPerDay {
            let bins = (4 * hour)..<(4 * hour + 4)
            let (came, usually) = (today[bins].reduce(0, +), before[bins].reduce(0, +))
            let factor = (came + Self.hourInertia) / (usually + Self.hourInertia)
            week[first + hour] = min(max(week[first + hour] + Self.weekStep * (factor - week[first + hour]), 0.05), 20)
        }
    }
}

/// How many requests are to be expected, and how sure that is: a gamma distribution of this mean and variance.
package struct SupplyRange: Hashable, Sendable {
    /// Expected requests.
    package var mean: Double
    /// Their variance.
    package var variance: Double

    /// Gathers a range.
    package init(mean: Double, variance: Double) {
        self.mean = mean
        self.variance = variance
    }

    /// Nine times in ten there are more.
    package var low: Double { quantile(standardDeviations: -1.2816) }
    /// As often more as less.
    package var median: Double { quantile(standardDeviations: 0) }
    /// Nine times in ten there are fewer.
    package var high: Double { quantile(standardDeviations: 1.2816) }

    /// Wilson and Hilferty (1931): the cube root of a gamma variable is nearly normal.
    private func quantile(standardDeviations z: Double) -> Double {
        guard mean > 0, variance > 0 else { return max(0, mean) }
        let shape = mean * mean / variance
        let root = max(0, 1 - 1 / (9 * shape) + z / (3 * shape.squareRoot()))
        return mean * root * root * root
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
        cells.reduce(0) { $0 + ahead($1, at: now) }
    }

    /// The range of the requests still to come today; cells that err are held to err together.
    package func range(at now: Timestamp) -> SupplyRange {
        let ranges = cells.compactMap { forecasts[$0]?.range(at: now) }
        let deviation = ranges.reduce(0) { $0 + max(0, $1.variance - $1.mean).squareRoot() }
        let mean = ranges.reduce(0) { $0 + $1.mean }
        return SupplyRange(mean: mean, variance: mean + deviation * deviation)
    }

    /// Requests of a cell seen on a day; 0 for any but today.
    package func seen(_ cell: Cell, on day: Day) -> Double { forecasts[cell]?.seen(on: day) ?? 0 }

    /// Share of what is still to come today in a cell that comes until `end`, 0 to 1.
    package func share(_ cell: Cell, until end: Timestamp, at now: Timestamp) -> Double {
        forecasts[cell]?.shareAhead(until: end, at: now) ?? share(until: end, at: now)
    }

    /// Share of what is still to come today that comes until `end`, 0 to 1.
    package func share(until end: Timestamp, at now: Timestamp) -> Double {
        let total = ahead(at: now)
        guard total > 0 else { return 1 }
        return forecasts.keys.sorted()
            .reduce(0) { sum, cell in
                guard let forecast = forecasts[cell] else { return sum }
                return sum + forecast.ahead(at: now) * forecast.shareAhead(until: end, at: now)
            } / total
    }

    /// Share of what is still to come today that comes by the end of quarter hour `bin`, 0 to 1.
    package func shareAhead(byEndOf bin: Int, at now: Timestamp) -> Double {
        share(until: SupplyForecast.end(ofBin: bin, on: now.day), at: now)
    }
}
