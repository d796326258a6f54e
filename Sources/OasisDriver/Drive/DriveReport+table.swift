import OasisMarket

extension DriveReport {
    /// The report for people.
    package var table: String {
        var lines = [log, ""]
        lines += Self.aligned(figures)
        lines += ["", Self.padded("", 12) + ["promoted", "server", "organic", "server"].map(Self.number).joined()]
        for row in kinds {
            let numbers = [row.promotedByDriver, row.promotedByServer, row.organicByDriver, row.organicByServer]
            lines.append(Self.padded(row.kind.rawValue, 12) + numbers.map { Self.number("\($0)") }.joined())
        }
        lines += ["", verdict]
        lines += listed(differences, "differ")
        lines += listed(capsExceeded, "above their cap")
        if !events.refused.isEmpty {
            let reasons = events.refused.sorted { $0.key < $1.key }.map { "\($0.value) \($0.key)" }
            lines.append(
                "events refused: \(reasons.joined(separator: ", ")). Does the server go by the requests' clock "
                    + "(clock.source: requests)? Otherwise use --live."
            )
        }
        return lines.joined(separator: "\n") + "\n"
    }

    private var figures: [(String, String)] {
        var rows = [
            (
                "requests",
                "\(requests) in \(Self.rounded(seconds, 1)) s, \(Self.rounded(Double(requests) / max(seconds, 1e-3), 0))/s"
            ),
            ("boosted", "\(boosted), \(promotions) promotions"),
        ]
        for (code, count) in degraded.sorted(by: { $0.key < $1.key }) { rows.append(("degraded", "\(count) \(code)")) }
        for (code, count) in unanswered.sorted(by: { $0.key < $1.key }) {
            rows.append(("no answer", "\(count) \(code)"))
        }
        if let latency = latencyMilliseconds {
            let quantiles = [
                ("p50", latency.p50), ("p95", latency.p95), ("p99", latency.p99), ("longest", latency.longest),
            ]
            rows.append(("score latency", quantiles.map { "\($0) \(Self.rounded($1, 2)) ms" }.joined(separator: "  ")))
        }
        rows.append(
            (
                "events",
                "\(events.unique), sent \(events.sent), recorded \(events.recorded), duplicate \(events.duplicate)"
            )
        )
        if outages > 0 {
            rows.append(("server away", "\(outages) times, counts compared \(checksAfterOutages) times after"))
        }
        return rows
    }

    private var verdict: String {
        let counts =
            differences.isEmpty
            ? "server and driver agree on all \(countsCompared) counts" : "server and driver do not agree"
        return counts + (capsExceeded.isEmpty ? "; every cap held" : "; a cap was exceeded")
    }

    private func listed(_ lines: [String], _ what: String) -> [String] {
        let shown = 40
        let head = lines.prefix(shown).map { "  \($0)" }
        guard lines.count > shown else { return head }
        return head + ["  and \(lines.count - shown) more that \(what)"]
    }

    private static func aligned(_ rows: [(String, String)]) -> [String] {
        rows.map { padded($0, 16) + $1 }
    }

    private static func padded(_ text: String, _ width: Int) -> String {
        text + String(repeating: " ", count: max(0, width - text.count))
    }

    private static func number(_ text: String) -> String {
        String(repeating: " ", count: max(1, 10 - text.count)) + text
    }

    private static func rounded(_ value: Double, _ digits: Int) -> String {
        var scale = 1
        for _ in 0..<digits { scale *= 10 }
        let whole = Int((value * Double(scale)).rounded())
        guard digits > 0 else { return "\(whole)" }
        let fraction = String(whole % scale)
        return "\(whole / scale)." + String(repeating: "0", count: digits - fraction.count) + fraction
    }
}

extension Drive.Progress {
    /// One line for a terminal.
    package var line: String {
        let share = requestsTotal > 0 ? 100 * requests / requestsTotal : 100
        let base = "\(share) %  \(requests) of \(requestsTotal) requests, \(boosted) boosted, \(events) events"
        return isServerAway ? base + ", waiting for the server" : base
    }
}
