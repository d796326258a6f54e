import OasisMarket
import OasisPlanning
import OasisScoring

/// A decision with everything that it was made from, so that it can be made again.
struct DecisionRecord {
    var request: ScoreRequest
    var time: Timestamp
    /// Campaigns that had a unit left, by number.
    var available: Set<Int64>
    var reply: ScoreReply

    /// Makes the decision again from a snapshot's bytes; says what differs, if anything does.
    func difference(replayedBy bytes: [UInt8], settings: EngineSettings) -> String? {
        let snapshot: MappedSnapshot
        do throws(SnapshotFile.Fault) { snapshot = try MappedSnapshot(copying: bytes) } catch { return "\(error)" }
        let drawHash = NodeSecrets.drawHash(settings.drawKey)
        let again = Scorer(snapshot)
            .score(request, at: time, drawKey: drawHash) { place in
                !snapshot.hasCap(place) || available.contains(snapshot.campaignNumber(place))
            }
        guard again.promotions.count == reply.promotions.count else {
            return "\(request.id): \(again.promotions.count) promotions, but there were \(reply.promotions.count)"
        }
        for (new, old) in zip(again.promotions, reply.promotions) {
            guard new.index == old.index, new.boost.bitPattern == old.boost.bitPattern,
                new.propensity.bitPattern == old.propensity.bitPattern, new.reasons == old.reasons
            else { return "\(request.id): \(new), but it was \(old)" }
            guard let facts = try? Receipt.verify(old.receipt, with: settings.receiptKeys) else {
                return "\(request.id): a receipt that does not hold"
            }
            var signed = again
            signed.snapshot = snapshot.number
            let copy = new.facts(in: signed, to: request.head, at: time, lease: facts.lease, drawHash: drawHash)
            guard Receipt.sign(copy, with: settings.receiptKeys) == old.receipt else {
                return "\(request.id): the receipt of \(old.campaign) has other bytes"
            }
        }
        return nil
    }
}
