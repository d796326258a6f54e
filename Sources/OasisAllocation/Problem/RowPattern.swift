/// Which rows are meant: a row's name, its index, or a name with `*` for an id.
///
/// Written `ATTRIBUTE SENSE SCOPE[,share:SHARE][#INDEX]`, where the sense is `<=`, `>=`, `≤`, `≥`, or `:` for either, and
/// the scope `all`, `campaign:ID`, `set:ID` or `cell:ID`. An attribute alone means all its rows. A number alone is the
/// index of a row.
public struct RowPattern: Hashable, Sendable {
    /// Index of the row, when given.
    public var index: Int?
    /// Attribute of the rows; nil only when an index alone was given.
    public var attribute: String?
    /// Side of the bound; nil for both.
    public var sense: AllocationRow.Sense?
    /// Kind of scope; nil for every kind.
    package var kind: AllocationRow.Scope.Kind?
    /// Id within the kind; nil for every one.
    public var id: Int?
    /// Share of the rows; nil when none was given.
    public var share: Double?

    /// Reads a pattern; nil when it is not written like one, or its attribute is not among `attributes`.
    public init?(_ text: String, attributes: [String]) {
        var rest = Substring(text.filter { !$0.isWhitespace })
        if let number = Int(rest) {
            guard number >= 0 else { return nil }
            index = number
            return
        }
        if let place = rest.lastIndex(of: "#") {
            guard let number = Int(rest[rest.index(after: place)...]), number >= 0 else { return nil }
            index = number
            rest = rest[..<place]
        }
        // The longest attribute first, since one's name may begin with another's.
        let known = attributes.filter { rest.hasPrefix($0) }.sorted { $0.count > $1.count }
        for name in known {
            var candidate = self
            candidate.attribute = name
            if candidate.readTail(rest.dropFirst(name.count)) {
                self = candidate
                return
            }
        }
        return nil
    }

    private mutating func readTail(_ text: Substring) -> Bool {
        if text.isEmpty { return true }
        for (symbol, sense) in Self.senses where text.hasPrefix(symbol) {
            self.sense = sense
            return readScope(text.dropFirst(symbol.count))
        }
        return false
    }

    private static let senses: [(String, AllocationRow.Sense?)] = [
        ("<=", .atMost), ("≤", .atMost), (">=", .atLeast), ("≥", .atLeast), (":", nil),
    ]

    private mutating func readScope(_ text: Substring) -> Bool {
        var parts = text.split(separator: ",", omittingEmptySubsequences: false)
        if parts.count == 2 {
            let label = "share:"
            guard parts[1].hasPrefix(label), let share = Double(parts[1].dropFirst(label.count)) else { return false }
            self.share = share
            parts.removeLast()
        }
        guard parts.count == 1 else { return false }
        let words = parts[0].split(separator: ":", omittingEmptySubsequences: false)
        guard let word = words.first, let kind = AllocationRow.Scope.Kind(rawValue: String(word)) else { return false }
        self.kind = kind
        if kind == .all { return words.count == 1 }
        guard words.count == 2 else { return false }
        if words[1] == "*" { return true }
        guard let id = Int(words[1]), id >= 0 else { return false }
        self.id = id
        return true
    }

    /// Whether a row is meant; `isAnyShare` disregards shares.
    func matches(_ row: AllocationRow, at place: Int, attribute: String, isAnyShare: Bool) -> Bool {
        if let index, index != place { return false }
        guard let wanted = self.attribute else { return true }
        if wanted != attribute { return false }
        if let sense, sense != row.sense { return false }
        if let kind, kind != row.scope.kind { return false }
        if let id, id != row.scope.id { return false }
        return isAnyShare || row.share == share ?? 0
    }
}
