package import Configuration
internal import OasisMarket
internal import Yams

/// A YAML file as swift-configuration reads it, with lists of mappings: `access.tokens.0.name`.
///
/// The library's own YAML snapshot takes lists of scalars alone, and cannot tell which keys nobody asked for.
package struct SettingsSnapshot: FileConfigSnapshot {
    /// Nothing can be chosen.
    package struct ParsingOptions: FileParsingOptions {
        /// The one way.
        package static var `default`: ParsingOptions { ParsingOptions() }
    }

    enum Entry: Sendable {
        case scalar(String)
        case list([String])
    }

    /// What error messages of the library call it.
    package let providerName: String
    let entries: [String: Entry]

    /// Reads a file's bytes.
    package init(data: RawSpan, providerName: String, parsingOptions: ParsingOptions) throws {
        let text = data.withUnsafeBytes { String(decoding: $0, as: UTF8.self) }
        self.providerName = providerName
        entries = try Self.entries(of: text)
    }

    static func entries(of text: String) throws -> [String: Entry] {
        let root: Node?
        do { root = try Yams.compose(yaml: text) } catch { throw InvalidField("", "must be YAML: \(error)") }
        var entries: [String: Entry] = [:]
        guard let root, root != Node("") else { return entries }
        guard let mapping = root.mapping else { throw InvalidField("", "must be a mapping of settings") }
        try flatten(Node.mapping(mapping), at: [], into: &entries)
        return entries
    }

    private static func flatten(_ node: Node, at path: [String], into entries: inout [String: Entry]) throws {
        let key = path.joined(separator: ".")
        switch node {
        case .scalar(let scalar):
            // A key without a value counts as not given.
            if node.null == nil { entries[key] = .scalar(scalar.string) }
        case .mapping(let mapping):
            for (name, value) in mapping {
                guard let name = name.string else { throw InvalidField(key, "must have names as keys") }
                try flatten(value, at: path + [name], into: &entries)
            }
        case .sequence(let sequence):
            let scalars = sequence.compactMap(\.scalar?.string)
            if scalars.count == sequence.count {
                entries[key] = .list(scalars)
            } else {
                for (index, value) in sequence.enumerated() {
                    try flatten(value, at: path + [String(index)], into: &entries)
                }
            }
        case .alias:
            throw InvalidField(key, "must be written out: aliases are not taken")
        }
    }

    /// A setting as text or as list of texts; no other type is asked for.
    package func value(forKey key: AbsoluteConfigKey, type: ConfigType) throws -> LookupResult {
        let name = key.components.joined(separator: ".")
        let content: ConfigContent? =
            switch (entries[name], type) {
            case (.scalar(let text), .string): .string(text)
            case (.list(let texts), .stringArray): .stringArray(texts)
            case (nil, _): nil
            case (.list, _): throw InvalidField(name, "must be a single value, not a list")
            case (.scalar, _): throw InvalidField(name, "must be a list")
            }
        return LookupResult(encodedKey: name, value: content.map { ConfigValue($0, isSecret: false) })
    }
}

extension SettingsSnapshot: CustomStringConvertible, CustomDebugStringConvertible {
    /// How much there is; never the values, which may be secret.
    package var description: String { "\(providerName)[\(entries.count) values]" }
    /// The same.
    package var debugDescription: String { description }
}
