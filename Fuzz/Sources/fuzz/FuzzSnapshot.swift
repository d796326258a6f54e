import OasisMarket
import OasisScoring

/// Opens any bytes as a snapshot: refused with a section's name, or read whole, looked into and scored by without a crash.
///
/// Checksums would stop nearly every input at the door, so bytes that begin as a snapshot of the present format get the
/// sums that belong to them first: damage then reaches the checks behind.
@Sendable
func fuzzSnapshot(_ input: UnsafeRawBufferPointer) {
    let bytes = Array(input)
    read(bytes)
    if let mended = SnapshotSums.mended(bytes) { read(mended) }
}

private func read(_ bytes: [UInt8]) {
    do throws(SnapshotFile.Fault) {
        let snapshot = try MappedSnapshot(copying: bytes)
        _ = try? snapshot.verifyTracks()
        let value = snapshot.value
        precondition(value.campaigns.count == snapshot.campaignCount)
        let tracks = value.campaigns.flatMap(\.tracks).prefix(20)
        guard let request = request(Array(tracks), scale: snapshot.scale, cell: snapshot.cells.first?.cell) else {
            return
        }
        let key = StableHash(key0: 1, key1: 2)
        let (reply, _) = Scorer(snapshot).explain(request, at: snapshot.createdAt, drawKey: key)
        precondition(reply.promotions.count <= request.promotableSlots)
    } catch {
        precondition(!error.section.isEmpty && !error.rule.isEmpty)
    }
}

private func request(_ tracks: [TrackID], scale: String, cell: Cell?) -> ScoreRequest? {
    let others = (0..<5).map { TrackID(trusted: "other-\($0)") }
    return try? ScoreRequest(
        id: RequestID(trusted: "request"),
        listener: ListenerID(trusted: "listener"),
        cell: cell ?? Cell(surface: SurfaceID(trusted: "radio"), market: MarketID(trusted: "DE")),
        time: Timestamp(milliseconds: 0),
        scale: scale,
        slateSize: 3,
        promotableSlots: 2,
        tracks: others + tracks,
        organicScores: (0..<(others.count + tracks.count)).map { 1 - Float($0) / 32 }
    )
}
