/// A value that breaks a rule: which field, and the rule it breaks.
public struct InvalidField: Error, Hashable, Sendable, CustomStringConvertible {
    /// Path of the field from the document's top, such as `rows[2].bound`; empty for the value itself.
    public var field: String
    /// What must hold and what was found, as half a sentence: `must be > 0, but is -3`.
    public var rule: String

    /// Names the field and the rule.
    public init(_ field: String, _ rule: String) {
        self.field = field
        self.rule = rule
    }

    /// One sentence for people.
    public var description: String {
        field.isEmpty ? rule : "\(field) \(rule)"
    }

    /// The same finding, seen from one level further out.
    package func inside(_ parent: String) -> InvalidField {
        InvalidField(field.isEmpty ? parent : "\(parent).\(field)", rule)
    }
}

/// Refuses a value unless a rule holds.
package func require(
    _ holds: Bool,
    _ field: @autoclosure () -> String,
    _ rule: @autoclosure () -> String
) throws(InvalidField) {
    if !holds { throw InvalidField(field(), rule()) }
}
