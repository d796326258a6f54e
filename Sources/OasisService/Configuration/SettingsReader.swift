internal import Configuration
internal import Foundation
internal import OasisMarket

/// Reads settings by name from the environment, else from a file, and refuses what breaks a rule.
///
/// Everything is asked for as text: the library's typed reads fall back to the default when a value has another type,
/// and a typing error must not silently become a default.
final class SettingsReader {
    private let reader: ConfigReader
    private let file: SettingsSnapshot?
    private var known: Set<String> = []

    /// Reads `path`; `environment` overrides it by names such as `OASIS_SCORING_PORT`.
    init(path: String?, environment: [String: String]) async throws {
        let variables = EnvironmentVariablesProvider(environmentVariables: environment)
        var providers: [any ConfigProvider] = [variables.prefixKeys(with: "oasis")]
        if let path {
            guard FileManager.default.fileExists(atPath: path) else { throw InvalidField("", "is not there") }
            let place = InMemoryProvider(values: ["filePath": ConfigValue(.string(path), isSecret: false)])
            let provider = try await FileProvider<SettingsSnapshot>(config: ConfigReader(provider: place))
            file = provider.snapshot() as? SettingsSnapshot
            providers.append(provider)
        } else {
            file = nil
        }
        reader = ConfigReader(providers: providers)
    }

    func text(_ key: String) throws -> String? {
        known.insert(key)
        if case .list = file?.entries[key] { throw InvalidField(key, "must be a single value, not a list") }
        return reader.string(forKey: ConfigKey(key))
    }

    func texts(_ key: String) throws -> [String]? {
        known.insert(key)
        if case .scalar = file?.entries[key] { throw InvalidField(key, "must be a list") }
        return reader.stringArray(forKey: ConfigKey(key))
    }

    func integer(_ key: String, in range: ClosedRange<Int>, default fallback: Int) throws -> Int {
        guard let text = try text(key) else { return fallback }
        guard let value = Int(text), range.contains(value) else {
            throw InvalidField(
                key,
                "must be a whole number from \(range.lowerBound) to \(range.upperBound), but is \"\(text)\""
            )
        }
        return value
    }

    func number(_ key: String, in range: ClosedRange<Double>, default fallback: Double) throws -> Double {
        guard let text = try text(key) else { return fallback }
        guard let value = Double(text), range.contains(value) else {
            throw InvalidField(
                key,
                "must be a number from \(range.lowerBound) to \(range.upperBound), but is \"\(text)\""
            )
        }
        return value
    }

    func choice<Choice: RawRepresentable<String> & CaseIterable>(
        _ key: String,
        default fallback: Choice
    ) throws -> Choice {
        guard let text = try text(key) else { return fallback }
        guard let choice = Choice(rawValue: text) else {
            let choices = Choice.allCases.map(\.rawValue).joined(separator: ", ")
            throw InvalidField(key, "must be one of \(choices), but is \"\(text)\"")
        }
        return choice
    }

    /// How many elements a list of mappings has.
    func count(_ key: String) -> Int {
        let depth = key.split(separator: ".").count
        let indices = (file?.entries.keys ?? [:].keys).filter { $0.hasPrefix(key + ".") }
            .compactMap { Int($0.split(separator: ".")[depth]) }
        return indices.max().map { $0 + 1 } ?? 0
    }

    /// Refuses a file with a setting that nobody asked for: most likely it is misspelt.
    func requireNothingElse() throws {
        let unknown = (file?.entries.keys ?? [:].keys).filter { !known.contains($0) }.sorted().first
        guard let unknown else { return }
        let parent = unknown.split(separator: ".").dropLast().joined(separator: ".")
        let siblings = known.filter { $0.split(separator: ".").dropLast().joined(separator: ".") == parent }.sorted()
        let names = siblings.isEmpty ? known.sorted() : siblings
        throw InvalidField(unknown, "is not a setting; there is \(names.joined(separator: ", "))")
    }
}
