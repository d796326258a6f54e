import OasisAllocation
import Testing

@Suite("One pass over all candidates")
struct PassTests {
    /// A market of requests of all lengths and slots, with ties and negative values, and its folded prices.
    private struct Instance {
        let problem: AllocationProblem
        let campaignPrice: [Double]
        let cellPrice: [Double]
        let smoothing: Double

        init(seed: UInt64, requests count: Int = 300, isPlain: Bool) throws {
            var random = RandomSource(seed: seed)
            let campaigns = 40
            let cells = isPlain ? 1 : 3
            let hasTies = random.chance(0.5)
            var offsets: [Int64] = [0]
            var slots: [Int32] = []
            for _ in 0..<count {
                let length =
                    random.chance(0.1) ? Int.random(in: 0...1, using: &random) : Int.random(in: 1...64, using: &random)
                offsets.append(offsets[offsets.count - 1] + Int64(length))
                slots.append(Int32(random.chance(0.05) ? 100 : Int.random(in: 0...12, using: &random)))
            }
            let candidates = Int(offsets[count])
            let value = (0..<candidates)
                .map { _ in
                    // Values and prices of ties lie on a coarse grid of binary fractions, so that ties are exact.
                    hasTies ? Float(Int.random(in: -4...12, using: &random)) / 64 : Float(random.uniform(-0.02...0.1))
                }
            let campaign = (0..<candidates).map { _ in Int32.random(in: 0..<Int32(campaigns), using: &random) }
            let loss = (0..<candidates).map { _ in Float(random.uniform(0...0.05)) }
            var rows = (0..<campaigns)
                .map { AllocationRow(attribute: 0, scope: .campaign($0), sense: .atMost, bound: 1) }
            if !isPlain {
                rows += (0..<cells).map { AllocationRow(attribute: 1, scope: .cell($0), sense: .atMost, bound: 1) }
                if seed % 3 == 0 {
                    rows.append(AllocationRow(attribute: 1, scope: .campaign(3), sense: .atMost, bound: 1))
                }
            }
            problem = try AllocationProblem(
                offsets: Column(offsets),
                slots: Column(slots),
                weight: isPlain
                    ? nil : Column((0..<count).map { _ in Float(Int.random(in: 0...4, using: &random)) / 2 }),
                cell: isPlain
                    ? nil : Column((0..<count).map { _ in Int32.random(in: 0..<Int32(cells), using: &random) }),
                campaign: Column(campaign),
                value: Column(value),
                attributes: isPlain ? [.init("delivery")] : [.init("delivery"), .init("listenerLoss", Column(loss))],
                campaignCount: campaigns,
                cellCount: cells,
                rows: rows
            )
            let spread = random.uniform(0...0.08)
            let attributes = isPlain ? 1 : 2
            campaignPrice = (0..<(campaigns * attributes))
                .map { index in
                    if !isPlain && index >= campaigns && seed % 3 != 0 { return 0 }
                    return hasTies
                        ? Double(Int.random(in: 0...6, using: &random)) / 64
                        : Double(Float(random.uniform(-0.01...spread)))
                }
            cellPrice = (0..<(cells * attributes)).map { _ in hasTies ? 0 : Double(Float(random.uniform(-0.01...0.1))) }
            smoothing = [0.0005, 0.01, 1.0 / 64, 0.12, 2][Int(seed % 5)]
        }
    }

    /// What a pass should find, by sorting and bisection, in plain double arithmetic.
    private struct Expected {
        var smoothed = 0.0
        var top = 0.0
        var linear = 0.0
        var delivered = 0.0
        var campaign: [Double]
        var cell: [Double]
        var share: [Double]
        var level: [Double]
        var reduced: [Double]

