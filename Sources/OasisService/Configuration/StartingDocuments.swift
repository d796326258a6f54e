internal import Foundation
internal import Logging
package import OasisLedger
package import OasisMarket
internal import Yams

/// Licensors and campaigns of a YAML file.
package struct CampaignDocument: Codable, Sendable {
    /// Who opts songs in.
    package var licensors: [Licensor]
    /// What they opt in.
    package var campaigns: [Campaign]
}

/// Policy and campaigns to start with, read from files and put into a ledger that has none.
package enum StartingDocuments {
    /// Applies a policy file when the ledger has no policy.
    ///
    /// - Throws: `ConfigurationFault`, `LedgerError`.
    package static func applyPolicy(_ path: String, to ledger: Ledger, at time: Timestamp) throws {
        guard try ledger.currentPolicy() == nil else { return }
        let policy: Policy = try read(path)
        do throws(InvalidField) {
            try policy.validate()
        } catch {
            throw ConfigurationFault(file: path, finding: error)
        }
        try ledger.applyPolicy(policy, expectedVersion: 0, actor: "start", at: time)
    }

    /// Applies a file with licensors and campaigns when the ledger has no campaign.
    ///
    /// - Throws: `ConfigurationFault`, `LedgerError`.
    package static func applyCampaigns(_ path: String, to ledger: Ledger, at time: Timestamp) throws {
        guard try ledger.campaigns(after: nil, limit: 1).isEmpty else { return }
        let document: CampaignDocument = try read(path)
        try check(document, path)
        for licensor in document.licensors where try ledger.licensor(licensor.id) == nil {
            try ledger.createLicensor(licensor, actor: "start", at: time)
        }
        for campaign in document.campaigns { try ledger.createCampaign(campaign, actor: "start", at: time) }
    }

    /// Everything is checked before anything is applied, so that a file is applied whole or not at all.
    private static func check(_ document: CampaignDocument, _ path: String) throws {
        var (licensors, campaigns): (Set<LicensorID>, Set<CampaignID>) = ([], [])
        var owners: [TrackID: CampaignID] = [:]
        do throws(InvalidField) {
            for (index, licensor) in document.licensors.enumerated() {
                let field = "licensors[\(index)]"
                do throws(InvalidField) { try licensor.validate() } catch { throw error.inside(field) }
                try require(licensors.insert(licensor.id).inserted, "\(field).id", "must be unique")
            }
            for (index, campaign) in document.campaigns.enumerated() {
                let field = "campaigns[\(index)]"
                do throws(InvalidField) { try campaign.validate() } catch { throw error.inside(field) }
                try require(campaigns.insert(campaign.id).inserted, "\(field).id", "must be unique")
                try require(licensors.contains(campaign.licensor), "\(field).licensor", "must be one of licensors")
                for track in campaign.tracks {
                    let owner = owners.updateValue(campaign.id, forKey: track)
                    try require(owner == nil, "\(field).tracks", "must not name \(track), which another campaign has")
                }
            }
        } catch {
            throw ConfigurationFault(file: path, finding: error)
        }
    }

    private static func read<Document: Decodable>(_ path: String) throws -> Document {
        guard let text = try? String(contentsOfFile: path, encoding: .utf8) else {
            throw ConfigurationFault(file: path, finding: InvalidField("", "cannot be read"))
        }
        do {
            return try YAMLDecoder().decode(Document.self, from: text)
        } catch let error as DecodingError {
            throw ConfigurationFault(file: path, finding: InvalidField(error))
        } catch {
            throw ConfigurationFault(file: path, finding: InvalidField("", "must be YAML: \(error)"))
        }
    }
}
