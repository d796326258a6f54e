package import OasisMarket

extension TreeEnsemble {
    /// Limits on what is read.
    static let treesMaximum = 100_000
    static let featuresMaximum = 100_000

    /// Reads LightGBM's text.
    ///
    /// - Throws: `InvalidField`, naming the tree and the line, for what is not understood or not supported: several
    ///   classes, linear trees, objectives other than `binary`, `cross_entropy` and `regression`.
    package init(text: String) throws(InvalidField) {
        let sections = Section.all(in: text)
        guard let head = sections.first, head.title == "tree" else {
            throw InvalidField("", "must start with a line \"tree\", as LightGBM's models do")
        }
        try Self.checkHead(head)
        features = try head.text("feature_names").split(separator: " ").map(String.init)
        let declared = try head.integer("max_feature_idx") + 1
        try require(
            features.count == declared && declared <= Self.featuresMaximum,
            "feature_names",
            "must name \(declared) features, at most \(Self.featuresMaximum), but are \(features.count)"
        )
        output = try Self.output(head.fields["objective"])
        isAverage = head.flags.contains("average_output")
        let own = sections.dropFirst().filter { $0.title.hasPrefix("Tree=") }
        try require(
            !own.isEmpty && own.count <= Self.treesMaximum,
            "trees",
            "must be 1 to \(Self.treesMaximum), but are \(own.count)"
        )
        var trees: [Tree] = []
        for (index, section) in own.enumerated() {
            try require(section.title == "Tree=\(index)", "trees", "must count from 0, but there is \(section.title)")
            do {
                trees.append(try Tree(section, featureCount: features.count))
            } catch {
                throw error.inside("Tree=\(index)")
            }
        }
        self.trees = trees
        try require(text.contains("\nend of trees"), "trees", "must be whole: \"end of trees\" is missing")
    }

    private static func checkHead(_ head: Section) throws(InvalidField) {
        let version = try head.text("version")
        try require(version == "v4" || version == "v3", "version", "must be v3 or v4, but is \(version)")
        let classes = try head.integer("num_class")
        try require(classes == 1, "num_class", "must be 1: models of several classes are not supported")
        let perRound = try head.integer("num_tree_per_iteration")
        try require(perRound == 1, "num_tree_per_iteration", "must be 1, but is \(perRound)")
    }

    private static func output(_ objective: String?) throws(InvalidField) -> Output {
        let words = (objective ?? "").split(separator: " ")
        switch words.first {
        case "binary":
            let sigmoid = words.dropFirst().first { $0.hasPrefix("sigmoid:") }?.dropFirst("sigmoid:".count)
            guard let sigmoid = sigmoid.flatMap({ Double($0) }), sigmoid > 0, sigmoid.isFinite else {
                throw InvalidField("objective", "must say sigmoid:NUMBER above 0")
            }
            return .probability(sigmoid: sigmoid)
        case "cross_entropy":
            return .probability(sigmoid: 1)
        case "regression" where words.count == 1:
            return .sum
        default:
            let known = "binary, cross_entropy or regression"
            throw InvalidField("objective", "must be \(known), but is \"\((objective ?? "").prefix(60))\"")
        }
    }
}

extension TreeEnsemble.Tree {
    fileprivate init(_ section: Section, featureCount: Int) throws(InvalidField) {
        try require(
            (section.fields["is_linear"] ?? "0") == "0",
            "is_linear",
            "must be 0: linear trees are not supported"
        )
        let leafCount = try section.integer("num_leaves")
        try require((1...1_000_000).contains(leafCount), "num_leaves", "must be 1 to 1000000, but is \(leafCount)")
        leaves = try section.numbers("leaf_value", count: leafCount)
        (nodes, bits) = ([], [])
        guard leafCount > 1 else { return }
        try readNodes(section, count: leafCount - 1, featureCount: featureCount)
        try checkShape()
    }

