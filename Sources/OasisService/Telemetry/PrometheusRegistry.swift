package import Metrics
internal import Synchronization

/// Metrics by name and labels, written out in Prometheus' text format.
///
/// It is a swift-metrics factory, so that libraries' metrics land here too. Source of the format: Prometheus
/// documentation, "Exposition formats", text format 0.0.4.
package final class PrometheusRegistry: Sendable {
    /// Most label combinations of one metric; further ones are counted nowhere, so that no caller can fill the memory.
    package static let seriesMaximum = 1_000

    enum Kind: String {
        case counter, gauge, histogram
    }

    enum Cell {
        case counter(CounterCell)
        case gauge(GaugeCell)
        case histogram(HistogramCell)
    }

    struct Family {
        var kind: Kind
        var help: String
        var bounds: [Double]
        var series: [[Label]: Cell] = [:]
    }

    struct Label: Hashable, Comparable {
        var name: String
        var value: String

        static func < (left: Label, right: Label) -> Bool {
            (left.name, left.value) < (right.name, right.value)
        }
    }

    /// Seconds from 10 µs to 60 s.
    package static let secondBounds: [Double] = [
        0.000_01, 0.000_025, 0.000_05, 0.000_1, 0.000_25, 0.000_5, 0.001, 0.002_5, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25,
        0.5, 1, 2.5, 5, 10, 30, 60,
    ]

    private static let plainBounds: [Double] = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000, 10_000, 100_000]

    private let families = Mutex<[String: Family]>([:])

    /// An empty registry.
    package init() {}

    /// Declares a metric with its help text, before its first value.
    func describe(_ name: String, _ kind: Kind, _ help: String, bounds: [Double] = secondBounds) {
        families.withLock { $0[name] = Family(kind: kind, help: help, bounds: bounds) }
    }

    var all: [(name: String, family: Family)] {
        families.withLock { $0.map { ($0.key, $0.value) } }.sorted { $0.name < $1.name }
    }

    /// The counter of a metric with labels.
    package func counter(_ name: String, _ labels: [(String, String)] = []) -> CounterCell {
        let cell = cell(name, labels, .counter) { _ in .counter(CounterCell()) }
        if case .counter(let counter) = cell { return counter } else { return CounterCell() }
    }

    /// The gauge of a metric with labels.
    package func gauge(_ name: String, _ labels: [(String, String)] = []) -> GaugeCell {
        let cell = cell(name, labels, .gauge) { _ in .gauge(GaugeCell()) }
        if case .gauge(let gauge) = cell { return gauge } else { return GaugeCell() }
    }

    /// The histogram of a metric with labels.
    package func histogram(
        _ name: String,
        _ labels: [(String, String)] = [],
        bounds: [Double] = secondBounds
    ) -> HistogramCell {
        let cell = cell(name, labels, .histogram, bounds: bounds) { .histogram(HistogramCell(bounds: $0)) }
        if case .histogram(let histogram) = cell { return histogram } else { return HistogramCell(bounds: bounds) }
    }

    /// The cell of a series; nothing when the name is another kind of metric already, or has too many series.
    private func cell(
        _ name: String,
        _ labels: [(String, String)],
        _ kind: Kind,
        bounds: [Double] = secondBounds,
        _ make: ([Double]) -> Cell
    ) -> Cell? {
        let name = Self.sanitized(name, allowing: "_:")
        let key = labels.map { Label(name: Self.sanitized($0.0, allowing: "_"), value: $0.1) }.sorted()
        return families.withLock { families in
            var family = families[name] ?? Family(kind: kind, help: "From a library.", bounds: bounds)
            guard family.kind == kind else { return nil }
            if let cell = family.series[key] { return cell }
            guard family.series.count < Self.seriesMaximum else { return nil }
            let cell = make(family.bounds)
            family.series[key] = cell
            families[name] = family
            return cell
        }
    }

    static func sanitized(_ name: String, allowing extra: String) -> String {
        let text = String(
            name.map { $0.isASCII && ($0.isLetter || $0.isNumber) || extra.contains($0) ? $0 : "_" }
        )
        return text.first.map { $0.isNumber } ?? true ? "_" + text : text
    }
}

extension PrometheusRegistry: MetricsFactory {
    package func makeCounter(label: String, dimensions: [(String, String)]) -> any CounterHandler {
        counter(Self.ending("_total", label), dimensions)
    }

    package func makeFloatingPointCounter(
        label: String,
        dimensions: [(String, String)]
    ) -> any FloatingPointCounterHandler {
        counter(Self.ending("_total", label), dimensions)
    }

    package func makeMeter(label: String, dimensions: [(String, String)]) -> any MeterHandler {
        gauge(label, dimensions)
    }

    package func makeRecorder(
        label: String,
        dimensions: [(String, String)],
        aggregate: Bool
    ) -> any RecorderHandler {
        aggregate ? histogram(label, dimensions, bounds: Self.plainBounds) : gauge(label, dimensions)
    }

    package func makeTimer(label: String, dimensions: [(String, String)]) -> any TimerHandler {
        histogram(Self.ending("_seconds", label), dimensions)
    }

    package func destroyCounter(_ handler: any CounterHandler) {}
    package func destroyFloatingPointCounter(_ handler: any FloatingPointCounterHandler) {}
    package func destroyMeter(_ handler: any MeterHandler) {}
    package func destroyRecorder(_ handler: any RecorderHandler) {}
    package func destroyTimer(_ handler: any TimerHandler) {}

    private static func ending(_ ending: String, _ label: String) -> String {
        label.hasSuffix(ending) ? label : label + ending
    }
}
