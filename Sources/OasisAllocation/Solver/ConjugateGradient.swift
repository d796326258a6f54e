/// Conjugate gradients with a diagonal preconditioner, on the rows that are free to move.
struct ConjugateGradient {
    let count: Int
    private let residual: Memory<Double>
    private let conditioned: Memory<Double>
    private let direction: Memory<Double>
    private let product: Memory<Double>

    init(count: Int) {
        self.count = count
        residual = Memory(capacity: count)
        conditioned = Memory(capacity: count)
        direction = Memory(capacity: count)
        product = Memory(capacity: count)
    }

    /// Solves (matrix + diag(damping)) · solution = right on free rows; held rows stay 0.
    ///
    /// Stops after `iterations` or when the residual, measured by the preconditioner, has shrunk by `tolerance`.
    func solve(
        right: UnsafePointer<Double>,
        isFree: UnsafePointer<Bool>,
        diagonal: UnsafePointer<Double>,
        damping: UnsafePointer<Double>,
        iterations: Int,
        tolerance: Double,
        solution: UnsafeMutablePointer<Double>,
        multiply: (UnsafePointer<Double>, UnsafeMutablePointer<Double>) -> Void
    ) {
        let r = residual.base
        let z = conditioned.base
        let p = direction.base
        let q = product.base
        var rho = 0.0
        for row in 0..<count {
            solution[row] = 0
            r[row] = isFree[row] ? right[row] : 0
            z[row] = isFree[row] ? r[row] / (diagonal[row] + damping[row]) : 0
            p[row] = z[row]
            rho += r[row] * z[row]
        }
        let goal = rho * tolerance * tolerance
        guard rho > 0 else { return }
        for _ in 0..<iterations {
            multiply(p, q)
            var curvature = 0.0
            for row in 0..<count {
                q[row] = isFree[row] ? q[row] + damping[row] * p[row] : 0
                curvature += p[row] * q[row]
            }
            guard curvature > 0, curvature.isFinite else { return }
            let step = rho / curvature
            var next = 0.0
            for row in 0..<count {
                solution[row] += step * p[row]
                r[row] -= step * q[row]
                z[row] = isFree[row] ? r[row] / (diagonal[row] + damping[row]) : 0
                next += r[row] * z[row]
            }
            guard next > goal else { return }
            let turn = next / rho
            rho = next
            for row in 0..<count { p[row] = z[row] + turn * p[row] }
        }
    }
}
