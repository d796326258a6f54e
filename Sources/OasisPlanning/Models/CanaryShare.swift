import OasisScoring

extension SurfaceRates {
    /// Hashes listeners into the canary's share; one salt for all models, so that a canary has listeners of its own.
    static let canarySalt = "oasis-model-canary"
}

/// How the listeners of a canary respond, beside all others.
struct CanaryContrast {
    /// Trials of each side without which nothing is compared.
    static let trialsMinimum = 200
    /// Standard errors by which the canary's side may be worse.
    static let standardErrors = 2.33

    private(set) var trials = (canary: 0, others: 0)
    private(set) var events = (canary: 0, others: 0)

    mutating func add(isCanary: Bool, hasOutcome: Bool) {
        if isCanary {
            trials.canary += 1
            events.canary += hasOutcome ? 1 : 0
        } else {
            trials.others += 1
            events.others += hasOutcome ? 1 : 0
        }
    }

    var hasEnough: Bool { min(trials.canary, trials.others) >= Self.trialsMinimum }

    /// By how many standard errors the canary's rate is above that of all others.
    var rise: Double {
        let (own, other) = (Double(trials.canary), Double(trials.others))
        let pooled = Double(events.canary + events.others) / max(own + other, 1)
        let variance = pooled * (1 - pooled) * (1 / max(own, 1) + 1 / max(other, 1))
        guard variance > 0 else { return 0 }
        return (Double(events.canary) / own - Double(events.others) / other) / variance.squareRoot()
    }
}
