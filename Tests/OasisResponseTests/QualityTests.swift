import OasisMarket
import OasisResponse
import Testing

@Suite("Quality and calibration of predictions")
struct QualityTests {
    @Test("AUC is the share of pairs in the right order, ties half, by counting pairs")
    func areaUnderCurve() throws {
        var random = SeededGenerator(seed: 1)
        let predictions = (0..<300).map { _ in Double(random.index(below: 40)) / 40 }
        let labels = predictions.map { Float(random.uniform() < $0 ? 1 : 0) }
        var (right, pairs) = (0.0, 0.0)
        for (own, label) in zip(predictions, labels) where label == 1 {
            for (other, label) in zip(predictions, labels) where label == 0 {
                right += own > other ? 1 : own == other ? 0.5 : 0
                pairs += 1
            }
        }
        let quality = quality(predictions, labels)
        #expect(abs(try #require(quality.areaUnderCurve) - right / pairs) < 1e-12)
        #expect(self.quality([0.2, 0.3], [0, 0]).areaUnderCurve == nil)
    }

    @Test("Log-loss, Brier and calibration of four rows, by hand")
    func byHand() {
        let quality = quality([0.5, 0.5, 0.25, 0.25], [1, 0, 0, 0])
        #expect(abs(quality.logLoss - (2 * 0.6931471805599453 + 2 * 0.2876820724517809) / 4) < 1e-12)
        #expect(abs(quality.brier - (0.25 + 0.25 + 0.0625 + 0.0625) / 4) < 1e-15)
        #expect(quality.calibrationRatio == 1.5 && quality.isCalibrationAlarm)
        #expect(self.quality([0.5, 0.5], [1, 0]).isCalibrationAlarm == false)
    }

    @Test("Fifteen bins have equal mass, and their error is zero when predictions are right")
    func bins() {
        let predictions = (0..<1_500).map { Double($0 / 100) / 15 }
        let labels = (0..<1_500).map { Float(Double($0 % 100) < Double($0 / 100) / 15 * 100 ? 1 : 0) }
        let quality = quality(predictions, labels)
        #expect(quality.bins.count == 15 && quality.bins.allSatisfy { $0.weight == 100 })
        #expect(quality.expectedCalibrationError < 0.01)
        let shifted = self.quality(predictions.map { min(1, $0 + 0.1) }, labels)
        #expect(shifted.expectedCalibrationError > 0.08)
    }

    @Test("The isotonic curve is the min-max of means over intervals, by trying all of them")
    func isotonic() throws {
        var random = SeededGenerator(seed: 2)
        let predictions = (0..<60).map { (Double($0) + 0.5) / 60 }
        let labels = predictions.map { Float(random.uniform() < $0 ? 1 : 0) }
        let curve = try #require(IsotonicCalibration(predictions: predictions, labels: labels, weights: ones(60)))
        func mean(_ range: ClosedRange<Int>) -> Double {
            range.reduce(0) { $0 + Double(labels[$1]) } / Double(range.count)
        }
        for (predicted, observed) in zip(curve.predicted, curve.observed) {
            let row = predictions.indices.min { abs(predictions[$0] - predicted) < abs(predictions[$1] - predicted) }!
            let expected = (0...row).map { start in (row..<60).map { mean(start...$0) }.min()! }.max()!
            #expect(abs(observed - min(max(expected, 0.5 / 60), 1 - 0.5 / 60)) < 1e-12)
        }
        let grid = (0...100).map { curve(Double($0) / 100) }
        #expect(zip(grid, grid.dropFirst()).allSatisfy { $0 <= $1 })
        #expect(grid.allSatisfy { $0 > 0 && $0 < 1 })
    }

    @Test("Calibration is taken where it helps, by surface, and left where predictions are right")
    func worthIt() throws {
        var random = SeededGenerator(seed: 3)
        let truth = (0..<8_000).map { _ in random.uniform() }
        let labels = truth.map { Float(random.uniform() < $0 ? 1 : 0) }
        #expect(
            SurfaceCalibration.ifWorthIt(predictions: truth, labels: labels, weights: ones(8_000), surfaces: nil) == nil
        )
        let surfaces = truth.indices.map { $0 % 2 == 0 ? "radio" : "mix" }
        let off = truth.enumerated().map { $0 % 2 == 0 ? $1 * $1 : $1 }
        let found = SurfaceCalibration.ifWorthIt(
            predictions: off,
            labels: labels,
            weights: ones(8_000),
            surfaces: surfaces
        )
        let calibration = try #require(found)
        #expect(calibration.bySurface.keys.sorted() == ["mix", "radio"])
        #expect(abs(calibration(0.25, surface: "radio") - 0.5) < 0.1)
        #expect(abs(calibration(0.25, surface: "mix") - 0.25) < 0.1)
        #expect(calibration(0.25, surface: "unknown") == calibration.overall(0.25))
    }

    @Test("The online correction finds what predictions are off by, and stays within its bounds")
    func correction() {
        var random = SeededGenerator(seed: 4)
        var correction = OnlineCorrection(halfLifeRows: 5_000)
        #expect(correction(0.2) == 0.2)
        for _ in 0..<20_000 { correction.observe(prediction: 0.1, label: random.uniform() < 0.15 ? 1 : 0) }
        #expect(abs(correction(0.1) - 0.15) < 0.02)
        for _ in 0..<50_000 { correction.observe(prediction: 0.001, label: 1) }
        #expect(correction.factor == OnlineCorrection.factorRange.upperBound)
        #expect(correction(1) == 1 && correction(0) == 0)
    }

    private func quality(_ predictions: [Double], _ labels: [Float]) -> PredictionQuality {
        PredictionQuality(predictions: predictions, labels: labels, weights: ones(labels.count))
    }

    private func ones(_ count: Int) -> [Float] { [Float](repeating: 1, count: count) }
}