        init(_ instance: Instance) {
            let problem = instance.problem
            campaign = [Double](repeating: 0, count: instance.campaignPrice.count)
            cell = [Double](repeating: 0, count: instance.cellPrice.count)
            share = [Double](repeating: 0, count: problem.candidateCount)
            level = [Double](repeating: 0, count: problem.requestCount)
            reduced = share
            for request in 0..<problem.requestCount {
                let range = Int(problem.offsets[request])..<Int(problem.offsets[request + 1])
                let slots = Int(problem.slots[request])
                let weight = problem.weight.map { Double($0[request]) } ?? 1
                let place = Int(problem.cell?[request] ?? 0)
                for candidate in range {
                    reduced[candidate] = Double(problem.value[candidate])
                    for (index, attribute) in problem.attributes.enumerated() {
                        let price =
                            instance.campaignPrice[index * problem.campaignCount + Int(problem.campaign[candidate])]
                            + instance.cellPrice[index * problem.cellCount + place]
                        reduced[candidate] -= price * (attribute.amount.map { Double($0[candidate]) } ?? 1)
                    }
                }
                if slots == 0 { continue }
                level[request] = Self.level(range.map { reduced[$0] }, slots: slots, smoothing: instance.smoothing)
                top += weight * range.map { reduced[$0] }.filter { $0 > 0 }.sorted(by: >).prefix(slots).reduce(0, +)
                for candidate in range {
                    let x = min(1, max(0, (reduced[candidate] - level[request]) / instance.smoothing))
                    share[candidate] = x
                    smoothed += weight * (reduced[candidate] * x - instance.smoothing / 2 * x * x)
                    linear += weight * reduced[candidate] * x
                    delivered += weight * x
                    for (index, attribute) in problem.attributes.enumerated() {
                        let amount = weight * x * (attribute.amount.map { Double($0[candidate]) } ?? 1)
                        campaign[index * problem.campaignCount + Int(problem.campaign[candidate])] += amount
                        cell[index * problem.cellCount + place] += amount
                    }
                }
            }
        }

        /// τ ≥ 0 that fits the slots, by bisection.
        static func level(_ values: [Double], slots: Int, smoothing: Double) -> Double {
            func use(_ level: Double) -> Double {
                values.reduce(0) { $0 + min(1, max(0, ($1 - level) / smoothing)) }
            }
            if use(0) <= Double(slots) { return 0 }
            let falling = values.sorted(by: >)
            if falling[slots - 1] - falling[slots] >= smoothing {
                // Any level in between selects the same; the middle keeps its distance from both.
                return (falling[slots - 1] + falling[slots] - smoothing) / 2
            }
            var low = 0.0
            var high = values.max() ?? 0
            for _ in 0..<200 {
                let middle = (low + high) / 2
                if use(middle) > Double(slots) { low = middle } else { high = middle }
            }
            return high
        }
    }

    private func expectClose(_ value: Double, _ expected: Double, _ tolerance: Double, _ what: Comment) {
        #expect(abs(value - expected) <= tolerance * max(1, abs(expected)), what)
    }

    @Test("It finds what sorting and bisection find, in either precision", arguments: UInt64(0)..<30, [true, false])
    func againstReference(seed: UInt64, isPlain: Bool) throws {
        let instance = try Instance(seed: seed, isPlain: isPlain)
        let expected = Expected(instance)
        for precision in PassInspection.Precision.allCases {
            let pass = PassInspection(instance.problem, threads: 1)
            pass.setPrices(campaign: instance.campaignPrice, cell: instance.cellPrice)
            pass.run(precision, smoothing: instance.smoothing)
            // A share is wrong by about the rounding of its value against γ.
            let tolerance = precision == .single ? 1e-6 + 1e-7 / instance.smoothing : 1e-10
            expectClose(pass.scalars.smoothed, expected.smoothed, tolerance, "smoothed")
            expectClose(pass.scalars.top, expected.top, tolerance, "top")
            expectClose(pass.scalars.linear, expected.linear, tolerance, "linear")
            expectClose(pass.scalars.delivered, expected.delivered, tolerance, "delivered")
            for index in expected.campaign.indices where index < 40 || (!isPlain && seed % 3 == 0) {
                expectClose(pass.campaignSums[index], expected.campaign[index], tolerance, "campaign \(index)")
            }
            for index in expected.cell.indices {
                expectClose(pass.cellSums[index], expected.cell[index], tolerance, "cell \(index)")
            }
        }
    }

    @Test("Recording changes nothing that is added up", arguments: UInt64(0)..<15, [true, false])
    func recording(seed: UInt64, isPlain: Bool) throws {
        let instance = try Instance(seed: seed, isPlain: isPlain)
        let pass = PassInspection(instance.problem, threads: 1)
        pass.setPrices(campaign: instance.campaignPrice, cell: instance.cellPrice)
        pass.run(.double, smoothing: instance.smoothing)
        let plain = (pass.scalars, Array(pass.campaignSums), Array(pass.cellSums))
        pass.run(.double, smoothing: instance.smoothing, recording: .band(width: instance.smoothing))
        #expect(pass.scalars == plain.0)
        #expect(Array(pass.campaignSums) == plain.1)
        #expect(Array(pass.cellSums) == plain.2)
        pass.run(.double, smoothing: instance.smoothing, recording: .selection)
        // Recorded shares are rounded to single precision, and so are their sums.
        expectClose(pass.scalars.top, plain.0.top, 0, "top")
        expectClose(pass.scalars.linear, plain.0.linear, 1e-6, "linear")
        expectClose(pass.scalars.delivered, plain.0.delivered, 1e-6, "delivered")
        for (sum, expected) in zip(pass.campaignSums, plain.1) { expectClose(sum, expected, 1e-6, "campaign") }
        for (sum, expected) in zip(pass.cellSums, plain.2) { expectClose(sum, expected, 1e-6, "cell") }
    }

