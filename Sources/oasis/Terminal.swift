internal import ArgumentParser
internal import Foundation

/// How every command speaks: tables that line up, JSON on request, complaints on standard error.
enum Terminal {
    /// Whether a person is likely to watch standard error.
    static var isWatched: Bool { isatty(STDERR_FILENO) == 1 }

    /// Columns of the terminal that shows standard error; 80 when it does not say.
    static var width: Int {
        var size = winsize()
        guard ioctl(STDERR_FILENO, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return 80 }
        return Int(size.ws_col)
    }

    /// Replaces the last line on standard error, cut to the terminal's width: a line that wraps cannot be replaced.
    static func rewriteLine(_ text: String) {
        FileHandle.standardError.write(Data("\r\u{1B}[K\(text.prefix(max(0, width - 1)))".utf8))
    }

    /// Says on standard error what went wrong, and for which command.
    static func complain(_ command: String, _ message: String) {
        FileHandle.standardError.write(Data("oasis \(command): \(message)\n".utf8))
    }

    /// Runs `body`; what it throws is a refusal of input, said on standard error, with exit code 3.
    static func refusing<Result>(_ command: String, _ body: () throws -> Result) throws -> Result {
        do { return try body() } catch {
            complain(command, "refused: \(error)")
            throw ExitCode(3)
        }
    }

    /// Prints names and values in two columns.
    static func printPairs(_ pairs: [(name: String, value: String)]) {
        let width = pairs.map(\.name.count).max() ?? 0
        for (name, value) in pairs {
            print(name.padding(toLength: width + 2, withPad: " ", startingAt: 0) + value)
        }
    }

    /// Prints a table whose first column is left-aligned and whose other columns are right-aligned, unless said.
    static func printTable(_ rows: [[String]], leftAligned: Set<Int> = [0]) {
        guard let columns = rows.first?.count else { return }
        let widths = (0..<columns).map { column in rows.map { $0[column].count }.max() ?? 0 }
        for row in rows {
            let cells = row.enumerated()
                .map { column, text in
                    let space = String(repeating: " ", count: widths[column] - text.count)
                    guard leftAligned.contains(column) else { return space + text }
                    return column == columns - 1 ? text : text + space
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
        Terminal.rewriteLine("\(name) [\(bar)] \(done)/\(total) \(unit)  \(note)")
    }

    /// Removes the line.
    func clear() {
        guard Terminal.isWatched else { return }
        Terminal.rewriteLine("")
    }
}
