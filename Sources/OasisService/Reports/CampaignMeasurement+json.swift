package import NIOCore
internal import OasisMarket
internal import OasisMeasurement

extension CampaignMeasurement {
    /// The whole report as JSON.
    package func json() -> ByteBuffer {
        var writer = JSONWriter()
        write(to: &writer)
        return writer.buffer
    }

    /// The whole report as a JSON object.
    package func write(to writer: inout JSONWriter) {
        writer.object { writer in
            writer.member("campaign", campaign.id.text)
            writer.member("title", campaign.title)
            writer.member("licensor", campaign.licensor.text)
            writer.member("from", report.window.lowerBound.description)
            writer.member("to", report.window.upperBound.description)
            writer.member("beforeFrom", report.beforeWindow.lowerBound.description)
            writer.member("beforeTo", report.beforeWindow.upperBound.description)
            writer.member("isBeforeComplete", report.isBeforeComplete)
            writeAudience(to: &writer)
            writer.key("during")
            Self.write(report.during, to: &writer)
            writer.key("before")
            Self.write(report.before, to: &writer)
            writer.member("streamGrowth", report.streamGrowth)
            writeIntent(to: &writer)
            writer.member("lifts", each: lifts) { Self.write($1, to: &$0) }
            writer.key("breakEven")
            writeBreakEven(to: &writer)
        }
    }

    private func writeAudience(to writer: inout JSONWriter) {
        writer.key("audience")
        writer.object { writer in
            writer.member("listeners", report.listeners)
            writer.member("listenersBefore", report.listenersBefore)
            writer.member("returningListeners", report.returningListeners)
            writer.member("newListeners", report.newListeners)
            writer.member("growth", report.listenerGrowth)
        }
    }

    private func writeIntent(to writer: inout JSONWriter) {
        writer.key("intent")
        writer.object { writer in
            writer.member("promotedListeners", report.promotedListeners)
            writer.member("intentListeners", report.intentListeners)
            writer.member("withinDays", CampaignAudience.intentMilliseconds / 86_400_000)
            writer.member("rate", report.intentRate)
        }
    }

    private func writeBreakEven(to writer: inout JSONWriter) {
        guard let breakEven else { return writer.null() }
        writer.object { writer in
            writer.member("commissionRate", campaign.commissionRate.fraction)
            writer.member("liftNeeded", breakEven.liftNeeded)
            writer.member("verdict", breakEven.verdict.rawValue)
            writer.member("confidence", breakEven.confidence)
        }
    }

    private static func write(_ counts: ActionCounts, to writer: inout JSONWriter) {
        writer.object { writer in
            writer.member("streams", counts.streams)
            writer.member("contextStreams", counts.contextStreams)
            writer.member("promotedStreams", counts.promotedStreams)
            writer.member("skips", counts.skips)
            writer.member("saves", counts.saves)
            writer.member("playlistAdds", counts.playlistAdds)
            writer.member("follows", counts.follows)
        }
    }

    private static func write(_ measured: MeasuredLift, to writer: inout JSONWriter) {
        let lift = measured.lift
        writer.object { writer in
            writer.member("measure", measured.measure.rawValue)
            writer.member("isWithheld", lift.isRefused)
            writer.member("treatedListeners", lift.sampleRatio.treatedCount)
            writer.member("heldOutListeners", lift.sampleRatio.heldCount)
            writer.member("heldOutShareDesigned", lift.sampleRatio.designedShare)
            writer.member("findings", each: lift.findings) { writer, finding in
                writer.object { writer in
                    writer.member("code", finding.code)
                    writer.member("isRefusal", finding.isRefusal)
                    writer.member("sentence", finding.description)
                }
            }
            writer.key("answer")
            guard let answer = lift.answer else { return writer.null() }
            writer.object { writer in
                writer.member("treatedMean", answer.treatedMean)
                writer.member("heldOutMean", answer.heldMean)
                writer.member("noiseTakenAway", answer.noiseTakenAway)
                for (name, effect) in [
                    ("perListener", answer.perListener), ("incremental", answer.incremental), ("lift", answer.lift),
                ] {
                    writer.key(name)
                    write(effect, to: &writer)
                }
            }
        }
    }

    private static func write(_ effect: Lift.Effect, to writer: inout JSONWriter) {
        writer.object { writer in
            writer.member("value", effect.value)
            writer.member("lower", effect.interval.lower)
            writer.member("upper", effect.interval.upper)
            writer.member("alwaysValidLower", effect.alwaysValid.lower)
            writer.member("alwaysValidUpper", effect.alwaysValid.upper)
        }
    }
}
