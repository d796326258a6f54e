/// A campaign's day at the size of a word: plan in grey, delivered on top.
struct Sparkline {
    static let width = 104.0
    static let height = 28.0

    let series: DeliverySeries

    func markup(title: String) -> String {
        let top = max(series.plan.last ?? 0, Double(series.confirmed), 1)
        let time = ChartScale(domain: 0...86_400, start: 1, end: Self.width - 4)
        let plays = ChartScale(domain: 0...top, start: Self.height - 2, end: 4)
        var graphic = ScalableGraphic(width: Self.width, height: Self.height)
        func pixels(_ points: [(second: Double, plays: Double)]) -> [ScalableGraphic.Point] {
            points.enumerated().filter { $0.offset.isMultiple(of: 3) || $0.offset == points.count - 1 }
                .map { .init(time.position($0.element.second), plays.position($0.element.plays)) }
        }
        graphic.line(.init(1, Self.height - 1.5), .init(Self.width - 4, Self.height - 1.5), style: "grid")
        graphic.path(pixels(series.planPoints), style: "plan")
        graphic.path(pixels(series.deliveredPoints), style: "delivered")
        if let here = pixels(series.deliveredPoints).last { graphic.dot(here, radius: 2.2, style: "here") }
        return graphic.markup(title: title, description: series.sentence, style: "spark")
    }
}
