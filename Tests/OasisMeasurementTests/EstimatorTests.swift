import OasisMeasurement
import Testing

@Suite("Estimators, on a log whose answers can be worked by hand")
struct EstimatorTests {
    private func value(_ family: Estimator.Family, _ parameter: Double? = nil) throws -> Double {
        Estimate(try Estimator(family, parameter: parameter), try ExactWorld().rows).value
    }

    @Test(
        "Whatever is consistent says exactly the policy's value when the log is exactly what it should be",
        arguments: [Estimator.Family.ips, .snips, .dr, .sndr]
    )
    func consistent(family: Estimator.Family) throws {
        #expect(abs(try value(family) - ExactWorld.value) < 1e-12)
        #expect(try Estimator(family).isConsistent)
    }

    @Test("The model alone says what the model says, right or wrong")
    func directMethod() throws {
        #expect(abs(try value(.dm) - ExactWorld.modelValue) < 1e-12)
        #expect(abs(ExactWorld.modelValue - ExactWorld.value) > 0.1)
        #expect(try !Estimator(.dm).isConsistent)
    }

    // The weights, cell after cell: 0.2, 2, 1.5; 2, 7, 0.125. Only 7 is above 3: p = 0.1, rate 0.9, q̂ 0.5.
    @Test("Clipping at 3 takes 4 of the weight 7, so 0.1·4·0.9/2 of the value; with a model only of the residual")
    func clipping() throws {
        #expect(abs(try value(.clippedIPS, 3) - (ExactWorld.value - 0.1 * 4 * 0.9 / 2)) < 1e-12)
        #expect(abs(try value(.clippedDR, 3) - (ExactWorld.value - 0.1 * 4 * (0.9 - 0.5) / 2)) < 1e-12)
    }

    @Test("Switching at 3 leaves the heavy action to the model, and at 7 nothing")
    func switching() throws {
        #expect(abs(try value(.switchDR, 3) - (ExactWorld.value - 0.1 * 7 * (0.9 - 0.5) / 2)) < 1e-12)
        #expect(abs(try value(.switchDR, 7.000001) - ExactWorld.value) < 1e-12)
    }

    @Test("Shrinkage at λ multiplies a residual's weight by λ/(w² + λ)", arguments: [0.5, 4, 1e9])
    func shrinkage(parameter: Double) throws {
        let correction = ExactWorld.expectation { weight, rate, prediction in
            weight * parameter / (weight * weight + parameter) * (rate - prediction)
        }
        #expect(abs(try value(.shrinkageDR, parameter) - (ExactWorld.modelValue + correction)) < 1e-12)
    }

    @Test("Sub-Gaussian weights are harmonic between 1 and w: 0 keeps w, 1 makes every weight 1")
    func subGaussian() throws {
        #expect(abs(try value(.subGaussianIPS, 0) - ExactWorld.value) < 1e-12)
        let logged = ExactWorld.expectation { _, rate, _ in rate }
        #expect(abs(try value(.subGaussianIPS, 1) - logged) < 1e-12)
        let half = ExactWorld.expectation { weight, rate, prediction in
            (rate - prediction) / (0.5 / weight + 0.5)
        }
        #expect(abs(try value(.subGaussianDR, 0.5) - (ExactWorld.modelValue + half)) < 1e-12)
    }

    @Test("At one end shrinkage and switching are the model alone, at the other doubly robust")
    func limits() throws {
        #expect(abs(try value(.shrinkageDR, 0) - ExactWorld.modelValue) < 1e-12)
        #expect(abs(try value(.switchDR, 0) - ExactWorld.modelValue) < 1e-12)
        #expect(abs(try value(.shrinkageDR, 1e15) - ExactWorld.value) < 1e-9)
        #expect(abs(try value(.switchDR, 1e15) - ExactWorld.value) < 1e-12)
        #expect(abs(try value(.shrinkageDR, .greatestFiniteMagnitude) - ExactWorld.value) < 1e-12)
        #expect(abs(try value(.shrinkageDR, .leastNonzeroMagnitude) - ExactWorld.modelValue) < 1e-12)
    }

    @Test("The estimated bias is exactly what changing the weights took away, here where the log is exact")
    func estimatedBias() throws {
        let rows = try ExactWorld().rows
        for choice in EstimatorChoice.all {
            let estimate = Estimate(choice.resolved(rows), rows)
            #expect(abs(estimate.estimatedBias - abs(estimate.value - ExactWorld.value)) < 1e-12, "\(choice)")
        }
    }

    @Test("Where weights average something else, self-normalising divides by that mean")
    func selfNormalising() throws {
        let feedback = try LoggedFeedback(
            actions: [0, 1, 0],
            rewards: [1, 0, 1],
            propensities: [0.5, 0.5, 0.25],
            actionCount: 2
        )
        let policy = try EvaluationPolicy(byCell: [0.75, 0.25], for: feedback)
        let rows = try WeightedRows(feedback, under: policy)
        // Weights 1.5, 0.5 and 3; rewarded are the first and the last.
        #expect(abs(Estimate(.ips, rows).value - 4.5 / 3) < 1e-12)
        #expect(abs(Estimate(.snips, rows).value - 4.5 / 5) < 1e-12)
        // Values 1.5, 0, 3: deviations 0, 1.5 and 1.5 from their mean.
        #expect(abs(Estimate(.ips, rows).standardDeviation - 1.5) < 1e-12)
        #expect(abs(Estimate(.ips, rows).standardError - 1.5 / 3.0.squareRoot()) < 1e-12)
    }

    @Test("Estimators are read as they are written")
    func names() throws {
        #expect(try EstimatorChoice("snips") == .fixed(.snips))
        #expect(try EstimatorChoice("dr-clip:10") == .fixed(Estimator(.clippedDR, parameter: 10)))
        #expect(try EstimatorChoice("sg-ips:0.25") == .fixed(Estimator(.subGaussianIPS, parameter: 0.25)))
        #expect(try EstimatorChoice("switch-dr:slope") == .tuned(.switchDR, .slope))
        #expect(try EstimatorChoice("dros:mse") == .tuned(.shrinkageDR, .errorBound))
        for choice in EstimatorChoice.all {
            guard case .fixed(let estimator) = choice else { continue }
            #expect(try EstimatorChoice(estimator.description) == choice)
        }
        #expect(Set(EstimatorChoice.all).count == EstimatorChoice.all.count)
    }

    @Test(
        "What there is not is refused, and the refusal says what to write",
        arguments: [
            ("ipw", "there is no estimator"), ("", "there is no estimator"), ("ips:3", "ips takes no parameter"),
            ("dr:slope", "no parameter to tune"), ("dros", "such as dros:100"), ("dros:-1", "0 or more"),
            ("sg-dr:1.5", "0 to 1"), ("ips-clip:nan", "0 or more"), ("ips-clip:inf", "0 or more"),
            ("switch-dr:x", "neither a number nor one of"), ("dr-clip:", "neither a number nor one of"),
        ]
    )
    func badNames(text: String, complaint: String) {
        let error = #expect(throws: InvalidEstimator.self) { try EstimatorChoice(text) }
        #expect(error?.description.contains(complaint) == true, "\(error?.description ?? "")")
    }
}
