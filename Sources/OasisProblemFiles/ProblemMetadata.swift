internal import Foundation

/// What `problem.json` says: the format, the attributes, and how many campaigns and cells there are.
struct ProblemMetadata {
    static let file = "problem.json"
    static let format = "oasis-problem/1"

    var attributes = ["delivery"]
    /// Nil: one more than the largest id anywhere.
    var campaigns: Int?
    var cells: Int?

    init(attributes: [String], campaigns: Int, cells: Int) {
        self.attributes = attributes
        self.campaigns = campaigns
        self.cells = cells
    }

    init(directory: String) throws(ProblemFileError) {
        let mapped = try MappedFile(path: directory + "/" + Self.file, name: Self.file)
        guard let object = try? JSONSerialization.jsonObject(with: Data(mapped.bytes)) as? [String: Any] else {
            throw ProblemFileError(Self.file, nil, "must be a JSON object")
        }
        guard object["format"] as? String == Self.format else {
            throw ProblemFileError(
                Self.file,
                nil,
                "must have \"format\": \"\(Self.format)\", but has \(object["format"] ?? "none")"
            )
        }
        if let listed = object["attributes"] {
            guard let names = listed as? [String], names.allSatisfy(Self.isName) else {
                throw ProblemFileError(
                    Self.file,
                    nil,
                    "must list \"attributes\" as names of letters, digits, _ and -, but has \(listed)"
                )
            }
            attributes = names
        }
        campaigns = try Self.count(object, "campaigns", atLeast: 0)
        cells = try Self.count(object, "cells", atLeast: 1)
    }

    func write(to directory: String) throws(ProblemFileError) {
        let object: [String: Any] = [
            "format": Self.format, "attributes": attributes, "campaigns": campaigns ?? 0, "cells": cells ?? 1,
        ]
        try writeJSON(object, to: directory + "/" + Self.file, name: Self.file)
    }

    /// Names become file names, so nothing else is allowed in them.
    private static func isName(_ name: String) -> Bool {
        (1...64).contains(name.utf8.count)
            && name.utf8.allSatisfy { byte in
                (0x30...0x39).contains(byte) || (0x41...0x5a).contains(byte) || (0x61...0x7a).contains(byte)
                    || byte == 0x5f || byte == 0x2d
            }
    }

    private static func count(
        _ object: [String: Any],
        _ key: String,
        atLeast least: Int
    ) throws(ProblemFileError) -> Int? {
        guard let value = object[key] else { return nil }
        guard let count = value as? Int, count >= least, count <= AllocationLimits.tableSize else {
            throw ProblemFileError(
                file,
                nil,
                "must have \"\(key)\" in \(least) … \(AllocationLimits.tableSize), but has \(value)"
            )
        }
        return count
    }
}

/// Writes a JSON object, keys sorted, one a line.
func writeJSON(_ object: [String: Any], to path: String, name: String) throws(ProblemFileError) {
    guard
        var data = try? JSONSerialization.data(
            withJSONObject: object,
            options: [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        )
    else { throw ProblemFileError(name, nil, "could not be written as JSON") }
    data.append(0x0a)
    let written = data.withUnsafeBytes { bytes in
        Result<Void, ProblemFileError> { () throws(ProblemFileError) in
            try writeFile(path, name: name, [bytes])
        }
    }
    try written.get()
}
