internal import Foundation
internal import OasisAllocation
internal import OasisService

/// Value and price over a bound, as an SVG file that reads on light and on dark.
///
/// The upper panel shows what is proven: the value lies within the band everywhere, between the solved points as well.
/// The lower panel shows the shadow price at each point, which is the slope of the upper one.
struct FrontierChart {
    /// The price at a solved point.
    struct Price: Hashable {
        var position: Double
        var price: Double
    }

    var title: String
    var subtitle: String
    var positionTitle: String
    var priceTitle: String
    /// Where the problem stands now; drawn when it lies on the path.
    var current: Double
    var curve: FrontierCurve
    /// By rising position.
    var prices: [Price]

    private enum Layout {
        static let width = 820.0
        static let height = 610.0
        static let left = 84.0
        static let right = 790.0
        static let valueTop = 104.0
        static let valueFoot = 350.0
        static let priceTop = 406.0
        static let priceFoot = 544.0
    }

    private var positions: ChartScale {
        let known = prices.map(\.position)
        let range = Self.widened((known.min() ?? 0)...(known.max() ?? 1), by: 0)
        return ChartScale(domain: range, start: Layout.left, end: Layout.right)
    }

    private var values: ChartScale {
        let known = curve.upper.map(\.value) + curve.lower.map(\.value)
        let range = Self.widened((known.min() ?? 0)...(known.max() ?? 1), by: 0.06)
        return ChartScale(domain: range, start: Layout.valueFoot, end: Layout.valueTop)
    }

    private var priceScale: ChartScale {
        let known = prices.map(\.price)
        let range = Self.widened(min(0, known.min() ?? 0)...max(0, known.max() ?? 1), by: 0)
        let room = 0.2 * (range.upperBound - range.lowerBound)
        return ChartScale(
            domain: range.lowerBound...(range.upperBound + room),
            start: Layout.priceFoot,
            end: Layout.priceTop
        )
    }

    /// A range with room on both sides; one without length gets some.
    private static func widened(_ range: ClosedRange<Double>, by part: Double) -> ClosedRange<Double> {
        let length = range.upperBound - range.lowerBound
        let room = length > 0 ? part * length : max(0.01 * range.upperBound.magnitude, 1e-9)
        return (range.lowerBound - room)...(range.upperBound + room)
    }

    /// The file's text.
    var markup: String {
        var graphic = ScalableGraphic(width: Layout.width, height: Layout.height)
        graphic.rectangle(.init(0, 0), width: Layout.width, height: Layout.height, style: "ground")
        graphic.text(title, at: .init(24, 36), style: "title")
        graphic.text(subtitle, at: .init(24, 58), style: "note")
        drawPanel(&graphic, values, title: "value, organic-score units", note: provenNote)
        drawPanel(&graphic, priceScale, title: priceTitle, note: "")
        drawPositions(&graphic)
        drawCurrent(&graphic)
        drawValues(&graphic)
        drawPrices(&graphic)
        drawTips(&graphic)
        return graphic.document(title: title, description: sentence, rules: FrontierChartStyle.rules)
    }

    /// How wide the band is where it is widest.
    private var provenNote: String {
        let corners = (curve.upper + curve.lower).map(\.position)
        let widths = corners.map { position in
            (curve.upper(at: position) - curve.lower(at: position)) / max(curve.upper(at: position).magnitude, 1e-9)
        }
        return "proven: the value lies in the band, "
            + String(format: "%.2g %% at its widest", 100 * (widths.max() ?? 0))
    }

    private var sentence: String {
        guard let first = prices.first, let last = prices.last else { return "No point was solved." }
        let (low, high) = (curve.lower(at: first.position), curve.lower(at: last.position))
        return "As the \(positionTitle) goes from \(Self.short(first.position)) to \(Self.short(last.position)), "
            + "the value goes from \(Self.short(low)) to \(Self.short(high)) and the price from "
            + "\(Self.short(first.price)) to \(Self.short(last.price))."
    }

