#if canImport(Glibc)
internal import Glibc
#elseif canImport(Musl)
internal import Musl
#else
internal import Darwin
#endif

func exponential(_ value: Double) -> Double { exp(value) }

func logarithm(_ value: Double) -> Double { log(value) }

func logarithm(onePlus value: Double) -> Double { log1p(value) }

/// 1 / (1 + e^−x).
package func logistic(_ value: Double) -> Double { 1 / (1 + exp(-value)) }

/// ln(p / (1 − p)), with p held to [1e-9, 1 − 1e-9].
package func logit(_ probability: Double) -> Double {
    let held = min(max(probability, 1e-9), 1 - 1e-9)
    return log(held) - log1p(-held)
}

/// −ln of the probability that log-odds `margin` give to what happened: ln(1 + e^−m) for an event, ln(1 + e^m) for none.
func logLoss(margin: Double, label: Double) -> Double {
    // ln(1 + e^m) − y·m without overflow.
    max(margin, 0) - label * margin + log1p(exp(-abs(margin)))
}
