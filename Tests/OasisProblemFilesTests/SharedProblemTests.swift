import Foundation
import OasisAllocation
import OasisProblemFiles
import Testing

/// Problems with optima by another solver, kept beside the repository: in OASIS_SHARED_DATA, or in `shared/data` next to
/// a folder above this file.
enum SharedProblems {
    static let folder: String? = {
        let files = FileManager.default
        if let named = ProcessInfo.processInfo.environment["OASIS_SHARED_DATA"] {
            return files.fileExists(atPath: named + "/problems") ? named + "/problems" : nil
        }
        // Resolved, since the folder of tests may itself be reached through a link.
        var above = URL(filePath: #filePath).resolvingSymlinksInPath().deletingLastPathComponent()
        while above.path != "/" {
            above.deleteLastPathComponent()
            let candidate = above.appending(path: "shared/data/problems").path
            if files.fileExists(atPath: candidate) { return candidate }
        }
        return nil
    }()

    static func optimum(_ path: String) throws -> Double {
        let data = try Data(contentsOf: URL(filePath: path + "/optimum.json"))
        let object = try JSONSerialization.jsonObject(with: data) as? [String: Any]
        return try #require(object?["optimum"] as? Double)
    }
}

// A clone without the shared problems skips this suite and says so; the exact oracle of OasisAllocationTests covers the
// same row families there.
@Suite(
    "Problems with known optima",
    .enabled(if: SharedProblems.folder != nil, "no shared data: set OASIS_SHARED_DATA to run against known optima")
)
struct SharedProblemTests {
    @Test(
        "The certificate brackets the optimum within the gap",
        arguments: [
            ("tiny-caps", 1e-4), ("tiny-loss", 1e-4), ("tiny-guarantee", 1e-4), ("tiny-share", 1e-4),
            ("tiny-all", 1e-4), ("small-caps", 1e-3), ("small-all", 1e-3), ("obd-men", 1e-3),
        ]
    )
    func bracket(name: String, gap: Double) throws {
        let path = try #require(SharedProblems.folder) + "/" + name
        let optimum = try SharedProblems.optimum(path)
        let problem = try ProblemDirectory.read(path)
        let solution = try AllocationSolver.solve(problem, options: SolverOptions(targetGap: gap, threads: 2))
        let certificate = solution.certificate
        #expect(certificate.status == .optimal)
        #expect(certificate.relativeGap <= gap)
        #expect(certificate.maxRelativeViolation <= 1e-6)
        #expect(certificate.dualBound >= optimum * (1 - 1e-6))
        #expect(certificate.feasibleValue <= optimum * (1 + 1e-6))
    }
}
