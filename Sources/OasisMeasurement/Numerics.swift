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

/// 1 − the error function.
func complementaryError(_ value: Double) -> Double { erfc(value) }

/// ln Γ(x) for x > 0, to about 1e-15 relative: Stirling's series after shifting x above 10.
func logGamma(_ value: Double) -> Double {
    var (shifted, correction) = (value, 0.0)
    while shifted < 10 {
        correction -= log(shifted)
        shifted += 1
    }
    let square = shifted * shifted
    let series =
        (1 / 12.0 - (1 / 360.0 - (1 / 1_260.0 - (1 / 1_680.0 - 1 / (1_188 * square)) / square) / square) / square)
        / shifted
    return correction + (shifted - 0.5) * log(shifted) - shifted + 0.5 * log(2 * .pi) + series
}

extension Sequence<Double> {
    /// Their sum.
    var total: Double { reduce(0, +) }
}

extension [Double] {
    /// Their mean; they must not be empty.
    var mean: Double { total / Double(count) }

    /// Σ (x − mean)².
    var squaredDeviations: Double {
        let center = mean
        return reduce(0) { $0 + ($1 - center) * ($1 - center) }
    }
}

/// Where a function that does not rise along `range` crosses zero, to the last few bits, by halving.
///
/// Returns the end of the last interval on which the function is still positive.
func lastPositive(in range: ClosedRange<Double>, of function: (Double) -> Double) -> Double {
    var (lower, upper) = (range.lowerBound, range.upperBound)
    for _ in 0..<200 {
        let middle = lower + (upper - lower) / 2
        guard middle > lower, middle < upper else { break }
        if function(middle) > 0 { lower = middle } else { upper = middle }
    }
    return lower
}
