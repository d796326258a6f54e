/// Several days together, as the bars of the README ask for them.
package struct ReachSummary: Sendable {
    /// A way of promoting over all days.
    package struct Line: Hashable, Sendable {
        /// The strategy.
        package var name: String
        /// Mean value of a day, in organic-score units.
        package var value: Double
        /// Mean share of organic utility displaced.
        package var loss: Double
        /// Mean of value over the best in hindsight.
        package var ratio: Double
        /// Promoted plays above caps, over all days.
        package var overspend: Int
        /// Promoted plays above the hard limit of a licensor's share, over all days.
        package var aboveShares: Int
        /// Feasible guarantees that were met, over all days.
        package var guaranteesMet: Int
        /// Days on which Oasis had more value.
        package var daysBehind: Int
    }

    /// Oasis first.
    package var lines: [Line]
    /// Days.
    package var days: Int
    /// Guarantees that the best in hindsight meets, over all days.
    package var feasibleGuarantees: Int
    /// The smallest ratio of a day.
    package var leastRatio: Double
    /// Mean ratio to the best in hindsight that explores nothing.
    package var ratioWithoutExploration: Double
    /// Overspend as a share of all caps.
    package var overspendShare: Double
    /// Mean share of delivery off the plan curve, as each plan redraws it.
    package var offPlanCurve: Double
    /// The same off the curve that a day began with.
    package var offFirstCurve: Double

    /// Sums up at least one day.
    package init(_ days: [ReachDay.Result]) {
        precondition(!days.isEmpty, "there is nothing to sum up")
        let count = Double(days.count)
        func mean(_ value: (ReachDay.Result) -> Double) -> Double { days.reduce(0) { $0 + value($1) } / count }
        func line(_ own: (ReachDay.Result) -> ReachDay.Line) -> Line {
            Line(
                name: own(days[0]).name,
                value: mean { own($0).value },
                loss: mean { own($0).loss },
                ratio: mean { own($0).value / $0.optimum },
                overspend: days.reduce(0) { $0 + own($1).overspend },
                aboveShares: days.reduce(0) { $0 + own($1).aboveShares },
                guaranteesMet: days.reduce(0) {
                    $0 + own($1).metGuarantees.intersection($1.feasibleGuarantees).count
                },
                daysBehind: days.count { own($0).value < $0.oasis.value }
            )
        }
        lines = [line { $0.oasis }] + days[0].baselines.indices.map { place in line { $0.baselines[place] } }
        self.days = days.count
        feasibleGuarantees = days.reduce(0) { $0 + $1.feasibleGuarantees.count }
        leastRatio = days.map { $0.oasis.value / $0.optimum }.min() ?? 0
        ratioWithoutExploration = mean { $0.oasis.value / $0.optimumWithoutExploration }
        overspendShare =
            Double(days.reduce(0) { $0 + $1.oasis.overspend }) / Double(max(1, days.reduce(0) { $0 + $1.caps }))
        offPlanCurve = mean { $0.offPlanCurve }
        offFirstCurve = mean { $0.offFirstCurve }
    }
}
