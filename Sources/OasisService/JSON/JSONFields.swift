internal import OasisMarket

/// The members of one object, read with the rules of this API; every refusal names the field from the document's top.
struct JSONFields {
    private let members: [JSONValue.Member]
    /// Path of the object itself; empty for the document.
    let path: String

    init(_ value: JSONValue, at path: String = "") throws(InvalidField) {
        guard let members = value.members else { throw InvalidField(path, "must be an object") }
        self.members = members
        self.path = path
    }

    /// The path of a member.
    func path(_ key: String) -> String { path.isEmpty ? key : "\(path).\(key)" }

    /// A member; null counts as not given.
    func optional(_ key: String) -> JSONValue? {
        guard let value = members.first(where: { $0.key == key })?.value, value != .null else { return nil }
        return value
    }

    func required(_ key: String) throws(InvalidField) -> JSONValue {
        guard let value = optional(key) else { throw InvalidField(path(key), "must be given") }
        return value
    }

    func object(_ key: String) throws(InvalidField) -> JSONFields {
        try JSONFields(try required(key), at: path(key))
    }

    func string(_ key: String) throws(InvalidField) -> String {
        guard let text = try required(key).text else { throw InvalidField(path(key), "must be a string") }
        return text
    }

    func identifier<Kind>(_ key: String, as kind: Kind.Type) throws(InvalidField) -> Identifier<Kind> {
        let text = try string(key)
        do throws(InvalidField) { return try Identifier(text) } catch { throw error.inside(path(key)) }
    }

    func integer(_ key: String) throws(InvalidField) -> Int {
        guard case .integer(let value) = try required(key) else {
            throw InvalidField(path(key), "must be a whole number")
        }
        return Int(value)
    }

    func optionalInteger(_ key: String) throws(InvalidField) -> Int64? {
        guard let value = optional(key) else { return nil }
        guard case .integer(let integer) = value else { throw InvalidField(path(key), "must be a whole number") }
        return integer
    }

    func optionalBool(_ key: String) throws(InvalidField) -> Bool? {
        guard let value = optional(key) else { return nil }
        guard case .bool(let bool) = value else { throw InvalidField(path(key), "must be true or false") }
        return bool
    }

    func time(_ key: String) throws(InvalidField) -> Timestamp {
        let text = try string(key)
        guard let time = Timestamp(text) else {
            throw InvalidField(path(key), "must be an RFC 3339 time such as 2026-11-22T09:30:00Z")
        }
        return time
    }

    func optionalTime(_ key: String) throws(InvalidField) -> Timestamp? {
        optional(key) == nil ? nil : try time(key)
    }

    /// A column: an array whose elements `element` reads; nothing from it means the wrong type.
    func column<Element>(
        _ key: String,
        of kind: String,
        _ element: (JSONValue) -> Element?
    ) throws(InvalidField) -> [Element] {
        guard let values = try required(key).elements else { throw InvalidField(path(key), "must be an array") }
        var column: [Element] = []
        column.reserveCapacity(values.count)
        for (index, value) in values.enumerated() {
            guard let read = element(value) else { throw InvalidField("\(path(key))[\(index)]", "must be \(kind)") }
            column.append(read)
        }
        return column
    }

    func optionalColumn<Element>(
        _ key: String,
        of kind: String,
        _ element: (JSONValue) -> Element?
    ) throws(InvalidField) -> [Element]? {
        optional(key) == nil ? nil : try column(key, of: kind, element)
    }
}
