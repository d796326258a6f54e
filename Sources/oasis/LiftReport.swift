internal import Foundation
internal import OasisMarket
internal import OasisMeasurement
internal import OasisService

/// What `oasis lift` prints of one campaign.
struct LiftReport {
    private let measurement: CampaignMeasurement
    private let confidence: Double

    init(_ measurement: CampaignMeasurement, confidence: Double) {
        self.measurement = measurement
        self.confidence = confidence
    }

    func printTable() {
        let (campaign, report) = (measurement.campaign, measurement.report)
        let ratio = measurement.lifts.first?.lift.sampleRatio
        Terminal.printPairs([
            (name: "campaign", value: "\(campaign.id), \(campaign.title)"),
            ("time", "\(report.window.lowerBound) to \(report.window.upperBound)"),
            ("eligible", ratio.map(Self.text) ?? ""),
        ])
        printFindings()
        let percent = String(format: "%g %%", 100 * confidence)
        let header = [
            "measure", "promoted to", "held out", "added", "\(percent) from", "to", "lift", "always from", "to",
        ]
        print("")
        Terminal.printTable([header] + measurement.lifts.map(line))
        print("\n" + breakEven)
    }

    private static func text(_ ratio: SampleRatio) -> String {
        "\(ratio.treatedCount) listeners promoted to, \(ratio.heldCount) held out: "
            + String(format: "%.2f %% where %.2f %% should be", 100 * ratio.share, 100 * ratio.designedShare)
    }

    /// Each sentence once, with the measures that it is about.
    private func printFindings() {
        var measures: [String: [String]] = [:]
        var order: [(sentence: String, isRefusal: Bool)] = []
        for measured in measurement.lifts {
            for finding in measured.lift.findings {
                if measures[finding.description] == nil { order.append((finding.description, finding.isRefusal)) }
                measures[finding.description, default: []].append(measured.measure.rawValue)
            }
        }
        for (sentence, isRefusal) in order {
            let names = measures[sentence] ?? []
            let about = names.count == measurement.lifts.count ? "" : " (\(names.joined(separator: ", ")))"
            print("  \(isRefusal ? "withheld" : "careful")\(about): \(sentence)")
        }
    }

    private func line(_ measured: CampaignMeasurement.MeasuredLift) -> [String] {
        guard let answer = measured.lift.answer else {
            return [measured.measure.rawValue] + Array(repeating: "–", count: 8)
        }
        let (added, lift) = (answer.incremental, answer.lift)
        return [
            measured.measure.rawValue, Self.mean(answer.treatedMean), Self.mean(answer.heldMean),
            Self.count(added.value), Self.count(added.interval.lower), Self.count(added.interval.upper),
            Self.percent(lift.value), Self.percent(lift.alwaysValid.lower), Self.percent(lift.alwaysValid.upper),
        ]
    }

    private var breakEven: String {
        let rate = String(format: "%g %%", 100 * measurement.campaign.commissionRate.fraction)
        guard let breakEven = measurement.breakEven else {
            return "Break-even at a commission of \(rate): not known while the lift of context-streams is withheld."
        }
        let needed = "Break-even at a commission of \(rate) needs a lift of \(Self.percent(breakEven.liftNeeded)):"
        let sure = String(format: "one look is %.1f %% sure of more", 100 * breakEven.confidence)
        switch breakEven.verdict {
        case .earned: return "\(needed) earned, beyond doubt; \(sure)."
        case .notEarned: return "\(needed) not earned, beyond doubt; \(sure)."
        case .undecided: return "\(needed) undecided; \(sure)."
        }
    }

    private static func mean(_ value: Double) -> String { String(format: "%.4f", value) }

    private static func count(_ value: Double) -> String { String(format: "%.1f", value) }

    private static func percent(_ value: Double) -> String {
        value.isFinite ? String(format: "%+.1f %%", 100 * value) : "no end"
    }
}
