internal import COasisHeader
internal import OasisAllocation

extension AllocationProblem {
    private static let attributesMaximum: UInt64 = 64

    /// A checked problem over the caller's arrays, valid until the call returns.
    static func borrowing(_ problem: oasis_problem) throws(CallFailure) -> AllocationProblem {
        let (requests, candidates) = (problem.request_count, problem.candidate_count)
        guard requests < UInt64(Int.max) else { throw .badArgument("request_count", "cannot be \(requests)") }
        let campaign = Column(borrowing: try Argument.array(problem.campaign, candidates, "campaign"))
        let cell = try Argument.optionalArray(problem.cell, requests, "cell").map { Column(borrowing: $0) }
        let sets = try sets(problem)
        let attributes = try attributes(problem)
        let offsets = Column(borrowing: try Argument.array(problem.offsets, requests + 1, "offsets"))
        let slots = Column(borrowing: try Argument.array(problem.slots, requests, "slots"))
        let weight = try Argument.optionalArray(problem.weight, requests, "weight").map { Column(borrowing: $0) }
        let value = Column(borrowing: try Argument.array(problem.value, candidates, "value"))
        let rowColumns = try rowColumns(problem)
        do throws(InvalidProblem) {
            let rows = try rowColumns.rows()
            return try AllocationProblem(
                offsets: offsets,
                slots: slots,
                weight: weight,
                cell: cell,
                campaign: campaign,
                value: value,
                attributes: attributes,
                campaignCount: problem.campaign_count > 0
                    ? Int(clamping: problem.campaign_count)
                    : smallestCampaignCount(campaign: campaign, sets: sets, rows: rows),
                cellCount: problem.cell_count > 0
                    ? Int(clamping: problem.cell_count) : smallestCellCount(cell: cell, rows: rows),
                sets: sets,
                rows: rows
            )
        } catch {
            throw CallFailure(error)
        }
    }

    private static func sets(_ problem: oasis_problem) throws(CallFailure) -> CampaignSets {
        guard problem.set_count > 0 || problem.set_offsets != nil else { return CampaignSets() }
        guard problem.set_count < UInt64(Int.max) else {
            throw .badArgument("set_count", "cannot be \(problem.set_count)")
        }
        return CampaignSets(
            offsets: Column(borrowing: try Argument.array(problem.set_offsets, problem.set_count + 1, "set_offsets")),
            campaign: Column(
                borrowing: try Argument.array(problem.set_campaign, problem.set_member_count, "set_campaign")
            )
        )
    }

    private static func attributes(_ problem: oasis_problem) throws(CallFailure) -> [AttributeColumn] {
        guard problem.attribute_count <= attributesMaximum else {
            throw .refused(
                "attributes",
                nil,
                "must be at most \(attributesMaximum), but are \(problem.attribute_count)"
            )
        }
        var columns: [AttributeColumn] = []
        for (index, attribute) in try Argument.array(problem.attributes, problem.attribute_count, "attributes")
            .enumerated()
        {
            let bytes = try Argument.array(attribute.name.bytes, attribute.name.length, "attributes.name")
            guard (1...64).contains(bytes.count),
                let name = String(validating: UnsafeRawBufferPointer(bytes), as: UTF8.self)
            else { throw .refused("attributes", index, "must have a name of 1 to 64 bytes in UTF-8") }
            let amount = try Argument.optionalArray(attribute.amount, problem.candidate_count, "amount_\(name)")
            columns.append(AttributeColumn(name, amount.map { Column(borrowing: $0) }))
        }
        return columns
    }

    private static func rowColumns(_ problem: oasis_problem) throws(CallFailure) -> RowColumns {
        let count = problem.row_count
        return RowColumns(
            attribute: Column(borrowing: try Argument.array(problem.row_attribute, count, "row_attribute")),
            kind: Column(borrowing: try Argument.array(problem.row_scope_kind, count, "row_scope_kind")),
            scope: Column(borrowing: try Argument.array(problem.row_scope, count, "row_scope")),
            sense: Column(borrowing: try Argument.array(problem.row_sense, count, "row_sense")),
            bound: Column(borrowing: try Argument.array(problem.row_bound, count, "row_bound")),
            share: try Argument.optionalArray(problem.row_share, count, "row_share").map { Column(borrowing: $0) },
            penalty: try Argument.optionalArray(problem.row_penalty, count, "row_penalty")
                .map { Column(borrowing: $0) }
        )
    }
}

extension SolverOptions {
    /// Options as the caller gives them; none means the defaults.
    init(_ pointer: UnsafePointer<oasis_solve_options>?, rowCount: UInt64) throws(CallFailure) {
        self.init()
        guard let pointer else { return }
        let options = try Argument.structure(pointer, "options")
        func require(_ holds: Bool, _ field: String, _ rule: @autoclosure () -> String) throws(CallFailure) {
            if !holds { throw .refused("options.\(field)", nil, rule()) }
        }
        targetGap = options.target_gap
        try require(targetGap > 0 && targetGap < 1, "target_gap", "must be above 0 and below 1, but is \(targetGap)")
        sampleShare = options.sample_share
        try require((0...1).contains(sampleShare), "sample_share", "must be 0 to 1, but is \(sampleShare)")
        try require((1...256).contains(options.threads), "threads", "must be 1 to 256, but is \(options.threads)")
        threads = Int(options.threads)
        try require(options.is_integral <= 1, "is_integral", "must be 0 or 1, but is \(options.is_integral)")
        isIntegral = options.is_integral == 1
        try require(options.passes_maximum > 0, "passes_maximum", "must be at least 1")
        maximumPasses = Int(clamping: options.passes_maximum)
        let seconds = options.time_limit_seconds
        try require((0...1e9).contains(seconds), "time_limit_seconds", "must be 0 (never) to 1e9, but is \(seconds)")
        timeLimit = seconds > 0 ? .seconds(seconds) : nil
        seed = options.seed
        startingPrices = try Argument.optionalArray(options.starting_price, rowCount, "starting_price").map(Array.init)
        progress = Self.progress(options)
    }

    private static func progress(_ options: oasis_solve_options) -> (@Sendable (SolverProgress) -> Bool)? {
        guard let function = options.progress else { return nil }
        // The solver calls it on the calling thread alone, as SolverOptions.progress promises; so the caller's context
        // never leaves the caller's thread.
        nonisolated(unsafe) let context = options.context
        return { progress in
            var message = oasis_progress(
                struct_size: UInt64(MemoryLayout<oasis_progress>.size),
                passes: progress.passes,
                smoothing: progress.smoothing,
                bound: progress.bound,
                estimate: progress.estimate,
                certified_gap: progress.certifiedGap
            )
            return function(&message, context) == 0
        }
    }
}
