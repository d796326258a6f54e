import Foundation
import OasisLedger

/// What an engine keeps in the ledger between runs: how traffic usually comes, and the day's listener loss.
struct EngineMemory: Codable {
    var supply: CellSupply
    var loss: LossAccount

    private static let key = "engine-memory"

    /// What the last run kept; nothing before the first.
    static func load(from ledger: Ledger) throws -> EngineMemory? {
        guard let text = try ledger.value(of: key) else { return nil }
        return try JSONDecoder().decode(EngineMemory.self, from: Data(text.utf8))
    }

    func save(to ledger: Ledger) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = .sortedKeys
        try ledger.setValue(String(decoding: try encoder.encode(self), as: UTF8.self), of: Self.key)
    }
}