    private func drawPanel(_ graphic: inout ScalableGraphic, _ scale: ChartScale, title: String, note: String) {
        let ticks = ChartScale.ticks(within: scale.domain, about: scale.start - scale.end > 200 ? 6 : 5)
        let labels = TickLabels(ticks)
        for tick in ticks {
            let y = scale.position(tick)
            graphic.line(.init(Layout.left, y), .init(Layout.right, y), style: "grid")
            graphic.text(labels[tick], at: .init(Layout.left - 10, y + 4), anchor: .end, style: "tick")
        }
        graphic.line(.init(Layout.left, scale.start), .init(Layout.right, scale.start), style: "axis")
        graphic.text(title, at: .init(24, scale.end - 14), style: "panel")
        graphic.text(note, at: .init(Layout.right, scale.end - 14), anchor: .end, style: "note")
    }

    private func drawPositions(_ graphic: inout ScalableGraphic) {
        let ticks = ChartScale.ticks(within: positions.domain, about: 8)
        let labels = TickLabels(ticks)
        for tick in ticks {
            let x = positions.position(tick)
            for foot in [Layout.valueFoot, Layout.priceFoot] {
                graphic.line(.init(x, foot), .init(x, foot + 5), style: "axis")
            }
            graphic.text(labels[tick], at: .init(x, Layout.priceFoot + 21), anchor: .middle, style: "tick")
        }
        let middle = (Layout.left + Layout.right) / 2
        graphic.text(positionTitle, at: .init(middle, Layout.priceFoot + 45), anchor: .middle, style: "panel")
    }

    private func drawCurrent(_ graphic: inout ScalableGraphic) {
        guard positions.domain.contains(current) else { return }
        let x = positions.position(current)
        graphic.line(.init(x, Layout.valueTop - 4), .init(x, Layout.valueFoot), style: "now")
        graphic.line(.init(x, Layout.priceTop), .init(x, Layout.priceFoot), style: "now")
        let isNearEnd = x > Layout.right - 60
        let label = ScalableGraphic.Point(x + (isNearEnd ? -6 : 6), Layout.valueFoot - 8)
        graphic.text("now", at: label, anchor: isNearEnd ? .end : .start, style: "note")
    }

    private func drawValues(_ graphic: inout ScalableGraphic) {
        let upper = curve.upper.map { point($0.position, $0.value) }
        let lower = curve.lower.map { point($0.position, $0.value) }
        graphic.path(upper + lower.reversed(), style: "band")
        graphic.path(upper, style: "upper")
        graphic.path(lower, style: "lower")
        for price in prices {
            graphic.dot(point(price.position, curve.lower(at: price.position)), radius: dotRadius, style: "dot")
        }
    }

    private func point(_ position: Double, _ value: Double) -> ScalableGraphic.Point {
        .init(positions.position(position), values.position(value))
    }

    /// Many dots become a line of their own, so they shrink.
    private var dotRadius: Double { prices.count > 40 ? 1.5 : 3.5 }

    private func drawPrices(_ graphic: inout ScalableGraphic) {
        let points = prices.map {
            ScalableGraphic.Point(positions.position($0.position), priceScale.position($0.price))
        }
        graphic.path(points, style: "price-area", baseline: priceScale.position(0))
        graphic.path(points, style: "price")
        for point in points { graphic.dot(point, radius: dotRadius, style: "price-dot") }
        guard let first = prices.first, let last = prices.last, prices.count > 1 else { return }
        for (price, point, anchor) in [
            (first, points[0], ScalableGraphic.Anchor.start), (last, points[points.count - 1], .end),
        ] {
            let shift = anchor == .start ? 8.0 : -2.0
            let label = ScalableGraphic.Point(point.x + shift, point.y - 9)
            graphic.text(Self.short(price.price), at: label, anchor: anchor, style: "price-label")
        }
    }

