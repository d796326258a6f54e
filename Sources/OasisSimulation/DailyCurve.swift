/// When people listen: relative traffic by local hour, with straight lines between the hours' middles.
package struct DailyCurve: Sendable {
    /// Streaming by local hour: a trough at night, a rise through the working day, a peak in the early evening.
    private static let byHour: [Double] = [
        2.2, 1.4, 0.9, 0.7, 0.7, 1.1, 2.2, 3.6, 4.4, 4.6, 4.7, 4.8, 4.9, 5.0, 5.1, 5.3, 5.7, 6.2, 6.5, 6.4, 6.0, 5.4,
        4.5, 3.3,
    ]
    private static let stepsPerDay = 288

    /// Cumulative share of the day's traffic at the end of each five minutes UTC.
    private let cumulative: [Double]

    /// The curve of a country whose clock is `hours` ahead of UTC.
    package init(hoursAheadOfUTC hours: Double) {
        var sum = 0.0
        var running: [Double] = []
        for step in 0..<Self.stepsPerDay {
            sum += Self.intensity(localHour: (Double(step) + 0.5) / 12 + hours)
            running.append(sum)
        }
        cumulative = running.map { $0 / sum }
    }

    /// The second of the UTC day by which `share` (0 to 1) of the day's traffic has come.
    package func second(atShare share: Double) -> Double {
        let step = cumulative.firstIndex { $0 > share } ?? Self.stepsPerDay - 1
        let before = step == 0 ? 0 : cumulative[step - 1]
        let within = min(max((share - before) / (cumulative[step] - before), 0), 1)
        return min((Double(step) + within) * 300, 86_399.999)
    }

    private static func intensity(localHour: Double) -> Double {
        let shifted = (localHour - 0.5 + 48).truncatingRemainder(dividingBy: 24)
        let hour = Int(shifted)
        let within = shifted - Double(hour)
        return byHour[hour] * (1 - within) + byHour[(hour + 1) % 24] * within
    }
}
