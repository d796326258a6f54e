package import OasisMarket

/// A day's organic utility and how much of it promotion displaced, by cell, as predicted when it was decided.
package struct LossAccount: Hashable, Sendable, Codable {
    /// One cell's sums, in organic-score units.
    package struct Entry: Hashable, Sendable, Codable {
        /// Utility displaced.
        package var displaced = 0.0
        /// Utility of the organic slates.
        package var organic = 0.0
    }

    /// The day that is counted.
    package private(set) var day: Day
    /// Sums by cell.
    package private(set) var entries: [Cell: Entry] = [:]

    /// An empty account for a day.
    package init(day: Day) {
        self.day = day
    }

    /// Adds one decision; a new day starts from nothing.
    package mutating func add(displaced: Double, organic: Double, in cell: Cell, on day: Day) {
        if day > self.day { self = LossAccount(day: day) }
        guard day == self.day else { return }
        entries[cell, default: Entry()].displaced += displaced
        entries[cell, default: Entry()].organic += organic
    }
}
