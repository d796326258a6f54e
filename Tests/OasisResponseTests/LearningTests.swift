import OasisMarket
import OasisResponse
import Testing

@Suite("Learning")
struct LearningTests {
    @Test("At the optimum the gradient vanishes, by sums written out here")
    func gradientVanishes() throws {
        let rows = try TestRows.draw(5_000, strength: 1, seed: 1)
        let regression = LogisticRegression(rows)
        let fit = regression.fit(.init(inversePenalty: 0.5))
        #expect(fit.isConverged)
        let weightOfSlot = Dictionary(uniqueKeysWithValues: zip(fit.slots, fit.weights))
        var gradient = weightOfSlot.mapValues { $0 / 0.5 }
        var (biasGradient, loss) = (0.0, 0.0)
        for index in 0..<rows.rowCount {
            let row = rows.row(index)
            let margin = fit.bias + row.entries.reduce(0) { $0 + weightOfSlot[$1.slot]! * Double($1.value) }
            let error = logistic(margin) - Double(row.label)
            biasGradient += error
            for entry in row.entries { gradient[entry.slot]! += error * Double(entry.value) }
            let probability = logistic(margin)
            loss -= row.label == 1 ? logOf(probability) : logOf(1 - probability)
        }
        let penalty = fit.weights.reduce(0) { $0 + $1 * $1 }
        #expect(abs(fit.objective - (loss + penalty)) < 1e-6 * fit.objective)
        #expect(abs(biasGradient) < 0.01)
        #expect(gradient.values.allSatisfy { abs($0) < 0.01 })
    }

    @Test("The optimum does not depend on the number of threads, nor on where it starts")
    func threads() throws {
        let rows = try TestRows.draw(20_000, strength: 1, seed: 2)
        let one = LogisticRegression(rows, threads: 1).fit(.init(inversePenalty: 1, threads: 1))
        let regression = LogisticRegression(rows, threads: 4)
        let four = regression.fit(.init(inversePenalty: 1, threads: 4))
        #expect(one.weights == four.weights && one.objective == four.objective)
        let other = regression.fit(.init(inversePenalty: 0.01))
        let again = regression.fit(.init(inversePenalty: 1), from: other)
        #expect(abs(again.objective - one.objective) < 1e-8 * one.objective)
    }

    @Test("The online learner follows the published algorithm, written out in doubles")
    func onlineFollowsTheAlgorithm() throws {
        let rows = try TestRows.draw(3_000, strength: 1, seed: 3)
        let rates = FollowTheRegularizedLeader.Rates(alpha: 0.1, beta: 1, l1: 10, l2: 0.5)
        var learner = FollowTheRegularizedLeader(slotCount: 1 << 12, rates: rates)
        learner.learn(from: rows)
        var (z, n): ([UInt32: Double], [UInt32: Double]) = ([:], [:])
        func weight(_ slot: UInt32) -> Double {
            let residue = z[slot] ?? 0
            guard abs(residue) > rates.l1 else { return 0 }
            let sign: Double = residue < 0 ? -1 : 1
            return -(residue - sign * rates.l1) / ((rates.beta + (n[slot] ?? 0).squareRoot()) / rates.alpha + rates.l2)
        }
        var (biasZ, biasN, bias) = (0.0, 0.0, 0.0)
        for index in 0..<rows.rowCount {
            let row = rows.row(index)
            let weights = row.entries.map { weight($0.slot) }
            let gradient = logistic(bias + weights.reduce(0, +)) - Double(row.label)
            for (entry, weight) in zip(row.entries, weights) {
                let before = n[entry.slot] ?? 0
                n[entry.slot] = before + gradient * gradient
                let sigma = (n[entry.slot]!.squareRoot() - before.squareRoot()) / rates.alpha
                z[entry.slot, default: 0] += gradient - sigma * weight
            }
            let root = (biasN + gradient * gradient).squareRoot()
            biasZ += gradient - (root - biasN.squareRoot()) / rates.alpha * bias
            biasN += gradient * gradient
            bias = -biasZ / ((rates.beta + root) / rates.alpha)
        }
        let learned = learner.weights
        #expect(abs(learner.bias - bias) < 1e-4)
        #expect(z.keys.allSatisfy { abs(Double(learned[Int($0)]) - weight($0)) < 1e-3 })
        #expect(learned.contains { $0 != 0 } && z.keys.contains { weight($0) == 0 && learned[Int($0)] == 0 })
    }

    @Test("Where nothing can be learned the constant is chosen, and where something can it is not")
    func choice() throws {
        let noise = try TestRows.draw(6_000, strength: 0, rate: 0.02, seed: 4)
        let none = ProgressiveChoice(noise, count: noise.rowCount, slotCount: 1 << 12, threads: 1)
        #expect(none.chosen == nil)
        let signal = try TestRows.draw(6_000, strength: 1.5, seed: 5)
        let some = ProgressiveChoice(signal, count: signal.rowCount, slotCount: 1 << 12, threads: 1)
        #expect(some.chosen != nil)
        #expect(some.outcomes.count == 1 + ProgressiveChoice.inversePenalties.count)
        #expect(some.margins.count == signal.rowCount - some.firstRow)
    }

    @Test("The online learner knows, too, whether it beats the mean label")
    func onlineKnows() throws {
        func beats(_ rows: borrowing EncodedRows) -> Bool {
            var learner = FollowTheRegularizedLeader(slotCount: 1 << 12, rates: .init())
            learner.learn(from: rows, range: 0..<rows.rowCount / 2)
            let half = learner.progress
            learner.learn(from: rows, range: rows.rowCount / 2..<rows.rowCount)
            return learner.progress.since(half).beatsConstant
        }
        let noise = try TestRows.draw(6_000, strength: 0, rate: 0.02, seed: 6)
        let signal = try TestRows.draw(6_000, strength: 1.5, seed: 7)
        #expect(!beats(noise) && beats(signal))
    }

    @Test("A row of weight 2 counts like two rows, and a label between like both kinds in part")
    func weightsAndLabels() throws {
        let encoder = try TestRows.encoder()
        var weighted = EncodedRows()
        var repeated = EncodedRows()
        for (song, label) in [("a", Float(1)), ("a", 0), ("b", 0), ("b", 1), ("b", 1)] {
            let row = TestRows.row([song, "x"])
            encoder.encode(row, label: label, weight: 2, into: &weighted)
            encoder.encode(row, label: label, weight: 1, into: &repeated)
            encoder.encode(row, label: label, weight: 1, into: &repeated)
        }
        let one = LogisticRegression(weighted).fit(.init())
        let other = LogisticRegression(repeated).fit(.init())
        #expect(abs(one.objective - other.objective) < 1e-9)
        var between = EncodedRows()
        var parts = EncodedRows()
        let row = TestRows.row(["a", "x"])
        encoder.encode(row, label: 0.25, weight: 4, into: &between)
        encoder.encode(row, label: 1, weight: 1, into: &parts)
        encoder.encode(row, label: 0, weight: 3, into: &parts)
        let bias = LogisticRegression(between).fit(.init()).bias
        #expect(abs(bias - LogisticRegression(parts).fit(.init()).bias) < 1e-6)
    }
}

/// ln x by a series, so that the room's own is not the judge of itself.
private func logOf(_ value: Double) -> Double {
    let exponent = Double(value.exponent)
    let ratio = (value.significand - 1) / (value.significand + 1)
    var (term, sum) = (ratio, 0.0)
    for power in stride(from: 1.0, through: 61, by: 2) {
        sum += term / power
        term *= ratio * ratio
    }
    return 2 * sum + exponent * 0.693147180559945309
}
