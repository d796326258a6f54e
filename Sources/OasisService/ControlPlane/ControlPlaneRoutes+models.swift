internal import NIOCore
internal import OasisMarket
internal import OasisPlanning
internal import OasisResponse

/// Response models: what is in use, what is wrong, and going back.
extension ControlPlaneRoutes {
    func modelList() -> ServiceReply {
        let status = engine.modelStatus
        var writer = JSONWriter()
        writer.object { writer in
            writer.member("lookedAt", status?.lookedAt.description)
            writer.member("trainedAt", status?.trainedAt?.description)
            writer.member("models", each: status?.versions ?? []) { writer, version in
                writer.object { writer in
                    writer.member("outcome", version.outcome.rawValue)
                    writer.member("stage", version.stage.rawValue)
                    writer.member("version", version.version)
                    writer.member("training", version.training)
                    writer.member("rows", version.rowCount)
                    writer.key("metrics")
                    writer.object { writer in
                        for (name, value) in version.metrics.sorted(by: { $0.key < $1.key }) {
                            writer.member(name, value)
                        }
                    }
                }
            }
            writer.member("calibration", each: status?.checks ?? []) { writer, check in
                writer.object { writer in
                    writer.member("outcome", check.outcome.rawValue)
                    writer.member("surface", check.surface.text)
                    writer.member("predicted", check.predicted)
                    writer.member("observed", check.observed)
                    writer.member("ratio", check.ratio)
                    writer.member("correction", check.correction)
                    writer.member("isAlarm", check.isAlarm)
                }
            }
            writer.member("findings", each: status?.findings ?? []) { writer, finding in
                writer.object { writer in
                    writer.member("subject", finding.subject)
                    writer.member("code", finding.finding.code)
                    writer.member("column", finding.finding.column)
                    writer.member("sentence", "\(finding.finding)")
                }
            }
            writer.member("faults", each: status?.faults ?? []) { writer, fault in writer.value(.string(fault)) }
            writer.member("steps", each: status?.steps ?? []) { writer, step in
                writer.object { writer in
                    writer.member("outcome", step.outcome.rawValue)
                    writer.member("version", step.version)
                    writer.member("stage", step.stage.rawValue)
                    writer.member("reason", step.reason)
                }
            }
        }
        return ServiceReply(body: writer.buffer)
    }

    func rollBackModel(_ request: ControlRequest) throws(ServiceFailure) -> ServiceReply {
        guard let outcome = PromotedOutcome(rawValue: request.name) else {
            let known = PromotedOutcome.allCases.map(\.rawValue).joined(separator: ", ")
            throw ServiceFailure(.notFound, "There are models of \(known), but not of \(request.name.prefix(40)).")
        }
        let document = request.body.readableBytes > 0 ? try request.document() : .object([])
        guard let reason = document["reason"].map({ $0.text }) ?? "asked for by \(request.actor)",
            (1...500).contains(reason.utf8.count)
        else { throw ServiceFailure(InvalidField("reason", "must be a text of 1 to 500 bytes")) }
        let isLive = engine.modelStatus?.versions.contains { $0.outcome == outcome && $0.stage == .live } ?? false
        guard isLive else {
            throw ServiceFailure(.conflict, "No model of \(outcome.rawValue) is live; see /v1/models.")
        }
        do {
            _ = try engine.rollBackModel(of: outcome, reason: reason, at: clock.now)
        } catch {
            throw ServiceFailure(.internal, "The model could not be taken back: \(error).")
        }
        planner.nudge()
        return modelList()
    }
}
