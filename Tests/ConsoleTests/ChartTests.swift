import OasisService
import Testing

@Suite("Charts")
struct ChartTests {
    private let series = DeliverySeries(
        plan: Sample.evenPlan(to: 1_000),
        delivered: (1...48).map { $0 * 8 },
        confirmed: 384,
        secondOfDay: 43_200,
        cap: 1_500,
        guarantee: 800
    )

    @Test("Noon and half the scale lie in the middle of the plot")
    func middle() {
        let chart = DeliveryChart(series, format: .wide)
        #expect(chart.plays.domain == 0...1_500)
        let middle = chart.point(second: 43_200, plays: 750)
        #expect(middle.x == (chart.time.start + chart.time.end) / 2)
        #expect(middle.y == (chart.plays.start + chart.plays.end) / 2)
    }

    @Test("More plays lie higher, later lies further right, and nothing leaves the plot")
    func directions() {
        let chart = DeliveryChart(series, format: .card)
        let origin = chart.point(second: 0, plays: 0)
        let end = chart.point(second: 86_400, plays: 1_500)
        #expect(origin.x < end.x && origin.y > end.y)
        #expect(chart.point(second: 1e9, plays: .infinity) == chart.point(second: 86_400, plays: 1e9))
        #expect(chart.point(second: .nan, plays: -5) == origin)
    }

    @Test("The drawn point of now is where the geometry says")
    func drawnPoint() {
        let chart = DeliveryChart(series, format: .card)
        let here = chart.point(second: 43_200, plays: 384)
        let (x, y) = (ScalableGraphic.number(here.x), ScalableGraphic.number(here.y))
        #expect(chart.markup(title: "Any").contains(#"<circle class="here" cx="\#(x)" cy="\#(y)""#))
    }

    @Test("Ticks are round, start at zero and reach the maximum")
    func ticks() {
        #expect(ChartScale.ticks(upTo: 1_500, about: 5) == [0, 500, 1_000, 1_500])
        #expect(ChartScale.ticks(upTo: 7, about: 3) == [0, 5, 10])
        #expect(ChartScale.ticks(upTo: 2_438, about: 3) == [0, 1_000, 2_000, 3_000])
        #expect(ChartScale.ticks(upTo: 0, about: 3) == [0, 1])
        #expect(ChartScale.ticks(upTo: .nan, about: 3) == [0, 1])
    }

    @Test("A cap far above everything else does not flatten the curves")
    func farCap() {
        var far = series
        far.cap = 100_000
        let chart = DeliveryChart(far, format: .wide)
        #expect(chart.plays.domain.upperBound == 1_000)
        let markup = chart.markup(title: "Any")
        #expect(!markup.contains(#"class="cap""#))
        #expect(markup.contains("cap 100,000 ↑"))
    }

    @Test("Labels that would meet are pushed apart, in order and within the plot")
    func spread() {
        #expect(DeliveryChart.spread([50, 52, 10], apart: 15, within: 0...100) == [50, 65, 10])
        #expect(DeliveryChart.spread([98, 99], apart: 15, within: 0...100) == [85, 100])
        #expect(DeliveryChart.spread([], apart: 15, within: 0...100) == [])
    }

    @Test("A chart says in a sentence what it shows")
    func sentence() {
        #expect(
            series.sentence == "384 plays delivered by 12:00 UTC of 500 planned by then and 1,000 by the end of the "
                + "day; guarantee 800; cap 1,500."
        )
        let markup = DeliveryChart(series, format: .card).markup(title: #"A "quoted" title"#)
        #expect(markup.contains(#"role="img" aria-label="A &quot;quoted&quot; title. 384 plays"#))
    }

    @Test("A total adds the campaigns' curves up step by step")
    func total() {
        let campaigns = [
            Sample.status(Sample.campaign("a"), confirmed: 480),
            Sample.status(Sample.campaign("b"), confirmed: 96, plan: Sample.evenPlan(to: 200)),
            Sample.status(Sample.campaign("c"), confirmed: 4, plan: []),
        ]
        let total = DeliverySeries(total: campaigns, at: Sample.noon)
        #expect(total.plan[95] == 1_200)
        #expect(abs(total.plan[47] - 600) < 1e-9)
        #expect(total.delivered[47] == 576)
        #expect(total.confirmed == 580)
    }

    @Test("A bar shows the part beyond its mark apart, and no more than the whole track")
    func bar() {
        let over = MeasureBar(filled: 1, mark: 0.8).markup(title: "Any")
        #expect(over.contains(#"<rect class="bar" x="0" y="2" width="80%""#))
        #expect(over.contains(#"<rect class="bar-over" x="80%" y="2" width="20%""#))
        #expect(!MeasureBar(filled: 0.5, mark: 0.8).markup(title: "Any").contains("bar-over"))
        #expect(MeasureBar(filled: .infinity, mark: nil).markup(title: "Any").contains(#"width="0%""#))
    }

    @Test(
        "Ticks within a range are round, and inside it",
        arguments: [
            (20.0...200, 8, [50.0, 100, 150, 200]), (1_620...1_644, 5, [1_620, 1_625, 1_630, 1_635, 1_640]),
            (-0.3...0.3, 3, [-0.2, 0, 0.2]), (0...0.000_4, 4, [0, 0.000_1, 0.000_2, 0.000_3, 0.000_4]),
            (3...3, 4, []),
        ]
    )
    func ticksWithin(range: ClosedRange<Double>, count: Int, expected: [Double]) {
        let ticks = ChartScale.ticks(within: range, about: count)
        #expect(ticks.count == expected.count)
        for (tick, wanted) in zip(ticks, expected) { #expect(abs(tick - wanted) < 1e-12 * max(1, abs(wanted))) }
    }

    @Test("An image as a file says its title, its description and its rules, escaped")
    func document() {
        var graphic = ScalableGraphic(width: 10, height: 20)
        graphic.dot(.init(1, 2), radius: 3, style: "dot")
        let text = graphic.document(title: "a < b", description: "c & d", rules: ".dot { fill: red; }")
        #expect(text.hasPrefix(#"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 10 20""#))
        #expect(text.contains(#"<title id="title">a &lt; b</title>"#))
        #expect(text.contains(#"<desc id="description">c &amp; d</desc>"#))
        #expect(text.contains("<style>.dot { fill: red; }</style>"))
    }
}
