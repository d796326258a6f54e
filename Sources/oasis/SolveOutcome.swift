internal import Foundation
internal import OasisAllocation

/// How a solve ended, in words.
struct SolveOutcome: CustomStringConvertible {
    /// What was proven.
    var certificate: Certificate
    /// The gap that was asked for.
    var gap: Double
    /// The limit that was set, if any.
    var timeLimitSeconds: Double?

    /// One line: how it ended, after how much work, and what is proven.
    var description: String {
        let passes = String(format: "after %.1f passes", certificate.passes)
        let proven = String(format: "proven gap %.1e", certificate.relativeGap)
        switch certificate.status {
        case .optimal:
            return String(format: "optimal within the gap of %g, proven %@", gap, passes)
        case .gapNotReached:
            return "stopped short of the gap \(passes); \(proven)"
        case .timeLimit:
            return String(format: "stopped by the time limit of %g s ", timeLimitSeconds ?? 0) + "\(passes); \(proven)"
        case .interrupted:
            return "stopped by \(Interruption.name ?? "the caller") \(passes); \(proven)"
        }
    }
}
