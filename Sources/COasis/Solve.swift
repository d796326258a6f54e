public import COasisHeader
internal import OasisAllocation

/// Finds prices, a feasible allocation, and a proof of how good they are.
@c @implementation
public func oasis_solve(
    _ problem: UnsafePointer<oasis_problem>!,
    _ options: UnsafePointer<oasis_solve_options>!,
    _ solution: UnsafeMutablePointer<oasis_solution>!,
    _ error: UnsafeMutablePointer<oasis_error>!
) -> oasis_status {
    call(error) { () throws(CallFailure) in
        let columns = try Argument.structure(problem, "problem")
        let options = try SolverOptions(options, rowCount: columns.row_count)
        let output = try SolutionOutput(solution, for: columns)
        let problem = try AllocationProblem.borrowing(columns)
        do throws(InvalidProblem) {
            output.write(try AllocationSolver.solve(problem, options: options))
        } catch {
            throw CallFailure(error)
        }
    }
}

/// Where a solution goes, checked before the solve begins.
private struct SolutionOutput {
    private let price: UnsafeMutableBufferPointer<Double>
    private let allocation: UnsafeMutableBufferPointer<Float>
    private let shortfall: UnsafeMutableBufferPointer<Double>?
    private let solution: UnsafeMutablePointer<oasis_solution>

    init(
        _ pointer: UnsafeMutablePointer<oasis_solution>?,
        for problem: oasis_problem
    ) throws(CallFailure) {
        solution = try Argument.output(pointer, "solution")
        let certificateBytes = UInt64(MemoryLayout<oasis_certificate>.size)
        guard solution.pointee.certificate.struct_size == certificateBytes else {
            throw .badArgument("solution.certificate.struct_size", "must be sizeof of the struct, \(certificateBytes)")
        }
        price = try Argument.output(solution.pointee.price, problem.row_count, "solution.price")
        allocation = try Argument.output(solution.pointee.allocation, problem.candidate_count, "solution.allocation")
        shortfall =
            try solution.pointee.shortfall.map { pointer throws(CallFailure) in
                try Argument.output(pointer, problem.row_count, "solution.shortfall")
            }
    }

    func write(_ answer: AllocationSolution) {
        // One by one: a column without elements may have no memory, which copying as a whole would trap on.
        for (row, value) in zip(price.indices, answer.prices) { price[row] = value }
        for (candidate, value) in zip(allocation.indices, answer.allocation) { allocation[candidate] = value }
        if let shortfall {
            shortfall.update(repeating: 0)
            for row in answer.shortfalls { shortfall[row.row] = row.amount }
        }
        let proof = answer.certificate
        solution.pointee.certificate = oasis_certificate(
            struct_size: solution.pointee.certificate.struct_size,
            status: proof.status.number,
            reserved: 0,
            dual_bound: proof.dualBound,
            feasible_value: proof.feasibleValue,
            relative_gap: proof.relativeGap,
            max_relative_violation: proof.maxRelativeViolation,
            passes: proof.passes,
            sample_passes: proof.samplePasses,
            conjugate_gradient_passes: proof.conjugateGradientPasses,
            seconds: proof.seconds,
            smoothing: answer.smoothing
        )
    }
}

extension Certificate.Status {
    fileprivate var number: Int32 {
        switch self {
        case .optimal: Int32(OASIS_OPTIMAL)
        case .gapNotReached: Int32(OASIS_GAP_NOT_REACHED)
        case .timeLimit: Int32(OASIS_TIME_LIMIT)
        case .interrupted: Int32(OASIS_INTERRUPTED)
        }
    }
}
