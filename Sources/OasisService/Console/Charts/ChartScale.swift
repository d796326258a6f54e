internal import Foundation

/// A straight mapping from data to pixels.
package struct ChartScale: Sendable {
    /// Data at the two ends.
    package var domain: ClosedRange<Double>
    /// Pixel at the lower end of the domain.
    package var start: Double
    /// Pixel at its upper end; less than `start` for an axis that grows upwards.
    package var end: Double

    /// Maps `domain` to `start ... end`.
    package init(domain: ClosedRange<Double>, start: Double, end: Double) {
        self.domain = domain
        self.start = start
        self.end = end
    }

    /// Pixel of a value; values outside the domain, and those that are no number, land on its nearest end.
    package func position(_ value: Double) -> Double {
        let span = domain.upperBound - domain.lowerBound
        guard span > 0, !value.isNaN else { return start }
        let share = (min(max(value, domain.lowerBound), domain.upperBound) - domain.lowerBound) / span
        return start + share * (end - start)
    }

    /// Round steps (1, 2 or 5 × a power of ten; whole ones from 1 up) from zero to the first at or above `maximum`.
    package static func ticks(upTo maximum: Double, about count: Int) -> [Double] {
        guard maximum.isFinite, maximum > 0, count > 0 else { return [0, 1] }
        let rough = maximum / Double(count)
        var power = 1.0
        while power * 10 <= rough { power *= 10 }
        let step = roundStep(rough, power: power)
        let steps = max(1, Int((maximum / step).rounded(.up)))
        return (0...steps).map { Double($0) * step }
    }

    /// Multiples of a round step (1, 2 or 5 × any power of ten) that lie in a range; none when it has no length.
    package static func ticks(within range: ClosedRange<Double>, about count: Int) -> [Double] {
        let length = range.upperBound - range.lowerBound
        guard length.isFinite, length > 0, count > 0 else { return [] }
        let rough = length / Double(count)
        let step = roundStep(rough, power: pow(10, log10(rough).rounded(.down)))
        let (first, last) = ((range.lowerBound / step).rounded(.up), (range.upperBound / step).rounded(.down))
        guard first.magnitude < 1e15, last.magnitude < 1e15, first <= last else { return [] }
        return (Int(first)...Int(last)).map { Double($0) * step }
    }

    private static func roundStep(_ rough: Double, power: Double) -> Double {
        [1, 2, 5, 10].map { $0 * power }.first { $0 >= rough } ?? power * 10
    }
}
