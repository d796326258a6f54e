extension AllocationProblem {
    func checkSizes() throws(InvalidProblem) {
        let limit = Self.maximumTableSize
        guard campaignCount >= 0, campaignCount <= limit else {
            throw InvalidProblem(.size, nil, "must have 0 to \(limit) campaigns, but has \(campaignCount)")
        }
        guard cellCount >= 1, cellCount <= limit else {
            throw InvalidProblem(.size, nil, "must have 1 to \(limit) cells, but has \(cellCount)")
        }
        guard value.count <= Self.maximumCandidateCount else {
            throw InvalidProblem(
                .value,
                nil,
                "must have at most \(Self.maximumCandidateCount) candidates, but has \(value.count)"
            )
        }
        guard attributes.count <= limit, attributes.count * max(campaignCount, cellCount) <= 2 * limit else {
            throw InvalidProblem(
                .size,
                nil,
                "must have at most \(2 * limit) campaigns (or cells) times attributes, but has "
                    + "\(max(campaignCount, cellCount)) times \(attributes.count)"
            )
        }
        var names: Set<String> = []
        for (index, attribute) in attributes.enumerated() {
            guard names.insert(attribute.name).inserted else {
                throw InvalidProblem(.attributes, index, "must be named once, but \(attribute.name) appears twice")
            }
        }
    }

    func checkRequests() throws(InvalidProblem) {
        try checkOffsets(offsets, .offsets, end: value.count, endName: "the number of candidates")
        let requests = offsets.count - 1
        try checkLength(slots.count, .slots, requests, "requests")
        try checkElements(slots, .slots, "must be ≥ 0") { $0 >= 0 }
        if let weight {
            try checkLength(weight.count, .weight, requests, "requests")
            try checkElements(weight, .weight, "must be finite and ≥ 0") { $0.isFinite && $0 >= 0 }
        }
        if let cell {
            try checkLength(cell.count, .cell, requests, "requests")
            try checkElements(cell, .cell, "must be in 0 ..< \(cellCount)") { $0 >= 0 && $0 < cellCount }
        }
        if let time {
            try checkLength(time.count, .time, requests, "requests")
            var latest = -Double.infinity
            for index in 0..<time.count {
                guard time[index].isFinite, time[index] >= latest else {
                    throw InvalidProblem(.time, index, "must be finite and must not fall, but is \(time[index])")
                }
                latest = time[index]
            }
        }
    }

    func checkCandidates() throws(InvalidProblem) {
        try checkLength(campaign.count, .campaign, value.count, "candidates")
        try checkElements(campaign, .campaign, "must be in 0 ..< \(campaignCount)") { $0 >= 0 && $0 < campaignCount }
        try checkElements(value, .value, "must be finite") { $0.isFinite }
        for attribute in attributes {
            guard let amount = attribute.amount else { continue }
            try checkLength(amount.count, .amount(attribute.name), value.count, "candidates")
            try checkElements(amount, .amount(attribute.name), "must be finite") { $0.isFinite }
        }
    }

    func checkSets() throws(InvalidProblem) {
        try checkOffsets(sets.offsets, .setOffsets, end: sets.campaign.count, endName: "the number of members")
        try checkElements(sets.campaign, .setCampaign, "must be in 0 ..< \(campaignCount)") {
            $0 >= 0 && $0 < campaignCount
        }
        // A campaign listed twice in a set would count twice, which no row means.
        for set in 0..<sets.count {
            var seen: Set<Int32> = []
            for (place, member) in sets.members(set).enumerated() where !seen.insert(member).inserted {
                throw InvalidProblem(
                    .setCampaign,
                    Int(sets.offsets[set]) + place,
                    "must be listed once in its set, but \(member) repeats"
                )
            }
        }
    }

    func checkRows(_ rows: [AllocationRow]) throws(InvalidProblem) {
        for (index, row) in rows.enumerated() {
            guard row.attribute >= 0, row.attribute < attributes.count else {
                throw InvalidProblem(
                    .rowAttribute,
                    index,
                    "must be in 0 ..< \(attributes.count), but is \(row.attribute)"
                )
            }
            try checkScope(row.scope, index)
            guard row.bound.isFinite else {
                throw InvalidProblem(.rowBound, index, "must be finite, but is \(row.bound)")
            }
            guard row.share >= 0, row.share <= 1 else {
                throw InvalidProblem(.rowShare, index, "must be in 0 … 1, but is \(row.share)")
            }
            guard row.penalty >= 0 else {
                throw InvalidProblem(.rowPenalty, index, "must be ≥ 0 or +inf, but is \(row.penalty)")
            }
            guard row.sense == .atMost || !row.isHard else {
                throw InvalidProblem(
                    .rowPenalty,
                    index,
                    "must be finite on a ≥ row: a hard guarantee can make the program infeasible, so every ≥ row "
                        + "states the penalty at which it gives way"
                )
            }
            guard !row.isHard || row.bound >= 0 else {
                throw InvalidProblem(
                    .rowBound,
                    index,
                    "must be ≥ 0 on a hard ≤ row, so that promoting nothing is always allowed, but is \(row.bound)"
                )
            }
        }
    }

    private func checkScope(_ scope: AllocationRow.Scope, _ index: Int) throws(InvalidProblem) {
        let (id, count, kind) =
            switch scope {
            case .all: (0, 1, "all")
            case .campaign(let id): (id, campaignCount, "campaign")
            case .set(let id): (id, sets.count, "set")
            case .cell(let id): (id, cellCount, "cell")
            }
        guard id >= 0, id < count else {
            throw InvalidProblem(.rowScope, index, "must name a \(kind) in 0 ..< \(count), but is \(id)")
        }
    }

    private func checkOffsets(
        _ offsets: Column<Int64>,
        _ part: InvalidProblem.Part,
        end: Int,
        endName: String
    ) throws(InvalidProblem) {
        guard offsets.count >= 1 else { throw InvalidProblem(part, nil, "must have at least one entry, but is empty") }
        guard offsets[0] == 0 else { throw InvalidProblem(part, 0, "must start at 0, but is \(offsets[0])") }
        for index in 1..<max(1, offsets.count) where offsets[index] < offsets[index - 1] {
            throw InvalidProblem(
                part,
                index,
                "must not be below the entry before it, but \(offsets[index]) < \(offsets[index - 1])"
            )
        }
        let last = offsets.count - 1
        guard offsets[last] == end else {
            throw InvalidProblem(part, last, "must end at \(endName), \(end), but is \(offsets[last])")
        }
    }

    private func checkLength(
        _ count: Int,
        _ part: InvalidProblem.Part,
        _ expected: Int,
        _ what: String
    ) throws(InvalidProblem) {
        guard count == expected else {
            throw InvalidProblem(part, nil, "must have one entry for each of the \(expected) \(what), but has \(count)")
        }
    }

    private func checkElements<Element>(
        _ column: Column<Element>,
        _ part: InvalidProblem.Part,
        _ rule: @autoclosure () -> String,
        _ holds: (Element) -> Bool
    ) throws(InvalidProblem) {
        for (index, element) in column.unsafeElements.enumerated() where !holds(element) {
            throw InvalidProblem(part, index, "\(rule()), but is \(element)")
        }
    }
}
