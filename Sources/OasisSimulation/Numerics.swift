import OasisMarket

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

func exponential(_ value: Double) -> Double { exp(value) }

extension SeededGenerator {
    /// A standard normal number, by Box and Muller (1958).
    mutating func normal() -> Double {
        let radius = (-2 * log(1 - uniform())).squareRoot()
        return radius * cos(2 * .pi * uniform())
    }
}
