/// Why feedback, a policy or a model cannot be evaluated: which column, which element, and the rule it breaks.
package struct InvalidFeedback: Error, Hashable, Sendable, CustomStringConvertible {
    /// The column, such as `propensity`.
    package var column: String
    /// Its element, from 0; nothing for the whole column.
    package var element: Int?
    /// What must hold and what was found, as half a sentence.
    package var rule: String

    /// Names column, element and rule.
    package init(_ column: String, _ element: Int? = nil, _ rule: String) {
        self.column = column
        self.element = element
        self.rule = rule
    }

    /// One sentence for people.
    package var description: String { "\(column)\(element.map { "[\($0)]" } ?? "") \(rule)" }
}

/// Refuses a column at the first element for which the rule does not hold.
func requireEach<Element>(
    _ column: [Element],
    _ name: String,
    _ rule: String,
    _ holds: (Element) -> Bool
) throws(InvalidFeedback) {
    guard let place = column.firstIndex(where: { !holds($0) }) else { return }
    throw InvalidFeedback(name, place, "\(rule), but is \(column[place])")
}

/// Refuses a column that has not one element for each row.
func requireCount(_ count: Int, _ name: String, _ expected: Int, of unit: String) throws(InvalidFeedback) {
    guard count == expected else {
        throw InvalidFeedback(name, nil, "must have \(expected) elements, one for each \(unit), but has \(count)")
    }
}
