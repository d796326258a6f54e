internal import Foundation
package import OasisLogFiles
package import OasisResponse

/// LightGBM models as text files.
package enum TreeModelFile {
    /// The text of a file that starts as LightGBM's models do; nothing for any other file.
    ///
    /// - Throws: `InvalidTable` when it cannot be read.
    package static func text(_ path: String) throws(InvalidTable) -> String? {
        guard let data = FileManager.default.contents(atPath: path) else {
            throw InvalidTable(file: path, line: nil, rule: "must be a readable file")
        }
        guard data.starts(with: Data("tree\n".utf8)) || data.starts(with: Data("tree\r\n".utf8)) else { return nil }
        guard let text = String(validating: data, as: UTF8.self) else {
            throw InvalidTable(file: path, line: nil, rule: "must be UTF-8")
        }
        return text
    }

    /// The trees of a text.
    package static func ensemble(_ text: String, file: String) throws(InvalidTable) -> TreeEnsemble {
        do {
            return try TreeEnsemble(text: text)
        } catch {
            throw InvalidTable(file: file, line: nil, rule: "\(error)")
        }
    }
}
