/// What is wrong with what goes into a model, found by comparing it with what the model learned from.
package enum SignalFinding: Hashable, Sendable, CustomStringConvertible {
    /// Values of a column are spread differently: population stability index, and what chance alone would give.
    case drift(column: String, index: Double, byChance: Double)
    /// A column is missing more often than it was.
    case missing(column: String, share: Double, before: Double)
    /// A column of numbers is zero far more often than it was.
    case zeros(column: String, share: Double, before: Double)
    /// The rate of events is not what it was, by more standard errors than chance allows.
    case labelRate(rate: Double, before: Double, standardErrors: Double)
    /// Labels come later than they did: seconds until half of them were there.
    case labelDelay(medianSeconds: Double, before: Double)
    /// Predictions do not add up to outcomes on a surface: Σ predicted over Σ observed, and how many were observed.
    case calibration(surface: String, ratio: Double, events: Double)
    /// A model's rates were held to what can be true: how many of them, of how many.
    case clamped(rates: Int, of: Int)
    /// There are too few rows to say anything.
    case fewRows(rows: Int, needed: Int)

    /// What programs call it.
    package var code: String {
        switch self {
        case .drift: "feature-drift"
        case .missing: "feature-missing"
        case .zeros: "feature-zeros"
        case .labelRate: "label-rate"
        case .labelDelay: "label-delay"
        case .calibration: "calibration"
        case .clamped: "model-clamped"
        case .fewRows: "few-rows"
        }
    }

    /// Which column it is about, if it is about one.
    package var column: String? {
        switch self {
        case .drift(let column, _, _), .missing(let column, _, _), .zeros(let column, _, _): column
        case .labelRate, .labelDelay, .calibration, .clamped, .fewRows: nil
        }
    }

    /// One sentence with its evidence.
    package var description: String {
        switch self {
        case .drift(let column, let index, let byChance):
            "\(column): values are spread differently (PSI \(rounded(index)), by chance \(rounded(byChance)))"
        case .missing(let column, let share, let before):
            "\(column): missing in \(percent(share)) of rows, before in \(percent(before))"
        case .zeros(let column, let share, let before):
            "\(column): zero in \(percent(share)) of values, before in \(percent(before))"
        case .labelRate(let rate, let before, let standardErrors):
            "events in \(percent(rate)) of rows, before in \(percent(before)): \(rounded(standardErrors)) standard errors"
        case .labelDelay(let median, let before):
            "half of the labels come after \(rounded(median)) s, before after \(rounded(before)) s"
        case .calibration(let surface, let ratio, let events):
            "\(surface): predictions add up to \(rounded(ratio)) times what was observed, on \(rounded(events)) events"
        case .clamped(let rates, let all):
            "\(rates) of \(all) rates were too far from what was counted, and are held to it"
        case .fewRows(let rows, let needed):
            "\(rows) rows are too few to compare; \(needed) are needed"
        }
    }
}

