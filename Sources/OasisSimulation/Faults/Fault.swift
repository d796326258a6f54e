package import OasisMarket

/// What can be broken in a simulated market, and from when to when it is.
package struct Fault: Hashable, Sendable {
    /// A way to break things.
    package enum Kind: String, CaseIterable, Hashable, Sendable {
        /// A scoring node ends with the units it holds, and comes back as a new one.
        case nodeLoss = "node-loss"
        /// The planner ends, and with it the ledger's only writer.
        case plannerLoss = "planner-loss"
        /// Two parties do not hear each other.
        case partition
        /// Messages arrive twice.
        case duplicates
        /// Messages overtake each other by minutes.
        case reordering
        /// Players report two days late.
        case lateEvents = "late-events"
        /// A clock is wrong by up to two hours.
        case clockJump = "clock-jump"
        /// Snapshots arrive damaged, and the planner's newest file is cut short.
        case tornSnapshot = "torn-snapshot"
        /// The ledger's disk has no room left.
        case diskFull = "disk-full"
        /// The ranker's predictions are no numbers, or ten times too large.
        case poisonedModel = "poisoned-model"
        /// Ten times the traffic.
        case trafficSurge = "traffic-surge"
        /// A surface sends no requests.
        case surfaceDark = "surface-dark"
        /// From noon on, three times the usual traffic or a third of it.
        case noonShock = "noon-shock"

        /// Kinds from text: `all`, `none`, or names with commas between them.
        ///
        /// - Throws: `InvalidField` that names what there is.
        package static func parse(_ text: String) throws(InvalidField) -> [Kind] {
            switch text {
            case "all": return allCases
            case "none": return []
            default:
                var kinds: [Kind] = []
                for name in text.split(separator: ",", omittingEmptySubsequences: false) {
                    guard let kind = Kind(rawValue: String(name)) else {
                        let names = allCases.map(\.rawValue).joined(separator: ", ")
                        throw InvalidField("faults", "must be all, none, or some of \(names), but names \(name)")
                    }
                    if !kinds.contains(kind) { kinds.append(kind) }
                }
                return kinds
            }
        }
    }

    /// What is broken.
    package var kind: Kind
    /// From when.
    package var start: Timestamp
    /// Until when.
    package var end: Timestamp
    /// Which node, party or surface, as far as there is a choice: a number that its reader takes the rest of.
    package var target: Int
    /// How far a clock jumps, in seconds.
    package var jumpSeconds: Double

    func isActive(at now: Timestamp) -> Bool { start <= now && now < end }

    /// What it does to traffic; nothing for faults of machines.
    func trafficChange(of market: SyntheticMarket) -> TrafficChange? {
        switch kind {
        case .trafficSurge: TrafficChange(start: start, end: end, factor: 10)
        case .surfaceDark:
            TrafficChange(
                start: start,
                end: end,
                factor: 0,
                surface: market.shape.surfaces[target % market.shape.surfaces.count].id
            )
        case .noonShock: TrafficChange(start: start, end: end, factor: target.isMultiple(of: 2) ? 3 : 1 / 3)
        default: nil
        }
    }
}

extension Fault {
    /// When each kind happens in a run, from its seed: about one of each in four hours, at least one.
    package static func schedule(
        _ kinds: [Kind],
        seed: UInt64,
        from start: Timestamp,
        hours: Double
    ) -> [Fault] {
        kinds.sorted { $0.rawValue < $1.rawValue }
            .flatMap { kind -> [Fault] in
                // Each kind has chances of its own, so that leaving one out changes no other.
                let salt = StableHash(salt: kind.rawValue).hash(seed)
                var random = SeededGenerator(seed: salt)
                let count = max(1, Int(hours / 4))
                return (0..<count)
                    .flatMap { turn -> [Fault] in
                        let share = (Double(turn) + 0.8 * random.uniform()) / Double(count)
                        let begin = start.advanced(bySeconds: share * hours * 3_600)
                        let length = (0.05 + 0.2 * random.uniform()) * hours * 3_600 / Double(count)
                        let fault = Fault(
                            kind: kind,
                            start: begin,
                            end: begin.advanced(bySeconds: length),
                            target: random.index(below: 1_024),
                            jumpSeconds: (random.uniform() * 2 - 1) * 7_200
                        )
                        return kind == .noonShock ? fault.atNoons(from: start, hours: hours, turn: turn) : [fault]
                    }
            }
            .sorted { ($0.start, $0.kind.rawValue) < ($1.start, $1.kind.rawValue) }
    }

    /// The shock of each noon in the run, once.
    private func atNoons(from start: Timestamp, hours: Double, turn: Int) -> [Fault] {
        guard turn == 0 else { return [] }
        let end = start.advanced(bySeconds: hours * 3_600)
        var faults: [Fault] = []
        var noon = start.day.start.advanced(bySeconds: 43_200)
        while noon < end {
            var fault = self
            fault.start = noon
            fault.end = noon.advanced(bySeconds: 10_800)
            if fault.end > start { faults.append(fault) }
            noon = noon.advanced(bySeconds: 86_400)
        }
        return faults
    }
}
