/// What is proven about the value everywhere on a path: no more than `upper`, no less than `lower`.
///
/// Both are concave runs of straight lines, by rising position, from the first solved position to the last.
public struct FrontierCurve: Hashable, Sendable {
    /// A corner of a curve.
    public struct Corner: Hashable, Sendable {
        /// Where on the path.
        public var position: Double
        /// Value there.
        public var value: Double
    }

    /// The least of the lines that the prices of all points prove.
    public let upper: [Corner]
    /// The most that mixtures of the points' allocations are worth.
    public let lower: [Corner]

    /// The curves through a frontier's points.
    public init(_ frontier: Frontier) {
        let points = frontier.points.sorted { $0.position < $1.position }
        guard let first = points.first, let last = points.last else {
            (upper, lower) = ([], [])
            return
        }
        upper = Self.upper(points, over: first.position...last.position)
        lower = Self.hull(points.map { Corner(position: $0.position, value: $0.certificate.feasibleValue) })
    }

    /// Proven upper bound at a position, between the ends.
    public func upper(at position: Double) -> Double { Self.value(of: upper, at: position) }

    /// Proven lower bound at a position, between the ends.
    public func lower(at position: Double) -> Double { Self.value(of: lower, at: position) }

    /// The least of the points' lines over a range: lines by falling slope, each kept while it is the lowest somewhere.
    private static func upper(_ points: [Frontier.Point], over range: ClosedRange<Double>) -> [Corner] {
        struct Line {
            var slope: Double
            var value: Double
            func value(at position: Double) -> Double { value + slope * position }
        }
        // Positions are taken from the range's start, so that far-away ranges keep their digits.
        let lines = points.map { point in
            Line(
                slope: point.slope,
                value: point.certificate.dualBound - point.slope * (point.position - range.lowerBound)
            )
        }
        let length = range.upperBound - range.lowerBound
        var corners: [Corner] = []
        var position = 0.0
        guard var line = lines.min(by: { ($0.value, $0.slope) < ($1.value, $1.slope) }) else { return [] }
        while true {
            corners.append(Corner(position: range.lowerBound + position, value: line.value(at: position)))
            if position >= length { return corners }
            // The next line to come out below is the one that meets this one first.
            var next: (position: Double, line: Line)?
            for other in lines where other.slope < line.slope {
                let meeting = max(position, (other.value - line.value) / (line.slope - other.slope))
                if let (earliest, found) = next, (earliest, found.slope) <= (meeting, other.slope) { continue }
                next = (meeting, other)
            }
            guard let next, next.position < length else {
                position = length
                continue
            }
            (position, line) = next
        }
    }

    /// The least concave curve above the points, which come by rising position.
    private static func hull(_ points: [Corner]) -> [Corner] {
        var hull: [Corner] = []
        for point in points {
            while hull.count >= 2, !isTurningDown(hull[hull.count - 2], hull[hull.count - 1], point) {
                hull.removeLast()
            }
            hull.append(point)
        }
        return hull
    }

    private static func isTurningDown(_ first: Corner, _ second: Corner, _ third: Corner) -> Bool {
        (second.value - first.value) * (third.position - first.position)
            > (third.value - first.value) * (second.position - first.position)
    }

    private static func value(of corners: [Corner], at position: Double) -> Double {
        guard let after = corners.firstIndex(where: { $0.position >= position }) else {
            return corners.last?.value ?? .nan
        }
        guard after > 0 else { return corners[0].value }
        let (left, right) = (corners[after - 1], corners[after])
        let length = right.position - left.position
        let part = length > 0 ? (position - left.position) / length : 0
        return left.value + part * (right.value - left.value)
    }
}
