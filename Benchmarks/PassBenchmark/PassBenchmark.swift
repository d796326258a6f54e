internal import OasisAllocation
internal import OasisProblemFiles

/// Writes markets and times passes over them; `Benchmarks/pass-speed` runs it beside the same loop in C.
@main
struct PassBenchmark {
    static let usage = """
        Times passes of the solver over a market with fixed prices.

          pass-benchmark write DIR REQUESTS CAMPAIGNS SEED
          pass-benchmark run DIR ROWS SLOTS SMOOTHING PRICES THREADS PASSES [PRECISION] [RECORD]

        ROWS is caps or all, SMOOTHING is γ as a multiple of the mean value, PRICES multiplies the stored prices,
        PRECISION is single or double, RECORD is nothing, band or selection.

          pass-benchmark write /tmp/market 200000 1000 1
          pass-benchmark run /tmp/market caps 1 0.002 1 2 20
        """

    static func main() throws {
        let arguments = Array(CommandLine.arguments.dropFirst())
        switch arguments.first {
        case "write" where arguments.count == 5:
            guard let requests = Int(arguments[2]), let campaigns = Int(arguments[3]), let seed = UInt64(arguments[4])
            else { return print(usage) }
            try PassMarket.write(to: arguments[1], requests: requests, campaigns: campaigns, seed: seed)
        case "run" where arguments.count >= 8:
            guard let run = PassRun(Array(arguments.dropFirst())) else { return print(usage) }
            try run.perform()
        default: print(usage)
        }
    }
}

/// One timing, as the command line asked for it.
struct PassRun {
    let path: String
    let families: PassMarket.Families
    let slots: Int
    let smoothing: Double
    let priceFactor: Double
    let threads: Int
    let passes: Int
    let precision: PassInspection.Precision
    let recording: PassInspection.Recording

    init?(_ words: [String]) {
        guard let families = PassMarket.Families(rawValue: words[1]), let slots = Int(words[2]),
            let smoothing = Double(words[3]), let priceFactor = Double(words[4]), let threads = Int(words[5]),
            let passes = Int(words[6])
        else { return nil }
        path = words[0]
        self.families = families
        self.slots = slots
        self.smoothing = smoothing * PassMarket.meanValue
        self.priceFactor = priceFactor
        self.threads = threads
        self.passes = passes
        precision = words.dropFirst(7).first == "double" ? .double : .single
        recording =
            switch words.dropFirst(8).first {
            case "band": .band(width: self.smoothing)
            case "selection": .selection
            default: .nothing
            }
    }

    /// Prints the seconds of each pass, then what it added up.
    func perform() throws {
        let market = try PassMarket(reading: path, families: families, slots: slots)
        let pass = PassInspection(market.problem, threads: threads)
        let prices = market.prices(factor: priceFactor)
        pass.setPrices(campaign: prices.campaign, cell: prices.cell)
        let clock = ContinuousClock()
        var seconds: [Double] = []
        for _ in 0..<passes {
            let elapsed = clock.measure { pass.run(precision, smoothing: smoothing, recording: recording) }
            seconds.append(elapsed / .seconds(1))
        }
        let scalars = pass.scalars
        // Weighted by position, so that amounts at the wrong campaign or cell do not cancel.
        let byCampaign = pass.campaignSums.enumerated().reduce(0.0) { $0 + Double($1.offset % 97 + 1) * $1.element }
        let byCell = pass.cellSums.enumerated().reduce(0.0) { $0 + Double($1.offset % 97 + 1) * $1.element }
        print("candidates", market.problem.candidateCount)
        print("seconds", seconds.map { "\($0)" }.joined(separator: " "))
        print("sums", scalars.smoothed, scalars.top, scalars.linear, scalars.delivered, byCampaign, byCell)
    }
}
