public import OasisAllocation

enum AllocationLimits {
    static let tableSize = AllocationProblem.maximumTableSize
}

/// A problem as a directory of `.npy` columns, memory-mapped when read.
public enum ProblemDirectory {
    /// Maps and checks a directory.
    ///
    /// Without `"campaigns"` or `"cells"` in `problem.json`, there are as many as the largest id in any column says.
    ///
    /// - Throws: `ProblemFileError` naming file, element and rule.
    public static func read(_ path: String) throws(ProblemFileError) -> AllocationProblem {
        guard fileExists(path) else { throw ProblemFileError(path, nil, "must be a directory, but does not exist") }
        let metadata = try ProblemMetadata(directory: path)
        let files = Files(path: path)
        let offsets: Column<Int64> = try files.required("offsets")
        let slots: Column<Int32> = try files.required("slots")
        let campaign: Column<Int32> = try files.required("campaign")
        let value: Column<Float> = try files.required("value")
        let weight: Column<Float>? = try files.optional("weight")
        let cell: Column<Int32>? = try files.optional("cell")
        let time: Column<Double>? = try files.optional("time")
        let sets = try readSets(files)
        let rows = try readRows(files)
        var attributes: [AllocationProblem.AttributeColumn] = []
        for name in metadata.attributes {
            let file = "amount_\(name)"
            let amount: Column<Float>? =
                name == "delivery" ? try files.optional(file) : try files.required(file)
            attributes.append(AllocationProblem.AttributeColumn(name, amount))
        }
        let campaignCount =
            metadata.campaigns
            ?? AllocationProblem.smallestCampaignCount(campaign: campaign, sets: sets, rows: rows)
        let cellCount = metadata.cells ?? AllocationProblem.smallestCellCount(cell: cell, rows: rows)
        do throws(InvalidProblem) {
            return try AllocationProblem(
                offsets: offsets,
                slots: slots,
                weight: weight,
                cell: cell,
                time: time,
                campaign: campaign,
                value: value,
                attributes: attributes,
                campaignCount: campaignCount,
                cellCount: cellCount,
                sets: sets,
                rows: rows
            )
        } catch {
            throw ProblemFileError(fileName(error.part), error.index, error.rule)
        }
    }

    /// Writes a problem so that `read` gives the same one back.
    ///
    /// - Throws: `ProblemFileError` when a file cannot be written.
    public static func write(_ problem: AllocationProblem, to path: String) throws(ProblemFileError) {
        try makeDirectory(path)
        let files = Files(path: path)
        try ProblemMetadata(
            attributes: problem.attributes.map(\.name),
            campaigns: problem.campaignCount,
            cells: problem.cellCount
        )
        .write(to: path)
        try files.write(problem.offsets, "offsets")
        try files.write(problem.slots, "slots")
        if let weight = problem.weight { try files.write(weight, "weight") }
        if let cell = problem.cell { try files.write(cell, "cell") }
        if let time = problem.time { try files.write(time, "time") }
        try files.write(problem.campaign, "campaign")
        try files.write(problem.value, "value")
        for attribute in problem.attributes {
            if let amount = attribute.amount {
                try files.write(amount, "amount_\(attribute.name)")
            } else if attribute.name != "delivery" {
                let ones = [Float](repeating: 1, count: problem.candidateCount)
                try files.write(Column(ones), "amount_\(attribute.name)")
            }
        }
        if problem.sets.count > 0 {
            try files.write(problem.sets.offsets, "set_offsets")
            try files.write(problem.sets.campaign, "set_campaign")
        }
        try RowColumns(problem.rows).write(files)
    }

    private static func readSets(_ files: Files) throws(ProblemFileError) -> CampaignSets {
        let offsets: Column<Int64>? = try files.optional("set_offsets")
        let campaign: Column<Int32>? = try files.optional("set_campaign")
        guard let offsets else {
            guard campaign == nil else {
                throw ProblemFileError("set_offsets.npy", nil, "must be there when set_campaign.npy is")
            }
            return CampaignSets()
        }
        guard let campaign else {
            throw ProblemFileError("set_campaign.npy", nil, "must be there when set_offsets.npy is")
        }
        return CampaignSets(offsets: offsets, campaign: campaign)
    }

    private static func readRows(_ files: Files) throws(ProblemFileError) -> [AllocationRow] {
        let columns = try RowColumns(files)
        do throws(InvalidProblem) {
            return try columns.rows()
        } catch {
            throw ProblemFileError(fileName(error.part), error.index, error.rule)
        }
    }

    /// Which file holds a column.
    static func fileName(_ part: InvalidProblem.Part) -> String {
        part.columnName.map { $0 + ".npy" } ?? ProblemMetadata.file
    }
}

/// The `.npy` files of one directory.
struct Files {
    let path: String

    func required<Element: NumPyElement>(_ name: String) throws(ProblemFileError) -> Column<Element> {
        guard let column: Column<Element> = try optional(name) else {
            throw ProblemFileError(name + ".npy", nil, "must be there, but is missing")
        }
        return column
    }

    func optional<Element: NumPyElement>(_ name: String) throws(ProblemFileError) -> Column<Element>? {
        let file = name + ".npy"
        guard fileExists(path + "/" + file) else { return nil }
        return try NumPyFile.read(path + "/" + file, name: file)
    }

    func write<Element: NumPyElement>(_ column: Column<Element>, _ name: String) throws(ProblemFileError) {
        try NumPyFile.write(column, to: path + "/" + name + ".npy", name: name + ".npy")
    }
}
