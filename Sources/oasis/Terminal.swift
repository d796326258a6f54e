internal import Foundation

/// How every command speaks: tables that line up, JSON on request, complaints on standard error.
enum Terminal {
    /// Whether a person is likely to watch standard error.
    static var isWatched: Bool { isatty(STDERR_FILENO) == 1 }

    /// Says on standard error what went wrong, and for which command.
    static func complain(_ command: String, _ message: String) {
        FileHandle.standardError.write(Data("oasis \(command): \(message)\n".utf8))
    }

    /// Prints names and values in two columns.
    static func printPairs(_ pairs: [(name: String, value: String)]) {
        let width = pairs.map(\.name.count).max() ?? 0
        for (name, value) in pairs {
            print(name.padding(toLength: width + 2, withPad: " ", startingAt: 0) + value)
        }
    }

    /// Prints a table whose first column is left-aligned and whose other columns are right-aligned.
    static func printTable(_ rows: [[String]]) {
        guard let columns = rows.first?.count else { return }
        let widths = (0..<columns).map { column in rows.map { $0[column].count }.max() ?? 0 }
        for row in rows {
            let cells = row.enumerated()
                .map { column, text in
                    let space = String(repeating: " ", count: widths[column] - text.count)
                    return column == 0 ? text + space : space + text
                }
            print(cells.joined(separator: "  "))
        }
    }

    /// Prints a value as JSON with sorted keys.
    static func printJSON(_ value: some Encodable) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        print(String(decoding: try encoder.encode(value), as: UTF8.self))
    }
}

/// One line on standard error that shows how far long work is; silent in a pipe.
struct ProgressLine {
    private let name: String
    private let total: Int
    private let unit: String

    /// Announces `total` units of work.
    init(_ name: String, total: Int, unit: String) {
        self.name = name
        self.total = total
        self.unit = unit
    }

    /// Shows that `done` units are done.
    func show(_ done: Int, _ note: String = "") {
        guard Terminal.isWatched else { return }
        let filled = total > 0 ? min(24, 24 * done / total) : 24
        let bar = String(repeating: "#", count: filled) + String(repeating: ".", count: 24 - filled)
        write("\r\u{1B}[K\(name) [\(bar)] \(done)/\(total) \(unit)  \(note)")
    }

    /// Removes the line.
    func clear() {
        guard Terminal.isWatched else { return }
        write("\r\u{1B}[K")
    }

    private func write(_ text: String) {
        FileHandle.standardError.write(Data(text.utf8))
    }
}
