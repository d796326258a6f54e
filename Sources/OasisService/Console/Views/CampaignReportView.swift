import OasisMarket
import OasisMeasurement

/// A campaign's report for its licensor.
struct CampaignReportView {
    var title: String
    var licensor: String
    var period: String
    var comparison: String
    var figures: [FigureView]
    var effects: [EffectView]
    var findings: [FindingView]
    var breakEvenTone: String
    var breakEvenWord: String
    var breakEvenText: String
    var comparisons: [ComparisonView]
    var jsonAddress: String
    var csvAddress: String

    /// What promotion added to one measure.
    struct EffectView {
        var measure: String
        var added: String
        var addedRange: String
        var lift: String
        var liftRange: String
        var liftAlways: String
    }

    /// What speaks against an answer.
    struct FindingView {
        var findingTone: String
        var finding: String
    }

    /// A count now and before.
    struct ComparisonView {
        var name: String
        var now: String
        var then: String
        var growth: String
    }

    init(_ measurement: CampaignMeasurement) {
        let (campaign, report) = (measurement.campaign, measurement.report)
        title = campaign.title
        licensor = measurement.licensorTitle
        let ends = [report.window.lowerBound, report.window.upperBound].map(ConsoleNumber.moment)
        period = ends.joined(separator: " to ")
        let days = ConsoleNumber.amount(report.days)
        comparison =
            "the \(days) days before it began"
            + (report.isBeforeComplete ? "" : ", of which the ledger does not have everything")
        figures = Self.figures(report)
        effects = measurement.lifts.map(EffectView.init)
        findings = Self.findings(measurement)
        (breakEvenTone, breakEvenWord, breakEvenText) = Self.breakEven(measurement)
        comparisons = Self.comparisons(report)
        let address = "/v1/campaigns/\(CampaignSelection.percentEncoded(campaign.id.text))/report"
        (jsonAddress, csvAddress) = (address, address + "?format=csv")
    }

    private static func figures(_ report: CampaignReport) -> [FigureView] {
        func growth(_ growth: Double?) -> String {
            growth.map { "\(signedPercent($0)) against the time before" } ?? "nothing to compare with"
        }
        return [
            FigureView(
                label: "Listeners",
                number: ConsoleNumber.count(report.listeners),
                unit: "listeners",
                remark: growth(report.listenerGrowth)
            ),
            FigureView(
                label: "New to the artist",
                number: ConsoleNumber.count(report.newListeners),
                unit: "listeners",
                remark: nil
            ),
            FigureView(
                label: "Streams of 30 s and more",
                number: ConsoleNumber.count(report.during.streams),
                unit: "streams",
                remark: growth(report.streamGrowth)
            ),
            FigureView(
                label: "Intent",
                number: report.intentRate.map(ConsoleNumber.percent) ?? ConsoleNumber.none,
                unit: "of \(ConsoleNumber.count(report.promotedListeners)) listeners",
                remark: "saved, added or followed within 14 days of the first promoted stream"
            ),
        ]
    }

    private static func findings(_ measurement: CampaignMeasurement) -> [FindingView] {
        var shown: Set<String> = []
        return measurement.lifts
            .flatMap { measured in measured.lift.findings.map { (measured.measure, $0) } }
            .filter { shown.insert($0.1.description).inserted }
            .map { measure, finding in
                FindingView(
                    findingTone: finding.isRefusal ? "bad" : "",
                    finding: finding.isRefusal
                        ? "No answer for \(measure.title): \(finding)." : "\(measure.title): \(finding)."
                )
            }
    }

    private static func breakEven(_ measurement: CampaignMeasurement) -> (tone: String, word: String, text: String) {
        let rate = ConsoleNumber.percent(measurement.campaign.commissionRate.fraction)
        guard let breakEven = measurement.breakEven else {
            return ("", "unknown", "Whether it earns its commission of \(rate) cannot be said without the lift.")
        }
        let needed =
            "A commission of \(rate) on streams in the campaign's contexts needs a lift of "
            + "\(ConsoleNumber.percent(breakEven.liftNeeded))"
        let sure = "one look is \(ConsoleNumber.percent(breakEven.confidence)) sure of more"
        switch breakEven.verdict {
        case .earned: return ("good", "earned", "\(needed), and it is beyond doubt; \(sure).")
        case .notEarned: return ("bad", "not earned", "\(needed), and there is less, beyond doubt; \(sure).")
        case .undecided: return ("warn", "undecided", "\(needed); that is open, and \(sure).")
        }
    }

    private static func comparisons(_ report: CampaignReport) -> [ComparisonView] {
        let (during, before) = (report.during, report.before)
        func compared(_ name: String, _ now: Int, _ then: Int) -> ComparisonView {
            ComparisonView(
                name: name,
                now: ConsoleNumber.count(now),
                then: ConsoleNumber.count(then),
                growth: report.growth(now, then).map(signedPercent) ?? ConsoleNumber.none
            )
        }
        return [
            compared("Listeners", report.listeners, report.listenersBefore),
            compared("Streams", during.streams, before.streams),
            compared("Streams in its contexts", during.contextStreams, before.contextStreams),
            compared("Saves", during.saves, before.saves),
            compared("Playlist adds", during.playlistAdds, before.playlistAdds),
            compared("Follows of the artist", during.follows, before.follows),
            compared("Skips", during.skips, before.skips),
        ]
    }
}

/// `+12 %` or `−3.4 %`.
private func signedPercent(_ fraction: Double) -> String {
    guard fraction.isFinite else { return "∞" }
    return (fraction > 0 ? "+" : "") + ConsoleNumber.percent(fraction)
}

extension CampaignReportView.EffectView {
    fileprivate init(_ measured: CampaignMeasurement.MeasuredLift) {
        measure = measured.measure.title
        guard let answer = measured.lift.answer else {
            (added, addedRange, lift) = ("withheld", "", ConsoleNumber.none)
            (liftRange, liftAlways) = ("", ConsoleNumber.none)
            return
        }
        func count(_ number: Double) -> String { ConsoleNumber.count(Int(max(-9e15, min(9e15, number)).rounded())) }
        func range(_ interval: Interval, _ text: (Double) -> String) -> String {
            "\(text(interval.lower)) to \(text(interval.upper))"
        }
        added = count(answer.incremental.value)
        addedRange = range(answer.incremental.interval, count)
        lift = signedPercent(answer.lift.value)
        liftRange = range(answer.lift.interval, signedPercent)
        liftAlways = range(answer.lift.alwaysValid, signedPercent)
    }
}

extension CampaignAudience.Measure {
    /// As people call it.
    var title: String {
        switch self {
        case .streams: "Streams"
        case .contextStreams: "Streams in its contexts"
        case .newListeners: "New listeners"
        case .saves: "Saves"
        case .playlistAdds: "Playlist adds"
        }
    }
}
