internal import OasisMarket
internal import OasisMeasurement

extension CampaignMeasurement {
    /// Column names of `csv()`.
    package static let csvHeader =
        "campaign,from,to,figure,value,lower,upper,always_valid_lower,always_valid_upper,note"

    /// The report as lines of figure and value, for a spreadsheet; `\r\n` ends each, as RFC 4180 has it.
    ///
    /// A figure that is not known has no value. Intervals stand beside effects alone.
    package func csv() -> String {
        ([Self.csvHeader] + figures.map(line)).map { $0 + "\r\n" }.joined()
    }

    private struct Figure {
        var name: String
        var value: Double?
        var effect: Lift.Effect?
        var note = ""
    }

    private var figures: [Figure] {
        counted + lifts.flatMap(figures(of:))
            + [
                Figure(name: "break_even_lift", value: breakEven?.liftNeeded, note: breakEven?.verdict.rawValue ?? ""),
                Figure(name: "break_even_confidence", value: breakEven?.confidence),
            ]
    }

    private var counted: [Figure] {
        func whole(_ name: String, _ value: Int) -> Figure { Figure(name: name, value: Double(value)) }
        let (during, before) = (report.during, report.before)
        return [
            whole("is_before_complete", report.isBeforeComplete ? 1 : 0),
            whole("listeners", report.listeners), whole("listeners_before", report.listenersBefore),
            Figure(name: "listener_growth", value: report.listenerGrowth),
            whole("returning_listeners", report.returningListeners), whole("new_listeners", report.newListeners),
            whole("streams", during.streams), whole("streams_before", before.streams),
            Figure(name: "stream_growth", value: report.streamGrowth),
            whole("context_streams", during.contextStreams), whole("promoted_streams", during.promotedStreams),
            whole("saves", during.saves), whole("saves_before", before.saves),
            whole("playlist_adds", during.playlistAdds), whole("playlist_adds_before", before.playlistAdds),
            whole("follows", during.follows), whole("follows_before", before.follows),
            whole("promoted_listeners", report.promotedListeners), whole("intent_listeners", report.intentListeners),
            Figure(name: "intent_rate", value: report.intentRate),
        ]
    }

    private func figures(of measured: MeasuredLift) -> [Figure] {
        let name = measured.measure.rawValue.split(separator: "-").joined(separator: "_")
        let note = measured.lift.findings.map(\.code).joined(separator: " ")
        return [
            Figure(
                name: "incremental_\(name)",
                value: measured.lift.answer?.incremental.value,
                effect: measured.lift.answer?.incremental,
                note: note
            ),
            Figure(
                name: "lift_\(name)",
                value: measured.lift.answer?.lift.value,
                effect: measured.lift.answer?.lift,
                note: note
            ),
        ]
    }

    private func line(_ figure: Figure) -> String {
        let effect = figure.effect
        let numbers = [
            figure.value, effect?.interval.lower, effect?.interval.upper, effect?.alwaysValid.lower,
            effect?.alwaysValid.upper,
        ]
        let window = [report.window.lowerBound.description, report.window.upperBound.description]
        // Names, times and codes hold no comma and no quote, by their own rules.
        return ([campaign.id.text] + window + [figure.name] + numbers.map(Self.text) + [figure.note])
            .joined(separator: ",")
    }

    private static func text(_ number: Double?) -> String {
        guard let number, number.isFinite else { return "" }
        return number == number.rounded() && number.magnitude < 1e15 ? "\(Int64(number))" : "\(number)"
    }
}
