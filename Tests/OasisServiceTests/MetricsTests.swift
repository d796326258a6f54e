import Metrics
import OasisService
import Testing

@Suite("Metrics")
struct MetricsTests {
    /// The grammar of one line of Prometheus' text format.
    static func isLine(_ line: Substring) -> Bool {
        let help = /# HELP [a-zA-Z_:][a-zA-Z0-9_:]* .*/
        let type = /# TYPE [a-zA-Z_:][a-zA-Z0-9_:]* (counter|gauge|histogram)/
        let label = #"[a-zA-Z_][a-zA-Z0-9_]*="([^"\\\n]|\\["\\n])*""#
        let sample = #"[a-zA-Z_:][a-zA-Z0-9_:]*(\{LABEL(,LABEL)*\})? ([+-]?[0-9.]+(e[+-]?[0-9]+)?|[+-]Inf|NaN)"#
            .replacing("LABEL", with: label)
        guard let sample = try? Regex(sample) else { return false }
        return line.wholeMatch(of: help) != nil || line.wholeMatch(of: type) != nil
            || line.wholeMatch(of: sample) != nil
    }

    @Test("Names and label values are written so that Prometheus can read them")
    func escaping() {
        let registry = PrometheusRegistry()
        Counter(label: "odd-name.1", dimensions: [("a b", "x\"y\\z\nw")], factory: registry).increment(by: 3)
        Gauge(label: "temperature", factory: registry).record(-1.5)
        Timer(label: "took", factory: registry).recordMilliseconds(20)
        let text = registry.text()
        #expect(text.contains("odd_name_1_total{a_b=\"x\\\"y\\\\z\\nw\"} 3\n"))
        #expect(text.contains("temperature -1.5\n"))
        #expect(text.contains("took_seconds_count 1\n"))
        for line in text.split(separator: "\n") { #expect(Self.isLine(line), "\(line)") }
    }

    @Test("A histogram's buckets are cumulative and end with all of it")
    func histogram() {
        let registry = PrometheusRegistry()
        let histogram = registry.histogram("sizes", bounds: [1, 10])
        for value in [0.5, 1, 5, 50] { histogram.record(value) }
        let lines = registry.text().split(separator: "\n").filter { $0.hasPrefix("sizes") }
        #expect(
            lines == [
                "sizes_bucket{le=\"1\"} 2", "sizes_bucket{le=\"10\"} 3", "sizes_bucket{le=\"+Inf\"} 4",
                "sizes_sum 56.5",
                "sizes_count 4",
            ]
        )
    }

    @Test("A name is one kind of metric, and has a bounded number of series")
    func bounds() {
        let registry = PrometheusRegistry()
        registry.counter("a_total").increment(by: Int64(1))
        registry.gauge("a_total").set(7.0)
        #expect(registry.text().contains("a_total 1\n"))
        for index in 0..<(PrometheusRegistry.seriesMaximum + 50) {
            registry.counter("b_total", [("n", "\(index)")]).increment(by: Int64(1))
        }
        #expect(
            registry.text().split(separator: "\n").count { $0.hasPrefix("b_total") } == PrometheusRegistry.seriesMaximum
        )
    }
}