    private struct Near: Hashable {
        var campaign: Int32
        var amounts: [Float]
        var cell: Int32
        var weight: Float
        var slotsBind: Bool
    }

    @Test("The band holds every candidate near the edge of selection", arguments: UInt64(0)..<15, [true, false])
    func band(seed: UInt64, isPlain: Bool) throws {
        let instance = try Instance(seed: seed, isPlain: isPlain)
        let expected = Expected(instance)
        let problem = instance.problem
        let pass = PassInspection(problem, threads: 1)
        pass.setPrices(campaign: instance.campaignPrice, cell: instance.cellPrice)
        // No grid of binary fractions meets the edges of this band.
        let width = instance.smoothing * 0.3719
        pass.run(.double, smoothing: instance.smoothing, recording: .band(width: width))
        var entries: [Near] = []
        for request in 0..<problem.requestCount where problem.slots[request] > 0 && problem.weight?[request] != 0 {
            let level = expected.level[request]
            let near = (Int(problem.offsets[request])..<Int(problem.offsets[request + 1]))
                .filter {
                    expected.reduced[$0] > level - width && expected.reduced[$0] < level + instance.smoothing + width
                }
            let slotsBind = level > 0
            if near.count <= (slotsBind ? 1 : 0) { continue }
            entries += near.map { candidate in
                Near(
                    campaign: problem.campaign[candidate],
                    amounts: isPlain ? [] : [problem.attributes[1].amount![candidate]],
                    cell: problem.cell?[request] ?? 0,
                    weight: problem.weight?[request] ?? 1,
                    slotsBind: slotsBind
                )
            }
        }
        let found = pass.bandEntries()
            .map {
                Near(
                    campaign: $0.campaign,
                    amounts: $0.amounts,
                    cell: $0.cell,
                    weight: $0.weight,
                    slotsBind: $0.slotsBind
                )
            }
        #expect(found == entries)
    }

    @Test("A recorded selection fits the slots to the last bit", arguments: UInt64(0)..<15, [true, false])
    func selection(seed: UInt64, isPlain: Bool) throws {
        let instance = try Instance(seed: seed, isPlain: isPlain)
        let expected = Expected(instance)
        let problem = instance.problem
        let pass = PassInspection(problem, threads: 1)
        pass.setPrices(campaign: instance.campaignPrice, cell: instance.cellPrice)
        pass.run(.double, smoothing: instance.smoothing, recording: .selection)
        var used = [Double](repeating: 0, count: problem.requestCount)
        var share = [Double](repeating: 0, count: problem.candidateCount)
        var previous = -1
        for selected in pass.selected() {
            #expect(selected.candidate > previous && selected.share > 0 && selected.share <= 1)
            #expect(selected.slotsBind == (expected.level[selected.request] > 0))
            previous = selected.candidate
            used[selected.request] += Double(selected.share)
            share[selected.candidate] = Double(selected.share)
        }
        for request in used.indices { #expect(used[request] <= Double(problem.slots[request])) }
        for candidate in share.indices { #expect(abs(share[candidate] - expected.share[candidate]) < 1e-6) }
    }

    @Test("The number of threads changes no bit", arguments: PassInspection.Precision.allCases)
    func threads(precision: PassInspection.Precision) throws {
        let instance = try Instance(seed: 11, requests: 5000, isPlain: false)
        let passes = [1, 2, 4].map { PassInspection(instance.problem, threads: $0) }
        for pass in passes {
            pass.setPrices(campaign: instance.campaignPrice, cell: instance.cellPrice)
            pass.run(precision, smoothing: instance.smoothing)
            #expect(pass.scalars == passes[0].scalars)
            #expect(pass.campaignSums.elementsEqual(passes[0].campaignSums))
            #expect(pass.cellSums.elementsEqual(passes[0].cellSums))
        }
    }
}
