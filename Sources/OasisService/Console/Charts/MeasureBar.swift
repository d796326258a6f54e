/// A horizontal bar on a track, in percent of the room it gets, with a mark for a limit.
package struct MeasureBar {
    /// Filled share of the whole track, 0 to 1; more is drawn as 1.
    package var filled: Double
    /// Where the limit's mark stands, as a share of the whole track; nothing for no mark.
    package var mark: Double?
    /// Style of the filled part.
    package var style: String

    /// Gathers a bar.
    package init(filled: Double, mark: Double? = nil, style: String = "bar") {
        self.filled = filled
        self.mark = mark
        self.style = style
    }

    /// The image; it takes the width of its place and never blurs, for it has no view box to scale.
    package func markup(title: String) -> String {
        let label = ConsoleMarkup.escaped(title)
        var body = #"<rect class="bar-track" x="0" y="2" width="100%" height="8" rx="2"/>"#
        let share = filled.isFinite ? min(max(filled, 0), 1) : 0
        let limit = min(mark ?? 1, 1)
        let within = Self.percent(min(share, limit))
        body += #"<rect class="\#(style)" x="0" y="2" width="\#(within)" height="8" rx="2"/>"#
        if share > limit {
            body += #"<rect class="bar-over" x="\#(Self.percent(limit))" y="2" width="\#(Self.percent(share - limit))""#
            body += #" height="8"/>"#
        }
        if mark != nil {
            let x = Self.percent(limit)
            body += #"<line class="bar-mark" x1="\#(x)" x2="\#(x)" y1="0" y2="12"/>"#
        }
        return #"<svg class="measure" width="100%" height="12" role="img" aria-label="\#(label)">"#
            + "<desc>\(label)</desc>\(body)</svg>"
    }

    private static func percent(_ share: Double) -> String {
        ScalableGraphic.number(share * 100) + "%"
    }
}
