/// What promotion adds for one campaign and one measure, from listeners who were promoted to and listeners who were held
/// out: the answer, or the reasons why there is none.
package struct Lift: Sendable {
    /// A number with two intervals.
    package struct Effect: Hashable, Sendable {
        /// The estimate; infinite for a ratio to nothing.
        package let value: Double
        /// Where the truth is, if one looks once, at a time that was chosen beforehand.
        package let interval: Interval
        /// Where the truth is, however often one looks and whenever one stops.
        package let alwaysValid: Interval

        func times(_ factor: Double) -> Effect {
            Effect(value: value * factor, interval: interval.times(factor), alwaysValid: alwaysValid.times(factor))
        }
    }

    /// What promotion adds.
    package struct Answer: Sendable {
        /// Mean outcome of listeners who were promoted to, corrected for what they did earlier.
        package let treatedMean: Double
        /// Mean outcome of those who were held out.
        package let heldMean: Double
        /// Outcomes that promotion added for each listener promoted to.
        package let perListener: Effect
        /// Outcomes that promotion added over all of them.
        package let incremental: Effect
        /// Treated ÷ held out − 1.
        package let lift: Effect
        /// Share of the noise that earlier outcomes took away, 0 to 1.
        package let noiseTakenAway: Double
        let contrast: ArmContrast

        /// Whether the lift exceeds what a commission takes.
        package func breakEven(commissionRate: Double) -> BreakEven { BreakEven(self, commissionRate: commissionRate) }
    }

    /// Whether the arms are in proportion.
    package let sampleRatio: SampleRatio
    /// What speaks against an answer; refusals first.
    package let findings: [Finding]
    /// Nothing where a finding withholds it.
    package let answer: Answer?

    /// Whether the answer is withheld.
    package var isRefused: Bool { answer == nil }

    /// Compares the arms.
    ///
    /// - Parameters:
    ///   - feedback: What listeners did.
    ///   - doubts: What is known to speak against the log, from where it was read.
    ///   - confidence: Of the intervals, within (0, 1).
    package init(_ feedback: LiftFeedback, doubts: [Finding] = [], confidence: Double = 0.95) {
        precondition(confidence > 0 && confidence < 1)
        let contrast = ArmContrast(feedback)
        let ratio = SampleRatio(
            heldCount: Int(contrast.held.count),
            treatedCount: Int(contrast.treated.count),
            designedShare: feedback.holdoutShare
        )
        let findings = doubts + Self.findings(feedback, contrast, ratio)
        sampleRatio = ratio
        self.findings = findings.filter(\.isRefusal) + findings.filter { !$0.isRefusal }
        answer = findings.contains(where: \.isRefusal) ? nil : Answer(contrast, confidence: confidence)
    }

    private static func findings(_ feedback: LiftFeedback, _ contrast: ArmContrast, _ ratio: SampleRatio) -> [Finding] {
        var findings: [Finding] = []
        if ratio.isMismatch { findings.append(.sampleRatio(ratio)) }
        guard min(ratio.heldCount, ratio.treatedCount) >= Rules.listenersMinimum else {
            return findings + [.fewListeners(held: ratio.heldCount, treated: ratio.treatedCount)]
        }
        let total = feedback.outcomes.total
        guard total > 0 else { return findings + [.nothingHappened] }
        guard contrast.information > 0 else { return findings + [.noVariation] }
        if contrast.heldInformation < Rules.heldInformationComfort {
            findings.append(.thinHoldout(contrast.heldInformation))
        }
        let largest = (feedback.outcomes.max() ?? 0) / total
        if total >= Rules.heldInformationComfort, largest > Rules.largestShareComfort {
            findings.append(.oneListenerDominates(share: largest))
        }
        return findings
    }
}

extension Lift.Answer {
    /// Information at which always-valid intervals are closest to those of a single look, in single plays.
    private static let usualInformation = 50.0

    fileprivate init(_ contrast: ArmContrast, confidence: Double) {
        let once = Quantiles.normal(0.5 + confidence / 2)
        let always = Self.alwaysValidLimit(contrast.information, confidence: confidence)
        self.contrast = contrast
        treatedMean = contrast.treatedMean
        heldMean = contrast.heldMean
        noiseTakenAway = contrast.noiseTakenAway
        perListener = Lift.Effect(
            value: treatedMean - heldMean,
            interval: contrast.differenceInterval(limit: once),
            alwaysValid: contrast.differenceInterval(limit: always)
        )
        incremental = perListener.times(contrast.treated.count)
        lift = Lift.Effect(
            value: heldMean > 0 ? treatedMean / heldMean - 1 : .infinity,
            interval: contrast.ratioInterval(limit: once).shifted(by: -1),
            alwaysValid: contrast.ratioInterval(limit: always).shifted(by: -1)
        )
    }

    /// How many standard errors a hypothesis must be off before it is ruled out for good.
    ///
    /// The boundary of Robbins (1970) for a Gaussian mixture: √((1 + 1/η)·ln((1 + η)/α²)) with η the information over the
    /// usual one. It is made for sums of independent increments. A permanent holdout's are alike from day to day, because
    /// listeners are: that makes crossing it rarer, never more frequent (Slepian's inequality).
    private static func alwaysValidLimit(_ information: Double, confidence: Double) -> Double {
        let ratio = information / usualInformation
        let error = 1 - confidence
        return ((1 + 1 / ratio) * (logarithm(onePlus: ratio) - 2 * logarithm(error))).squareRoot()
    }
}

extension Interval {
    func times(_ factor: Double) -> Interval { Interval(lower: lower * factor, upper: upper * factor) }

    func shifted(by distance: Double) -> Interval { Interval(lower: lower + distance, upper: upper + distance) }
}
