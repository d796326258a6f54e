package import Mustache

/// Escapes text for HTML and SVG one Unicode scalar at a time.
///
/// Mustache's own escaping goes character by character, and a quotation mark followed by a combining accent is one
/// character that it lets through; a browser still ends the attribute there.
package struct ConsoleMarkup: MustacheContentType {
    /// The name templates ask for it by.
    static let name = "CONSOLE-MARKUP"

    package init() {}

    /// Replaces the five characters with a meaning in markup, and drops those that no document may hold.
    package func escapeText(_ text: String) -> String {
        Self.escaped(text)
    }

    /// The same, for markup that is put together in Swift.
    package static func escaped(_ text: String) -> String {
        var result = String.UnicodeScalarView()
        for scalar in text.unicodeScalars {
            switch scalar {
            case "<": result.append(contentsOf: "&lt;".unicodeScalars)
            case ">": result.append(contentsOf: "&gt;".unicodeScalars)
            case "&": result.append(contentsOf: "&amp;".unicodeScalars)
            case "\"": result.append(contentsOf: "&quot;".unicodeScalars)
            case "'": result.append(contentsOf: "&#39;".unicodeScalars)
            case "\t", "\n", " ": result.append(scalar)
            case _ where scalar.value < 0x20 || (0x7F...0x9F).contains(scalar.value): continue
            default: result.append(scalar)
            }
        }
        return String(result)
    }
}
