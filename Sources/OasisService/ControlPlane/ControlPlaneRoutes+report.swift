internal import NIOCore
internal import OasisLedger
internal import OasisMarket

/// What a campaign's licensor is told.
extension ControlPlaneRoutes {
    func campaignReport(_ request: ControlRequest) throws(ServiceFailure) -> ServiceReply {
        let id = try request.identifier(as: Named.Campaign.self)
        let usual = CampaignMeasurement.usualDays
        guard let days = request.query["days"].map({ Int($0) }) ?? usual else {
            throw ServiceFailure(InvalidField("days", "must be a whole number of days"))
        }
        switch request.query["format"] ?? "json" {
        case "json": return ServiceReply(body: try measurement(of: id, days: days).json())
        case "csv":
            return ServiceReply(
                contentType: .commaSeparated,
                headers: [HeaderField("Content-Disposition", "attachment; filename=\"\(id)-report.csv\"")],
                body: ByteBuffer(string: try measurement(of: id, days: days).csv())
            )
        case let other:
            throw ServiceFailure(InvalidField("format", "must be json or csv, but is \"\(other.prefix(40))\""))
        }
    }

    /// For the page; nothing when there is no such campaign.
    func measurement(of id: String) throws(ServiceFailure) -> CampaignMeasurement? {
        guard let id = try? CampaignID(id) else { return nil }
        do throws(ServiceFailure) { return try measurement(of: id, days: CampaignMeasurement.usualDays) } catch {
            guard error.reason == .notFound else { throw error }
            return nil
        }
    }

    private func measurement(of id: CampaignID, days: Int) throws(ServiceFailure) -> CampaignMeasurement {
        let stored = try storedCampaign(id)
        let now = clock.now
        do {
            return try measurements.measurement(of: stored, in: ledger, days: days, at: now)
        } catch let error as InvalidField {
            throw ServiceFailure(error)
        } catch let error as LedgerError {
            return try oasisLedger { () throws(LedgerError) in throw error }
        } catch {
            throw ServiceFailure(.internal, "The campaign could not be measured: \(error)")
        }
    }
}