    private mutating func readNodes(_ section: Section, count: Int, featureCount: Int) throws(InvalidField) {
        let features = try section.integers("split_feature", count: count)
        let thresholds = try section.numbers("threshold", count: count)
        let types = try section.integers("decision_type", count: count)
        let left = try section.integers("left_child", count: count)
        let right = try section.integers("right_child", count: count)
        let categorical = try section.integer("num_cat")
        var boundaries = [0]
        if categorical > 0 {
            boundaries = try section.integers("cat_boundaries", count: categorical + 1)
            bits = try section.words("cat_threshold", count: boundaries.last ?? 0)
            let rise = boundaries.first == 0 && zip(boundaries, boundaries.dropFirst()).allSatisfy { $0 <= $1 }
            try require(rise, "cat_boundaries", "must rise from 0")
        }
        for node in 0..<count {
            try require((0..<featureCount).contains(features[node]), "split_feature", "must be a feature's number")
            for child in [left[node], right[node]] {
                try require(
                    child < 0 ? ~child < leaves.count : child < count,
                    "left_child, right_child",
                    "must be a node or a leaf, but is \(child)"
                )
            }
            guard let missing = TreeEnsemble.Decision.Missing(rawValue: (types[node] >> 2) & 3),
                (0..<16).contains(types[node])
            else {
                throw InvalidField("decision_type", "must be known, but is \(types[node])")
            }
            let isCategorical = types[node] & 1 == 1
            var range: Range<Int32> = 0..<0
            if isCategorical {
                guard let set = Int(exactly: thresholds[node]), (0..<categorical).contains(set) else {
                    throw InvalidField("threshold", "must be the number of a set of categories at a categorical split")
                }
                range = Int32(boundaries[set])..<Int32(boundaries[set + 1])
            }
            nodes.append(
                TreeEnsemble.Node(
                    feature: Int32(features[node]),
                    left: Int32(left[node]),
                    right: Int32(right[node]),
                    decision: TreeEnsemble.Decision(
                        isCategorical: isCategorical,
                        defaultsLeft: types[node] & 2 == 2,
                        missing: missing
                    ),
                    threshold: thresholds[node],
                    bits: range
                )
            )
        }
    }

    /// Every node and leaf is reached once, so that walking down always ends.
    private func checkShape() throws(InvalidField) {
        var isSeen = [Bool](repeating: false, count: nodes.count)
        var isLeafSeen = [Bool](repeating: false, count: leaves.count)
        var open: [Int32] = [0]
        while let place = open.popLast() {
            if place < 0 {
                try require(!isLeafSeen[Int(~place)], "left_child, right_child", "must reach each leaf once")
                isLeafSeen[Int(~place)] = true
            } else {
                try require(!isSeen[Int(place)], "left_child, right_child", "must reach each node once")
                isSeen[Int(place)] = true
                open += [nodes[Int(place)].left, nodes[Int(place)].right]
            }
        }
        let isWhole = isSeen.allSatisfy { $0 } && isLeafSeen.allSatisfy { $0 }
        try require(isWhole, "left_child, right_child", "must reach every node and leaf")
    }
}

/// The lines between two blank ones: a title, then fields and flags.
private struct Section {
    var title: String
    var fields: [String: String]
    var flags: Set<String>

    static func all(in text: String) -> [Section] {
        var sections: [Section] = []
        var isOpen = false
        for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
            let line = line.hasSuffix("\r") ? line.dropLast() : line
            if line.isEmpty {
                isOpen = false
            } else if line == "end of trees" {
                break
            } else if !isOpen || line.hasPrefix("Tree=") {
                sections.append(Section(title: String(line), fields: [:], flags: []))
                isOpen = true
            } else if let sign = line.firstIndex(of: "=") {
                sections[sections.count - 1].fields[String(line[..<sign])] = String(line[line.index(after: sign)...])
            } else {
                sections[sections.count - 1].flags.insert(String(line))
            }
        }
        return sections
    }

    func text(_ name: String) throws(InvalidField) -> String {
        guard let value = fields[name] else { throw InvalidField(name, "must be there") }
        return value
    }

    func integer(_ name: String) throws(InvalidField) -> Int {
        guard let value = Int(try text(name)), value.magnitude < 1 << 31 else {
            throw InvalidField(name, "must be a whole number")
        }
        return value
    }

    func integers(_ name: String, count: Int) throws(InvalidField) -> [Int] {
        try list(name, count: count, "a whole number") { Int($0).flatMap { $0.magnitude < 1 << 31 ? $0 : nil } }
    }

    func numbers(_ name: String, count: Int) throws(InvalidField) -> [Double] {
        try list(name, count: count, "a finite number") { Double($0).flatMap { $0.isFinite ? $0 : nil } }
    }

    func words(_ name: String, count: Int) throws(InvalidField) -> [UInt32] {
        try list(name, count: count, "a number of 32 bits") { UInt32($0) }
    }

    private func list<Element>(
        _ name: String,
        count: Int,
        _ kind: String,
        _ read: (Substring) -> Element?
    ) throws(InvalidField) -> [Element] {
        let words = try text(name).split(separator: " ")
        try require(words.count == count, name, "must have \(count) entries, but has \(words.count)")
        var elements: [Element] = []
        elements.reserveCapacity(count)
        for word in words {
            guard let element = read(word) else {
                throw InvalidField(name, "must have \(kind) each, but has \(word.prefix(40))")
            }
            elements.append(element)
        }
        return elements
    }
}
