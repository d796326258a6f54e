public import OasisAllocation

/// A solution as a directory: `price.npy`, `allocation.npy`, `certificate.json`.
public enum SolutionDirectory {
    /// Writes a solution, making the directory if needed.
    ///
    /// - Parameters:
    ///   - solution: What was solved.
    ///   - path: The directory.
    ///   - peakMemoryBytes: Peak memory of the process that solved it.
    /// - Throws: `ProblemFileError` when a file cannot be written.
    public static func write(
        _ solution: AllocationSolution,
        to path: String,
        peakMemoryBytes: Int
    ) throws(ProblemFileError) {
        try makeDirectory(path)
        try NumPyFile.write(solution.prices, to: path + "/price.npy", name: "price.npy")
        try NumPyFile.write(solution.allocation, to: path + "/allocation.npy", name: "allocation.npy")
        let name = "certificate.json"
        try writeJSON(
            certificateObject(solution.certificate, peakMemoryBytes: peakMemoryBytes),
            to: path + "/" + name,
            name: name
        )
    }

    /// The certificate as a JSON object with the keys of the contract.
    public static func certificateObject(_ certificate: Certificate, peakMemoryBytes: Int) -> [String: Any] {
        [
            "status": certificate.status.rawValue,
            "dualBound": certificate.dualBound,
            "feasibleValue": certificate.feasibleValue,
            "relativeGap": certificate.relativeGap,
            "maxRelativeViolation": certificate.maxRelativeViolation,
            "passes": rounded(certificate.passes),
            "samplePasses": rounded(certificate.samplePasses),
            "conjugateGradientPasses": rounded(certificate.conjugateGradientPasses),
            "seconds": certificate.seconds,
            "peakMemoryBytes": peakMemoryBytes,
        ]
    }

    /// Work to a hundredth of a pass: more digits say nothing.
    private static func rounded(_ passes: Double) -> Double { (passes * 100).rounded() / 100 }
}