    /// Invisible strips that say a point's numbers when pointed at.
    private func drawTips(_ graphic: inout ScalableGraphic) {
        let centers = prices.map { positions.position($0.position) }
        for (index, price) in prices.enumerated() {
            let left = index == 0 ? Layout.left : (centers[index - 1] + centers[index]) / 2
            let right = index == prices.count - 1 ? Layout.right : (centers[index] + centers[index + 1]) / 2
            let low = Self.exact(curve.lower(at: price.position))
            let high = Self.exact(curve.upper(at: price.position))
            graphic.rectangle(
                .init(left, Layout.valueTop),
                width: right - left,
                height: Layout.priceFoot - Layout.valueTop,
                style: "tip",
                tip: "\(Self.short(price.position)): value \(low) to \(high), price \(Self.short(price.price))"
            )
        }
    }

    private static func short(_ value: Double) -> String { String(format: "%.4g", value) }
    private static func exact(_ value: Double) -> String { String(format: "%.8g", value) }
}

/// Tick labels with as many decimals as their step needs.
private struct TickLabels {
    private let decimals: Int?

    init(_ ticks: [Double]) {
        guard ticks.count > 1, let largest = ticks.map(\.magnitude).max() else {
            decimals = nil
            return
        }
        let step = ticks[1] - ticks[0]
        // Beyond six decimals, and beyond what a label has room for, powers of ten read better.
        decimals = step >= 0.999e-6 && largest < 1e9 ? max(0, Int((-log10(step) - 1e-9).rounded(.up))) : nil
    }

    subscript(tick: Double) -> String {
        decimals.map { ConsoleNumber.decimal(tick, decimals: $0) } ?? String(format: "%.6g", tick)
    }
}

/// What the chart's styles look like: the console's colours, in light and in dark.
enum FrontierChartStyle {
    // Every colour stands in a rule of its own: viewers without variables or media queries then show the light chart.
    static let rules = """
        text { font-family: system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif; }
        .ground { fill: #ffffff; }
        .title { font-size: 19px; font-weight: 650; fill: #1a1c1f; }
        .panel { font-size: 13px; font-weight: 600; fill: #1a1c1f; }
        .note { font-size: 12.5px; fill: #5b6068; }
        .tick { font-size: 12px; fill: #5b6068; font-variant-numeric: tabular-nums; }
        .grid { stroke: #e9e9e3; stroke-width: 1; }
        .axis { stroke: #9aa0a8; stroke-width: 1; }
        .now { stroke: #7d828b; stroke-width: 1; stroke-dasharray: 4 4; }
        .band { fill: #1d5fc4; fill-opacity: 0.22; }
        .upper { fill: none; stroke: #1d5fc4; stroke-width: 1; stroke-opacity: 0.55; }
        .lower { fill: none; stroke: #1d5fc4; stroke-width: 2; stroke-linejoin: round; }
        .dot { fill: #1d5fc4; stroke: #ffffff; stroke-width: 1.5; }
        .price-area { fill: #955f00; fill-opacity: 0.12; }
        .price { fill: none; stroke: #955f00; stroke-width: 2; stroke-linejoin: round; }
        .price-dot { fill: #955f00; stroke: #ffffff; stroke-width: 1.5; }
        .price-label { font-size: 12.5px; font-weight: 600; fill: #955f00; }
        .price-label, .note { paint-order: stroke; stroke: #ffffff; stroke-width: 5px; stroke-linejoin: round; }
        .tip { fill: transparent; }
        @media (prefers-color-scheme: dark) {
        .ground { fill: #181b1e; }
        .title, .panel { fill: #e7e8e9; }
        .note, .tick { fill: #9ca3ab; }
        .grid { stroke: #2b2f34; }
        .axis { stroke: #5d646c; }
        .now { stroke: #878f99; }
        .band { fill: #77adff; }
        .upper, .lower { stroke: #77adff; }
        .dot { fill: #77adff; stroke: #181b1e; }
        .price-area { fill: #e2b04f; }
        .price { stroke: #e2b04f; }
        .price-dot { fill: #e2b04f; stroke: #181b1e; }
        .price-label { fill: #e2b04f; }
        .price-label, .note { stroke: #181b1e; }
        }
        """
}
