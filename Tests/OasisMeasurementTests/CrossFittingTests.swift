import OasisMeasurement
import Testing

@Suite("Models of rewards, and fitting them without the rows they are used on")
struct CrossFittingTests {
    @Test("Shrunk rates are (Σ rewards + s·mean)/(n + s)")
    func shrunkRates() throws {
        let feedback = try LoggedFeedback(
            actions: [0, 0, 1, 0],
            rewards: [1, 0, 1, 1],
            propensities: [1, 1, 1, 1],
            cells: [0, 0, 0, 1],
            actionCount: 2,
            cellCount: 2
        )
        // Mean 3/4; with s = 4 it adds 3 to 4 rows: (1 + 3)/6, (1 + 3)/5; (1 + 3)/5, 3/4.
        let rates = ShrunkRates(strengthRows: 4).fit(feedback, rows: [0, 1, 2, 3])
        for (rate, expected) in zip(rates, [4.0 / 6, 4.0 / 5, 4.0 / 5, 3.0 / 4]) {
            #expect(abs(rate - expected) < 1e-12)
        }
        // From the first two rows alone the mean is 1/2.
        let half = ShrunkRates(strengthRows: 4).fit(feedback, rows: [0, 1])
        #expect(half == [0.5, 0.5, 0.5, 0.5])
    }

    @Test("Folds differ by one row at most, replay from the seed, and differ with another")
    func folds() {
        let fitting = CrossFitting(folds: 3, seed: 7)
        let fold = fitting.foldOfRow(100)
        #expect((0..<3).map { fold.count(of: $0) }.sorted() == [33, 33, 34])
        #expect(fold == fitting.foldOfRow(100))
        #expect(fold != CrossFitting(folds: 3, seed: 8).foldOfRow(100))
        #expect(fold != (0..<100).map { $0 % 3 })
    }

    @Test("No row has a say in its own estimate, and every other row has")
    func leftOut() throws {
        let world = try ExactWorld()
        let fitting = CrossFitting(folds: 4, seed: 1)
        let fold = fitting.foldOfRow(world.feedback.rowCount)
        var seen: [[Int]] = []
        // A model that answers which fold was left out, in hundredths.
        let model = try fitting.estimates(world.feedback) { feedback, rows in
            seen.append(rows)
            return Array(repeating: Double(seen.count) / 100, count: feedback.cellCount * feedback.actionCount)
        }
        #expect(seen.count == 4)
        for (left, rows) in seen.enumerated() {
            #expect(rows == world.feedback.actions.indices.filter { fold[$0] != left })
        }
        let rows = try WeightedRows(world.feedback, under: world.policy, model: model)
        #expect(rows.predictedRewards == fold.map { Double($0 + 1) / 100 })
    }

    @Test("One fold fits on everything")
    func oneFold() throws {
        let world = try ExactWorld()
        let model = try CrossFitting(folds: 1, seed: 1)
            .estimates(world.feedback) { feedback, rows in
                #expect(rows == Array(feedback.actions.indices))
                return ShrunkRates().fit(feedback, rows: rows)
            }
        let rows = try WeightedRows(world.feedback, under: world.policy, model: model)
        let rates = ShrunkRates().fit(world.feedback, rows: Array(world.feedback.actions.indices))
        #expect(rows.predictedRewards[0] == rates[0])
    }

    @Test("More folds than rows are refused")
    func tooManyFolds() throws {
        let world = try ExactWorld()
        let error = #expect(throws: InvalidFeedback.self) {
            try CrossFitting(folds: 201, seed: 1).estimates(world.feedback) { ShrunkRates().fit($0, rows: $1) }
        }
        #expect(error?.column == "fold count")
    }
}

extension [Int] {
    fileprivate func count(of element: Int) -> Int { count { $0 == element } }
}
