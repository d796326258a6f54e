extension PrometheusRegistry {
    /// Every metric in Prometheus' text format, ordered by name and labels.
    package func text() -> String {
        var text = ""
        for (name, family) in all {
            text +=
                "# HELP \(name) \(Self.escaped(family.help, quotes: false))\n# TYPE \(name) \(family.kind.rawValue)\n"
            for (labels, cell) in family.series.sorted(by: { $0.key.lexicographicallyPrecedes($1.key) }) {
                switch cell {
                case .counter(let counter): text += Self.line(name, labels, counter.value)
                case .gauge(let gauge): text += Self.line(name, labels, gauge.value)
                case .histogram(let histogram): text += Self.lines(name, labels, histogram)
                }
            }
        }
        return text
    }

    private static func lines(_ name: String, _ labels: [Label], _ histogram: HistogramCell) -> String {
        let state = histogram.snapshot
        var text = ""
        var cumulative: UInt64 = 0
        for (count, bound) in zip(state.counts, histogram.bounds + [.infinity]) {
            cumulative += count
            text += line(name + "_bucket", labels + [Label(name: "le", value: number(bound))], Double(cumulative))
        }
        text += line(name + "_sum", labels, state.sum)
        return text + line(name + "_count", labels, Double(cumulative))
    }

    private static func line(_ name: String, _ labels: [Label], _ value: Double) -> String {
        let inside = labels.map { "\($0.name)=\"\(escaped($0.value, quotes: true))\"" }.joined(separator: ",")
        return "\(name)\(inside.isEmpty ? "" : "{\(inside)}") \(number(value))\n"
    }

    private static func number(_ value: Double) -> String {
        if value.isNaN { return "NaN" }
        if value.isInfinite { return value > 0 ? "+Inf" : "-Inf" }
        return Int64(exactly: value).map(String.init) ?? value.description
    }

    private static func escaped(_ text: String, quotes: Bool) -> String {
        var escaped = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\\": escaped += "\\\\"
            case "\n": escaped += "\\n"
            case "\"" where quotes: escaped += "\\\""
            default: escaped.unicodeScalars.append(scalar)
            }
        }
        return escaped
    }
}
