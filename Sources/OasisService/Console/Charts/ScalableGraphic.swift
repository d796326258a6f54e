/// Puts an SVG image together; every text goes through the same escaping as the page.
package struct ScalableGraphic {
    /// Where text is anchored.
    package enum Anchor: String {
        /// Text begins here.
        case start
        /// Text is centred here.
        case middle
        /// Text ends here.
        case end
    }

    /// A point in pixels, from the top left.
    package struct Point: Equatable {
        package var x: Double
        package var y: Double

        package init(_ x: Double, _ y: Double) {
            self.x = x
            self.y = y
        }
    }

    let width: Double
    let height: Double
    private var body = ""

    package init(width: Double, height: Double) {
        self.width = width
        self.height = height
    }

    /// A straight line.
    package mutating func line(_ from: Point, _ to: Point, style: String) {
        body += #"<line class="\#(style)" x1="\#(Self.number(from.x))" y1="\#(Self.number(from.y))""#
        body += #" x2="\#(Self.number(to.x))" y2="\#(Self.number(to.y))"/>"#
    }

    /// A run of straight lines, closed down to `baseline` into an area when one is given.
    package mutating func path(_ points: [Point], style: String, baseline: Double? = nil) {
        guard let first = points.first else { return }
        var steps = points.map { "\(Self.number($0.x)) \(Self.number($0.y))" }.joined(separator: "L")
        if let baseline {
            steps += "V\(Self.number(baseline))H\(Self.number(first.x))Z"
        }
        body += #"<path class="\#(style)" d="M\#(steps)"/>"#
    }

    /// A filled dot.
    package mutating func dot(_ center: Point, radius: Double, style: String) {
        body +=
            #"<circle class="\#(style)" cx="\#(Self.number(center.x))" cy="\#(Self.number(center.y))" r="\#(Self.number(radius))"/>"#
    }

    /// A rectangle; with `tip` it tells more when pointed at.
    package mutating func rectangle(_ origin: Point, width: Double, height: Double, style: String, tip: String? = nil) {
        body += #"<rect class="\#(style)" x="\#(Self.number(origin.x))" y="\#(Self.number(origin.y))""#
        body += #" width="\#(Self.number(max(0, width)))" height="\#(Self.number(height))""#
        if let tip { body += "><title>\(ConsoleMarkup.escaped(tip))</title></rect>" } else { body += "/>" }
    }

    /// A line of text.
    package mutating func text(_ text: String, at point: Point, anchor: Anchor = .start, style: String) {
        body += #"<text class="\#(style)" x="\#(Self.number(point.x))" y="\#(Self.number(point.y))""#
        body += #" text-anchor="\#(anchor.rawValue)">\#(ConsoleMarkup.escaped(text))</text>"#
    }

    /// The image; `title` and `description` are what a screen reader says.
    package func markup(title: String, description: String, style: String) -> String {
        let label = ConsoleMarkup.escaped(title + ". " + description)
        return #"<svg class="\#(style)" viewBox="0 0 \#(Self.number(width)) \#(Self.number(height))""#
            + #" width="\#(Self.number(width))" height="\#(Self.number(height))" role="img" aria-label="\#(label)">"#
            + "<desc>\(ConsoleMarkup.escaped(description))</desc>\(body)</svg>"
    }

    /// The image as a file of its own, with the rules that give its styles their looks.
    package func document(title: String, description: String, rules: String) -> String {
        let size = "\(Self.number(width)) \(Self.number(height))"
        return #"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 \#(size)" width="\#(Self.number(width))""#
            + #" height="\#(Self.number(height))" role="img" aria-labelledby="title description">"#
            + #"<title id="title">\#(ConsoleMarkup.escaped(title))</title>"#
            + #"<desc id="description">\#(ConsoleMarkup.escaped(description))</desc>"#
            + "<style>\(rules)</style>\(body)</svg>\n"
    }

    /// A coordinate with at most one decimal: finer than a pixel, and short.
    package static func number(_ value: Double) -> String {
        guard value.isFinite, value.magnitude < 1e9 else { return "0" }
        let tenths = Int(nearest: value * 10)
        if tenths.isMultiple(of: 10) { return String(tenths / 10) }
        return (tenths < 0 ? "-" : "") + "\(tenths.magnitude / 10).\(tenths.magnitude % 10)"
    }
}
