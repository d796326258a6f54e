/// Plan against delivered over a UTC day, with the cap, the guarantee and now.
package struct DeliveryChart {
    /// A size that the chart is drawn for.
    package enum Format: Sendable {
        /// One of several beside each other.
        case card
        /// The only one, on a wide screen.
        case wide
        /// The only one, on a phone.
        case narrow

        var width: Double {
            switch self {
            case .card: 420
            case .wide: 1_000
            case .narrow: 380
            }
        }

        var height: Double {
            switch self {
            case .card: 216
            case .wide: 360
            case .narrow: 280
            }
        }
    }

    private let series: DeliverySeries
    private let format: Format
    private let leftMargin = 48.0
    private let rightMargin = 112.0
    private let topMargin = 22.0
    private let bottomMargin = 22.0
    private let ticks: [Double]
    private let isCapFarAbove: Bool

    /// A chart of `series` at a size.
    package init(_ series: DeliverySeries, format: Format) {
        self.series = series
        self.format = format
        let within = max(series.plan.last ?? 0, Double(series.confirmed), Double(series.guarantee ?? 0), 1)
        let cap = Double(series.cap ?? 0)
        isCapFarAbove = cap > within * 2.5
        ticks = ChartScale.ticks(upTo: isCapFarAbove ? within : max(within, cap), about: format == .wide ? 5 : 3)
    }

    /// Second of the day → pixels from the left.
    package var time: ChartScale {
        ChartScale(domain: 0...86_400, start: leftMargin, end: format.width - rightMargin)
    }

    /// Cumulative plays → pixels from the top.
    package var plays: ChartScale {
        ChartScale(domain: 0...(ticks.last ?? 1), start: format.height - bottomMargin, end: topMargin)
    }

    /// Pixel of a number of plays at a second of the day.
    package func point(second: Double, plays count: Double) -> ScalableGraphic.Point {
        ScalableGraphic.Point(time.position(second), plays.position(count))
    }

    /// The image.
    package func markup(title: String) -> String {
        var graphic = ScalableGraphic(width: format.width, height: format.height)
        drawAxes(&graphic)
        drawCurves(&graphic)
        drawEdgeLabels(&graphic)
        drawNow(&graphic)
        if format != .card { drawTips(&graphic) }
        let style: String
        switch format {
        case .card: style = "chart"
        case .wide: style = "chart only-wide"
        case .narrow: style = "chart only-narrow"
        }
        return graphic.markup(title: title, description: series.sentence, style: style)
    }

    private func drawAxes(_ graphic: inout ScalableGraphic) {
        for tick in ticks {
            let left = point(second: 0, plays: tick)
            graphic.line(left, point(second: 86_400, plays: tick), style: tick == 0 ? "axis" : "grid")
            graphic.text(
                ConsoleNumber.count(Int(nearest: tick)),
                at: .init(left.x - 8, left.y + 4),
                anchor: .end,
                style: "tick"
            )
        }
        graphic.text("plays", at: .init(leftMargin, topMargin - 10), style: "unit")
        for hour in stride(from: 0, through: 24, by: format == .wide ? 3 : 6) {
            let foot = point(second: Double(hour) * 3_600, plays: 0)
            graphic.line(foot, .init(foot.x, foot.y + 4), style: "axis")
            let label = (hour < 10 ? "0" : "") + "\(hour):00"
            graphic.text(label, at: .init(foot.x, foot.y + 17), anchor: .middle, style: "tick")
        }
        graphic.text("UTC", at: .init(time.end + 22, plays.start + 17), style: "unit")
    }

    private func drawCurves(_ graphic: inout ScalableGraphic) {
        let delivered = series.deliveredPoints.map { point(second: $0.second, plays: $0.plays) }
        graphic.path(delivered, style: "delivered-area", baseline: plays.start)
        if let cap = series.cap, !isCapFarAbove { drawLevel(&graphic, Double(cap), style: "cap") }
        if let guarantee = series.guarantee { drawLevel(&graphic, Double(guarantee), style: "guarantee") }
        graphic.path(series.planPoints.map { point(second: $0.second, plays: $0.plays) }, style: "plan")
        graphic.path(delivered, style: "delivered")
    }

    private func drawLevel(_ graphic: inout ScalableGraphic, _ level: Double, style: String) {
        graphic.line(point(second: 0, plays: level), point(second: 86_400, plays: level), style: style)
    }

    /// Names of the lines at the right edge, pushed apart where they would meet.
    private func drawEdgeLabels(_ graphic: inout ScalableGraphic) {
        var labels: [(y: Double, text: String, style: String)] = []
        if let cap = series.cap {
            let text = "cap \(ConsoleNumber.count(cap))"
            labels.append(
                isCapFarAbove
                    ? (topMargin - 12, text + " ↑", "label-cap") : (plays.position(Double(cap)), text, "label-cap")
            )
        }
        if let guarantee = series.guarantee {
            let text = "promised \(ConsoleNumber.count(guarantee))"
            labels.append((plays.position(Double(guarantee)), text, "label-guarantee"))
        }
        if let end = series.plan.last {
            labels.append((plays.position(end), "plan \(ConsoleNumber.count(Int(nearest: end)))", "label-plan"))
        }
        let positions = Self.spread(labels.map(\.y), apart: 15, within: (topMargin - 12)...(plays.start - 4))
        for (label, y) in zip(labels, positions) {
            graphic.text(label.text, at: .init(time.end + 8, y + 4), style: label.style)
        }
    }

    /// Moves positions as little as need be so that neighbours keep their distance, and order is kept.
    package static func spread(
        _ positions: [Double],
        apart distance: Double,
        within range: ClosedRange<Double>
    ) -> [Double] {
        let order = positions.indices.sorted { (positions[$0], $0) < (positions[$1], $1) }
        var placed = positions
        var lowest = range.lowerBound
        for index in order {
            placed[index] = max(placed[index], lowest)
            lowest = placed[index] + distance
        }
        var highest = range.upperBound
        for index in order.reversed() {
            placed[index] = min(placed[index], highest)
            highest = placed[index] - distance
        }
        return placed
    }

    private func drawNow(_ graphic: inout ScalableGraphic) {
        let here = point(second: series.secondOfDay, plays: Double(series.confirmed))
        graphic.line(.init(here.x, topMargin - 6), .init(here.x, plays.start), style: "now")
        let clock = ConsoleNumber.clock(secondOfDay: series.secondOfDay)
        // Early in the day the label keeps clear of the unit at the top left.
        let labelX = max(here.x, leftMargin + 76)
        graphic.text("now \(clock)", at: .init(labelX, topMargin - 10), anchor: .middle, style: "tick")
        graphic.dot(here, radius: 3.5, style: "here")
        let planned = CampaignProgress.value(of: series.plan, atSecond: series.secondOfDay) ?? 0
        let isAbove = Double(series.confirmed) >= planned
        let text = "\(ConsoleNumber.count(series.confirmed)) delivered"
        let hasRoomLeft = here.x - leftMargin > 110
        let hasRoomRight = format.width - here.x > 120
        // Cumulative curves rise: above the higher one there is room to the left, below the lower one to the right.
        let isLeft = isAbove ? hasRoomLeft : !hasRoomRight
        let y = isAbove ? max(here.y - 9, topMargin + 10) : min(here.y + 17, plays.start - 5)
        graphic.text(
            text,
            at: .init(here.x + (isLeft ? -8 : 8), y),
            anchor: isLeft ? .end : .start,
            style: "label-delivered"
        )
    }

    /// Invisible quarter hours that say their numbers when pointed at.
    private func drawTips(_ graphic: inout ScalableGraphic) {
        let step = 86_400 / Double(max(series.plan.count, 96))
        for index in 0..<max(series.plan.count, 96) {
            let end = Double(index + 1) * step
            let left = time.position(end - step)
            var tip = "\(ConsoleNumber.clock(secondOfDay: end)) UTC"
            if index < series.plan.count {
                tip += " · plan \(ConsoleNumber.amount(series.plan[index].rounded())) plays"
            }
            if index < series.delivered.count, end <= series.secondOfDay {
                tip += " · delivered \(ConsoleNumber.count(series.delivered[index])) plays"
            }
            graphic.rectangle(
                .init(left, topMargin),
                width: time.position(end) - left,
                height: plays.start - topMargin,
                style: "tip",
                tip: tip
            )
        }
    }
}
