internal import Foundation
internal import OasisAllocation
internal import Synchronization

/// How far a solve is, on one line of standard error that replaces itself; silent in a pipe.
final class SolveProgress: Sendable {
    /// People read no faster, and a small problem has thousands of passes a second.
    private static let interval = Duration.milliseconds(100)

    private let started = ContinuousClock.now
    private let shown = Mutex<ContinuousClock.Instant?>(nil)
    private let prefix = Mutex("")

    /// Says what is being solved, in front of everything else.
    func begin(_ text: String) { prefix.withLock { $0 = text } }

    /// Shows a pass, and says whether the solve should go on.
    func show(_ progress: SolverProgress) -> Bool {
        let isWanted = !Interruption.isWanted
        guard Terminal.isWatched else { return isWanted }
        let now = ContinuousClock.now
        let isDue = shown.withLock { last in
            if isWanted, let previous = last, now - previous < Self.interval { return false }
            last = now
            return true
        }
        if isDue { Terminal.rewriteLine(line(progress, now, isWanted)) }
        return isWanted
    }

    /// Removes the line.
    func clear() {
        if Terminal.isWatched { Terminal.rewriteLine("") }
    }

    private func line(_ progress: SolverProgress, _ now: ContinuousClock.Instant, _ isWanted: Bool) -> String {
        guard isWanted else { return "stopping with the best answer so far; Ctrl-C again quits at once" }
        let gap = progress.certifiedGap.isFinite ? String(format: "%.1e", progress.certifiedGap) : "none yet"
        return prefix.withLock { $0 }
            + String(
                format: "pass %.1f  bound %.6g  feasible ≈ %.6g  proven gap %@  %.1f s",
                progress.passes,
                progress.bound,
                progress.estimate,
                gap,
                (now - started) / .seconds(1)
            )
    }
}
