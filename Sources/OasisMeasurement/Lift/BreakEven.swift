/// Whether a campaign earns its licensor more than the commission takes.
///
/// With a commission of c on every stream in the campaign's contexts, a licensor is paid for (1 − c) of them, so the lift
/// has to exceed 1/(1 − c) − 1: at 30 %, 42.9 %.
package struct BreakEven: Hashable, Sendable {
    /// What can be said of it.
    package enum Verdict: String, Hashable, Sendable {
        /// The always-valid interval lies above what is needed.
        case earned
        /// It lies below.
        case notEarned = "not-earned"
        /// It holds both.
        case undecided
    }

    /// The lift that is needed; infinite where the commission takes everything.
    package let liftNeeded: Double
    /// What can be said, however often it is looked at.
    package let verdict: Verdict
    /// Confidence at which one look rules out that the lift is below what is needed, 0 to 1.
    package let confidence: Double

    /// The lift that a commission needs, 0 to 1 of royalties.
    package static func liftNeeded(commissionRate: Double) -> Double { 1 / (1 - commissionRate) - 1 }

    init(_ answer: Lift.Answer, commissionRate: Double) {
        precondition((0...1).contains(commissionRate))
        liftNeeded = Self.liftNeeded(commissionRate: commissionRate)
        guard liftNeeded < .infinity else {
            (verdict, confidence) = (.notEarned, 0)
            return
        }
        let interval = answer.lift.alwaysValid
        verdict = interval.lower > liftNeeded ? .earned : interval.upper < liftNeeded ? .notEarned : .undecided
        confidence = 0.5 * complementaryError(-answer.contrast.score(ratio: 1 + liftNeeded) / 2.0.squareRoot())
    }
}
