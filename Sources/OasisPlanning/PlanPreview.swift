import Foundation
import OasisAllocation
package import OasisMarket
import OasisScoring

/// What another policy would do with the rest of the day, before it is applied.
package struct PlanPreview: Hashable, Sendable, Codable {
    /// What it was made from: it may be applied only while that holds.
    package struct Basis: Hashable, Sendable, Codable {
        /// Version of the policy in force.
        package var policyVersion: Int64
        /// The control plane's revision: it grows with every change of a campaign, a licensor or the policy.
        package var controlRevision: Int64
        /// When it was made.
        package var plannedAt: Timestamp
        /// Names the policy that was looked at.
        package var fingerprint: String
    }

    /// A number under the policy in force and under the other one.
    package struct Change: Hashable, Sendable, Codable {
        /// Under the policy in force.
        package var before: Double
        /// Under the other one.
        package var after: Double
    }

    /// A named number that changes.
    package struct NamedChange: Hashable, Sendable, Codable {
        /// Attribute or licensor.
        package var name: String
        /// The number.
        package var amount: Change
    }

    /// What becomes of a campaign.
    package struct CampaignChange: Hashable, Sendable, Codable {
        /// The campaign.
        package var campaign: CampaignID
        /// Its licensor.
        package var licensor: LicensorID
        /// Promoted plays of the day, those that happened included.
        package var delivery: Change
        /// Promoted plays of the day that the scorer would make of it with the plan's prices.
        package var replayed: Change
        /// What all rows over campaigns charge one of its plays, in organic-score units; negative when a promise pays.
        package var price: Change
        /// Promised plays that will be missing.
        package var missing: Change
    }

    /// What becomes of a row.
    package struct RowChange: Hashable, Sendable, Codable {
        /// Whether it binds.
        package enum Binding: String, Hashable, Sendable, Codable {
            /// Only under the other policy.
            case starts
            /// Only under the policy in force.
            case stops
            /// Under both.
            case stays
        }

        /// Its name in the program.
        package var name: String
        /// Whether it binds.
        package var binding: Binding
        /// Organic-score units for one more unit of the bound.
        package var price: Change
    }

    /// The form of a plan file.
    package static let format = "oasis-plan/1"
    /// How long a plan may be applied, in seconds: traffic moves on.
    package static let validSeconds = 3_600.0

    /// `oasis-plan/1`.
    package var format: String
    /// What it was made from.
    package var basis: Basis
    /// The policy that was looked at.
    package var policy: Policy
    /// Recent requests that it was solved over.
    package var sampledRequests: Int
    /// Requests those stand for: the forecast of the rest of the day.
    package var forecastRequests: Double
    /// Largest relative gap of the two solves; differences below it mean nothing.
    package var relativeGap: Double
    /// Planned value, each by its own policy's objectives, in organic-score units.
    package var value: Change
    /// Planned units of each attribute; listener loss is among them.
    package var attributes: [NamedChange]
    /// Promoted plays of each licensor's campaigns for the rest of the day.
    package var licensors: [NamedChange]
    /// The same, as the scorer would deliver it with the plan's prices.
    package var replayedLicensors: [NamedChange]
    /// Guardrails that are looser than those in force: what they let in, the sampled requests do not show.
    package var unseenGuardrails: [String]
    /// Every campaign that may run today.
    package var campaigns: [CampaignChange]
    /// Every row that binds under one of them.
    package var rows: [RowChange]

    /// Names a policy: the same for equal policies alone, as far as chance goes.
    package static func fingerprint(of policy: Policy) throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = .sortedKeys
        let text = String(decoding: try encoder.encode(policy), as: UTF8.self)
        let hash = StableHash(key0: 0x706f_6c69_6379, key1: 0).hash(text)
        return String(hash, radix: 16)
    }
}

extension PlanPreview {
    /// Compares two solves of one market.
    init(
        basis: Basis,
        policy: Policy,
        forecastRequests: Double,
        count: DayCount,
        before: Solved,
        after: Solved
    ) {
        format = Self.format
        self.basis = basis
        self.policy = policy
        sampledRequests = after.program.sample.count
        self.forecastRequests = forecastRequests
        relativeGap = max(before.plan.certificate.relativeGap, after.plan.certificate.relativeGap)
        value = Change(before: before.plan.certificate.feasibleValue, after: after.plan.certificate.feasibleValue)
        attributes = Attribute.allCases.map { attribute in
            NamedChange(
                name: attribute.rawValue,
                amount: Change(before: before.plan.totals[attribute], after: after.plan.totals[attribute])
            )
        }
        let documents = after.documents
        licensors = documents.licensors.map { licensor in
            NamedChange(
                name: licensor.id.text,
                amount: Change(before: before.deliveries(of: licensor.id), after: after.deliveries(of: licensor.id))
            )
        }
        replayedLicensors = documents.licensors.map { licensor in
            NamedChange(
                name: licensor.id.text,
                amount: Change(before: before.replayed(of: licensor.id), after: after.replayed(of: licensor.id))
            )
        }
        unseenGuardrails = policy.guardrails.looser(than: before.documents.policy.guardrails)
        campaigns = documents.campaigns.indices.map { index in
            let entry = documents.campaigns[index]
            let committed = count.committed(entry.number)
            return CampaignChange(
                campaign: entry.campaign.id,
                licensor: entry.campaign.licensor,
                delivery: Change(
                    before: committed + before.plan.deliveries[index],
                    after: committed + after.plan.deliveries[index]
                ),
                replayed: Change(
                    before: committed + before.replay.deliveries[index],
                    after: committed + after.replay.deliveries[index]
                ),
                price: Change(
                    before: before.plan.campaignPrices[index][.delivery],
                    after: after.plan.campaignPrices[index][.delivery]
                ),
                missing: Change(before: before.missing(entry.campaign.id), after: after.missing(entry.campaign.id))
            )
        }
        rows = Self.rowChanges(before.plan.pricesByName, after.plan.pricesByName)
    }

    /// Prices below this are rounding.
    private static let leastPrice = 1e-9

    private static func rowChanges(_ before: [String: Double], _ after: [String: Double]) -> [RowChange] {
        Set(before.keys).union(after.keys).sorted()
            .compactMap { name in
                let price = Change(before: before[name] ?? 0, after: after[name] ?? 0)
                switch (price.before > leastPrice, price.after > leastPrice) {
                case (false, false): return nil
                case (false, true): return RowChange(name: name, binding: .starts, price: price)
                case (true, false): return RowChange(name: name, binding: .stops, price: price)
                case (true, true): return RowChange(name: name, binding: .stays, price: price)
                }
            }
    }

    /// A policy's plan and what it was solved over.
    struct Solved {
        var documents: MarketDocuments
        var program: MarketProgram
        var plan: Plan
        var replay: PlanReplay

        func replayed(of licensor: LicensorID) -> Double {
            zip(documents.campaigns, replay.deliveries)
                .reduce(0) { $1.0.campaign.licensor == licensor ? $0 + $1.1 : $0 }
        }

        func deliveries(of licensor: LicensorID) -> Double {
            zip(documents.campaigns, plan.deliveries)
                .reduce(0) { $1.0.campaign.licensor == licensor ? $0 + $1.1 : $0 }
        }

        func missing(_ campaign: CampaignID) -> Double {
            plan.shortfalls.reduce(0) { $1.campaign == campaign ? $0 + $1.amount : $0 }
        }
    }
}
