internal import Foundation

/// Action probabilities by position as JSON: a policy that someone else computed.
///
/// A table is a list with an entry for each action, and an entry is a list with a probability for each position:
/// `[[0.7, 0.5, 0.2], [0.3, 0.5, 0.8]]` are two actions at three positions. The file is such a table, or an object that
/// holds several by name.
package enum ActionProbabilityFile {
    /// Reads one table.
    ///
    /// - Parameters:
    ///   - place: A path; `PATH#NAME` picks one of several tables.
    ///   - actionCount: How many actions the table must have.
    ///   - positionCount: How many positions.
    /// - Returns: Position after position, `actionCount` finite numbers each. Whether they are probabilities is not
    ///   checked here.
    /// - Throws: `InvalidTable`, naming file and rule.
    package static func read(
        _ place: String,
        actionCount: Int,
        positionCount: Int
    ) throws(InvalidTable) -> [Double] {
        let (path, name) = split(place)
        func fault(_ rule: String) -> InvalidTable { InvalidTable(file: path, line: nil, rule: rule) }
        guard let data = FileManager.default.contents(atPath: path) else {
            throw fault("must be uniform, bts, or a readable file of action probabilities")
        }
        let object: Any
        do {
            object = try JSONSerialization.jsonObject(with: data)
        } catch {
            throw fault("must be JSON")
        }
        let table = try table(object, name, fault)
        guard let rows = table as? [Any], rows.count == actionCount else {
            throw fault("must have an entry for each of \(actionCount) actions")
        }
        var columns = [Double](repeating: 0, count: actionCount * positionCount)
        for (action, row) in rows.enumerated() {
            guard let numbers = row as? [NSNumber], numbers.count == positionCount else {
                throw fault("entry \(action) must have a number for each of \(positionCount) positions")
            }
            for (position, number) in numbers.enumerated() {
                guard number.doubleValue.isFinite else { throw fault("entry \(action) must have finite numbers") }
                columns[position * actionCount + action] = number.doubleValue
            }
        }
        return columns
    }

    /// Path and name; a file whose own name has the sign in it is a path.
    private static func split(_ place: String) -> (path: String, name: String?) {
        guard !FileManager.default.fileExists(atPath: place), let sign = place.lastIndex(of: "#") else {
            return (place, nil)
        }
        return (String(place[..<sign]), String(place[place.index(after: sign)...]))
    }

    private static func table(
        _ object: Any,
        _ name: String?,
        _ fault: (String) -> InvalidTable
    ) throws(InvalidTable) -> Any {
        guard let tables = object as? [String: Any] else {
            guard let name else { return object }
            throw fault("must hold tables by name to have one named \"\(name.prefix(40))\"")
        }
        let known = tables.keys.sorted().prefix(20).joined(separator: ", ")
        if let name {
            guard let table = tables[name] else { throw fault("has no table \"\(name.prefix(40))\", but \(known)") }
            return table
        }
        guard tables.count == 1, let only = tables.first else {
            throw fault("holds several tables; pick one, such as FILE#\(tables.keys.min() ?? "NAME"): \(known)")
        }
        return only.value
    }
}
