/// A JSON document as a value; objects keep the order of their members.
package enum JSONValue: Hashable, Sendable {
    case null
    case bool(Bool)
    /// A number written without fraction and exponent that fits 64 bits.
    case integer(Int64)
    /// Any other number; always finite.
    case number(Double)
    case string(String)
    case array([JSONValue])
    case object([Member])

    /// A key of an object with its value.
    package struct Member: Hashable, Sendable {
        /// The key.
        package var key: String
        /// Its value.
        package var value: JSONValue

        /// Pairs a key with a value.
        package init(_ key: String, _ value: JSONValue) {
            self.key = key
            self.value = value
        }
    }

    /// The value of a key; nothing when this is no object or lacks it.
    ///
    /// Setting it on anything but an object makes it one.
    package subscript(key: String) -> JSONValue? {
        get {
            guard case .object(let members) = self else { return nil }
            return members.first { $0.key == key }?.value
        }
        set {
            var members = self.members ?? []
            let place = members.firstIndex { $0.key == key }
            switch (place, newValue) {
            case (let place?, let value?): members[place].value = value
            case (let place?, nil): members.remove(at: place)
            case (nil, let value?): members.append(Member(key, value))
            case (nil, nil): break
            }
            self = .object(members)
        }
    }

    /// An object's members.
    package var members: [Member]? {
        if case .object(let members) = self { members } else { nil }
    }

    /// An array's elements.
    package var elements: [JSONValue]? {
        if case .array(let elements) = self { elements } else { nil }
    }

    /// A string's text.
    package var text: String? {
        if case .string(let text) = self { text } else { nil }
    }

    /// A number as floating point.
    package var double: Double? {
        switch self {
        case .integer(let value): Double(value)
        case .number(let value): value
        default: nil
        }
    }

    /// This document changed by `patch`, as RFC 7396 merges: a null removes, objects merge, all else replaces.
    package func merged(with patch: JSONValue) -> JSONValue {
        guard case .object(let changes) = patch else { return patch }
        var merged = members == nil ? JSONValue.object([]) : self
        for change in changes {
            merged[change.key] = change.value == .null ? nil : (merged[change.key] ?? .null).merged(with: change.value)
        }
        return merged
    }
}