/// Compares a profile with the one a model was trained on.
package struct SignalHealth: Hashable, Sendable {
    /// When something is a finding.
    package struct Rules: Hashable, Sendable {
        /// Population stability index from which on a column drifts; 0.25 is the field's custom.
        package var driftMinimum = 0.25
        /// By how much the share of missing values, or of zeros, must rise.
        package var shareRise = 0.05
        /// Standard errors of the rate of events.
        package var rateStandardErrors = 5.0
        /// How many times longer labels may take.
        package var delayFactor = 2.0
        /// Rows without which nothing is compared.
        package var rowsMinimum = 200

        /// The usual rules.
        package init() {}
    }

    /// How one column compares.
    package struct Measure: Hashable, Sendable {
        /// The column.
        package let column: String
        /// Population stability index; 0 without values on both sides.
        package let stabilityIndex: Double
        /// Share of rows without a value, now.
        package let missingShare: Double
        /// Share of values that are 0, now.
        package let zeroShare: Double
    }

    /// What was found, by column in the order of the schema, then the rest.
    package let findings: [SignalFinding]
    /// Every column that both know; empty where there are too few rows to compare.
    package let measures: [Measure]

    /// Compares what comes in now with what the model was trained on.
    ///
    /// `delays` are median seconds until labels were there, now and before, when they are known.
    package init(
        _ current: SignalProfile,
        against reference: SignalProfile,
        delays: (now: Double, before: Double)? = nil,
        rules: Rules = Rules()
    ) {
        guard min(current.rows, reference.rows) >= Double(rules.rowsMinimum) else {
            let rows = Int(min(current.rows, reference.rows))
            findings = [.fewRows(rows: rows, needed: rules.rowsMinimum)]
            measures = []
            return
        }
        var findings: [SignalFinding] = []
        var measures: [Measure] = []
        for column in current.columns {
            guard let before = reference.columns.first(where: { $0.name == column.name }) else { continue }
            measures.append(Measure(column, before, current.rows))
            findings += Self.findings(column, before, current.rows, reference.rows, rules)
        }
        if let finding = Self.labelRate(current, reference, rules) { findings.append(finding) }
        if let delays, delays.now > rules.delayFactor * max(delays.before, 1) {
            findings.append(.labelDelay(medianSeconds: delays.now, before: delays.before))
        }
        self.findings = findings
        self.measures = measures
    }

    private static func findings(
        _ now: SignalProfile.Column,
        _ before: SignalProfile.Column,
        _ rows: Double,
        _ rowsBefore: Double,
        _ rules: Rules
    ) -> [SignalFinding] {
        var findings: [SignalFinding] = []
        let (missing, missingBefore) = (now.missing / rows, before.missing / rowsBefore)
        if missing > missingBefore + rules.shareRise {
            findings.append(.missing(column: now.name, share: missing, before: missingBefore))
        }
        guard now.values > 0, before.values > 0 else { return findings }
        let (zeros, zerosBefore) = (now.zeros / now.values, before.zeros / before.values)
        if zeros > zerosBefore + rules.shareRise {
            findings.append(.zeros(column: now.name, share: zeros, before: zerosBefore))
        }
        let bins = Bins(now, before)
        // The index of two samples of one population is about chi-squared: (bins − 1)(1/n + 1/m) in the mean.
        let byChance = Double(bins.count - 1) * (1 / now.values + 1 / before.values)
        if bins.stabilityIndex > max(rules.driftMinimum, 3 * byChance) {
            findings.append(.drift(column: now.name, index: bins.stabilityIndex, byChance: byChance))
        }
        return findings
    }

    private static func labelRate(
        _ now: SignalProfile,
        _ before: SignalProfile,
        _ rules: Rules
    ) -> SignalFinding? {
        let (rate, rateBefore) = (now.events / now.rows, before.events / before.rows)
        let pooled = (now.events + before.events) / (now.rows + before.rows)
        let variance = pooled * (1 - pooled) * (1 / now.rows + 1 / before.rows)
        guard variance > 0 else { return nil }
        let errors = abs(rate - rateBefore) / variance.squareRoot()
        return errors > rules.rateStandardErrors
            ? .labelRate(rate: rate, before: rateBefore, standardErrors: errors) : nil
    }
}

extension SignalHealth.Measure {
    fileprivate init(_ now: SignalProfile.Column, _ before: SignalProfile.Column, _ rows: Double) {
        column = now.name
        stabilityIndex = now.values > 0 && before.values > 0 ? Bins(now, before).stabilityIndex : 0
        missingShare = now.missing / rows
        zeroShare = now.values > 0 ? now.zeros / now.values : 0
    }
}

/// Shares of two columns over the same bins: classes of texts, or tenths of the numbers of before.
private struct Bins {
    private var now: [Double] = []
    private var before: [Double] = []

    init(_ current: SignalProfile.Column, _ reference: SignalProfile.Column) {
        let classes = Set(current.classes.keys).union(reference.classes.keys).sorted()
        let bin = reference.values / 10
        var (own, their) = (0.0, 0.0)
        for number in classes {
            own += current.classes[number] ?? 0
            their += reference.classes[number] ?? 0
            guard !reference.isNumeric || their >= bin else { continue }
            add(own / current.values, their / reference.values)
            (own, their) = (0, 0)
        }
        if own > 0 || their > 0 { add(own / current.values, their / reference.values) }
    }

    var count: Int { now.count }

    /// Σ (p − q) ln(p / q), no share taken as less than 1e-4.
    var stabilityIndex: Double {
        zip(now, before)
            .reduce(0) { sum, shares in
                let (own, their) = (max(shares.0, 1e-4), max(shares.1, 1e-4))
                return sum + (own - their) * logarithm(own / their)
            }
    }

    private mutating func add(_ own: Double, _ their: Double) {
        now.append(own)
        before.append(their)
    }
}

private func rounded(_ value: Double) -> Double { (value * 1_000).rounded() / 1_000 }

private func percent(_ share: Double) -> String { "\((share * 1_000).rounded() / 10) %" }
