internal import OasisLedger
internal import OasisMarket
internal import OasisPlanning

/// What the engine is doing.
extension ControlPlaneRoutes {
    func snapshot() throws(ServiceFailure) -> ServiceReply {
        guard let snapshot = engine.snapshotStatus else {
            throw ServiceFailure(.notFound, "There is no snapshot yet; it comes with the first plan.")
        }
        var writer = JSONWriter()
        writer.object { writer in
            writer.member("snapshot", ScoreMessage.hexadecimal(snapshot.number))
            writer.member("createdAt", snapshot.createdAt.description)
            writer.member("ageSeconds", clock.now.seconds(since: snapshot.createdAt))
            writer.member("policyVersion", snapshot.policyVersion)
            writer.member("campaignCount", snapshot.campaignCount)
            writer.member("trackCount", snapshot.trackCount)
        }
        return ServiceReply(body: writer.buffer)
    }

    func plan() throws(ServiceFailure) -> ServiceReply {
        guard let plan = try status().plan else {
            throw ServiceFailure(.notFound, "Nothing has been planned since the server started; see /health/ready.")
        }
        var writer = JSONWriter()
        writer.object { writer in
            writer.member("plannedAt", plan.plannedAt.description)
            writer.member("sampledRequests", plan.sampledRequests)
            writer.member("correctedAt", plan.correctedAt?.description)
            writer.member("forecastRequests", plan.forecastRequests)
            writer.key("forecastRange")
            writer.object { writer in
                writer.member("low", plan.forecast.low)
                writer.member("median", plan.forecast.median)
                writer.member("high", plan.forecast.high)
            }
            writer.key("certificate")
            writer.object { writer in
                writer.member("dualBound", plan.dualBound)
                writer.member("feasibleValue", plan.feasibleValue)
                writer.member("relativeGap", plan.relativeGap)
            }
            writer.member("solveSeconds", plan.solveSeconds)
            writer.member("rows", each: plan.rows, Self.write)
            writer.member("shortfalls", each: plan.shortfalls, Self.write)
        }
        return ServiceReply(body: writer.buffer)
    }

    private static func write(_ writer: inout JSONWriter, _ shortfall: PlanShortfall) {
        writer.object { writer in
            writer.member("row", shortfall.row)
            writer.member("campaign", shortfall.campaign?.text)
            writer.member("amount", shortfall.amount)
            writer.member("attainable", shortfall.attainable)
            writer.member("reason", shortfall.reason.rawValue)
            writer.member("bindingRows", each: shortfall.bindingRows) { writer, row in
                writer.object { writer in
                    writer.member("name", row.name)
                    writer.member("price", row.price)
                    writer.member("charge", row.charge)
                }
            }
        }
    }

    private static func write(_ writer: inout JSONWriter, _ row: RowStatus) {
        writer.object { writer in
            writer.member("name", row.name)
            writer.member("campaign", row.campaign?.text)
            writer.member("attribute", row.attribute.rawValue)
            writer.member("sense", row.sense.rawValue)
            writer.member("bound", row.bound)
            writer.member("planned", row.planned)
            writer.member("price", row.price)
        }
    }

    func listenerLoss() throws(ServiceFailure) -> ServiceReply {
        let status = try status()
        var writer = JSONWriter()
        writer.object { writer in
            writer.member("day", clock.now.day.description)
            writer.member("cells", each: status.listenerLoss) { writer, loss in
                writer.object { writer in
                    writer.member("surface", loss.cell.surface.text)
                    writer.member("market", loss.cell.market.text)
                    writer.member("spent", loss.spent)
                    writer.member("budgetSoFar", loss.budgetSoFar)
                    writer.member("organicUtility", loss.organicUtility)
                    writer.member("price", loss.price)
                }
            }
        }
        return ServiceReply(body: writer.buffer)
    }

    /// What the page is made from.
    func consoleStatus() throws(ServiceFailure) -> ConsoleStatus {
        let (policy, licensors) = try oasisLedger { () throws(LedgerError) in
            (try ledger.currentPolicy(), try ledger.allLicensors())
        }
        return ConsoleStatus(
            engine: try status(),
            now: clock.now,
            policy: policy?.document,
            licensorTitles: Dictionary(licensors.map { ($0.document.id, $0.document.title) }) { first, _ in first }
        )
    }

    func status() throws(ServiceFailure) -> EngineStatus {
        do {
            return try engine.status(at: clock.now)
        } catch let error as LedgerError {
            throw ServiceFailure(error)
        } catch {
            throw ServiceFailure(.internal, "The engine's status could not be read: \(error).")
        }
    }
}
