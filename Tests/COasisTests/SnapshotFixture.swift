import COasis
import COasisHeader
import Foundation
import OasisMarket
import OasisResponse
import OasisScoring

/// A snapshot file, opened through C and known in Swift.
final class SnapshotFixture {
    static let now = Timestamp(milliseconds: 1_795_000_000_000)
    static let secret = String(repeating: "0123456789abcdef", count: 4) + "\n"

    let folder: URL
    let scorer: Scorer
    let handle: OpaquePointer
    let keys: OpaquePointer
    var path: String { folder.appendingPathComponent("market.oasis").path }

    /// `campaigns` campaigns with two tracks each; every third has a cap.
    init(
        campaigns: Int = 30,
        number: UInt64 = 7,
        holdout: Int = 1_000,
        createdAt: Timestamp = now.advanced(bySeconds: -30)
    ) throws {
        folder = FileManager.default.temporaryDirectory.appendingPathComponent("oasis-c-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        let path = folder.appendingPathComponent("market.oasis").path
        var snapshot = Self.snapshot(campaigns, number: number, holdout: holdout)
        snapshot.createdAt = createdAt
        try SnapshotFile.encode(snapshot).save(to: path)
        scorer = Scorer(try MappedSnapshot(path: path))
        handle = try Self.opened(path)
        keys = try Self.keys()
    }

    deinit {
        oasis_snapshot_close(handle)
        oasis_keys_close(keys)
        try? FileManager.default.removeItem(at: folder)
    }

    private static func opened(_ path: String) throws -> OpaquePointer {
        let memory = BorrowedMemory()
        defer { withExtendedLifetime(memory) {} }
        var handle: OpaquePointer?
        guard oasis_snapshot_open(memory.text(path), &handle, nil) == OASIS_OK, let handle else {
            throw InvalidField("snapshot", "must open")
        }
        return handle
    }

    private static func keys() throws -> OpaquePointer {
        let memory = BorrowedMemory()
        defer { withExtendedLifetime(memory) {} }
        var keys: OpaquePointer?
        guard oasis_keys_read(memory.text(secret), &keys, nil) == OASIS_OK, let keys else {
            throw InvalidField("keys", "must be read")
        }
        return keys
    }

    private static func snapshot(_ count: Int, number: UInt64, holdout: Int) -> Snapshot {
        var worths = AttributeVector()
        (worths[.stream], worths[.save], worths[.newListener]) = (1, 0.5, 0.25)
        return Snapshot(
            number: number,
            createdAt: now.advanced(bySeconds: -30),
            policyVersion: 3,
            scale: "test/1",
            worths: worths,
            guardrails: Guardrails(
                maxBoost: 0.6,
                maxPromotedPerSlate: 3,
                minimumOrganicPercentile: 0.05,
                holdout: BasisPoints(holdout),
                holdoutSalt: "salt"
            ),
            randomization: Randomization(smoothing: 0.05, explorationShare: 0.1),
            cells: [],
            elsewherePrices: AttributeVector(),
            campaigns: (0..<count).map { campaign($0) }
        )
    }

    private static func campaign(_ index: Int) -> PricedCampaign {
        var prices = AttributeVector()
        (prices[.delivery], prices[.listenerLoss]) = (0.01 * Double(index % 7), 0.1 * Double(index % 3))
        return PricedCampaign(
            number: Int64(index + 1),
            id: CampaignID(trusted: "campaign-\(index)"),
            tracks: [TrackID(trusted: "track-\(2 * index)"), TrackID(trusted: "track-\(2 * index + 1)")],
            surfaces: [],
            markets: [],
            start: now.advanced(bySeconds: -86_400),
            end: nil,
            hasCap: index % 3 == 0,
            commissionPerStream: 0.001,
            rates: ResponseRates(streamsPerPlay: 0.5, savesPerStream: 0.05, newListenersPerStream: 0.3),
            prices: prices
        )
    }
}

/// A score request as C arrays.
final class RequestArrays {
    var id = "request-1"
    var listener = "listener-1"
    var surface = "radio"
    var scale = "test/1"
    var time = SnapshotFixture.now
    var slateSize: Int32 = 10
    var slots: Int32 = 3
    var tracks: [String]
    var organic: [Float]
    var probabilities: [Float]?
    var isNew: [UInt8]?
    var unitsLeft: [UInt32]?
    var lease: [Int64]?
    var usesHashes = false

    init(seed: UInt64, candidates: Int = 40) {
        var random = SeededGenerator(seed: seed)
        tracks = (0..<candidates).map { _ in "track-\(random.index(below: 120))" }
        organic = (0..<candidates).map { _ in Float(random.uniform()) }
        if seed % 2 == 0 { probabilities = (0..<candidates).map { _ in Float(random.uniform()) } }
        if seed % 3 == 0 { isNew = (0..<candidates).map { _ in random.uniform() < 0.5 ? 1 : 0 } }
        id = "request-\(seed)"
        listener = "listener-\(seed)"
    }

    /// The same as the server has it.
    func scoreRequest() throws -> ScoreRequest {
        try ScoreRequest(
            id: try RequestID(id),
            listener: try ListenerID(listener),
            cell: Cell(surface: try SurfaceID(surface), market: try MarketID("DE")),
            time: time,
            scale: scale,
            slateSize: Int(slateSize),
            promotableSlots: Int(slots),
            tracks: try tracks.map { try TrackID($0) },
            organicScores: organic,
            streamProbabilities: probabilities,
            isNewToArtist: isNew?.map { $0 == 1 }
        )
    }

    func request(in memory: BorrowedMemory, keys: OpaquePointer?) -> oasis_score_request {
        var request = oasis_score_request()
        request.struct_size = UInt64(MemoryLayout<oasis_score_request>.size)
        request.request_id = memory.text(id)
        request.listener = memory.text(listener)
        request.surface = memory.text(surface)
        request.market = memory.text("DE")
        request.scale = memory.text(scale)
        request.time_milliseconds = time.milliseconds
        request.slate_size = slateSize
        request.promotable_slots = slots
        request.candidate_count = UInt64(organic.count)
        if usesHashes {
            request.track_hashes = memory.copy(tracks.map { StableHash.ofNames.hash($0) })
        } else {
            var offsets: [UInt32] = [0]
            for track in tracks { offsets.append(offsets[offsets.count - 1] + UInt32(track.utf8.count)) }
            request.track_names = memory.text(tracks.joined())
            request.track_offsets = memory.copy(offsets)
        }
        request.organic_score = memory.copy(organic)
        request.stream_probability = probabilities.map { memory.copy($0) }
        request.is_new_to_artist = isNew.map { memory.copy($0) }
        request.keys = keys
        if let count = unitsLeft?.count ?? lease?.count { request.campaign_count = UInt64(count) }
        request.units_left = unitsLeft.map { memory.copy($0) }
        request.lease = lease.map { memory.copy($0) }
        return request
    }
}

/// What `oasis_score` answered.
struct ScoredArrays {
    static let capacity = 10

    var status: oasis_status = -1
    var error = oasis_error.sized
    var reply = oasis_score_reply()
    var index = [UInt32](repeating: 99, count: capacity)
    var boost = [Float](repeating: -1, count: capacity)
    var propensity = [Float](repeating: -1, count: capacity)
    var campaign = [UInt32](repeating: 99, count: capacity)
    var reasons = [UInt32](repeating: 0, count: capacity)
    var receipts = [UInt8](repeating: 0, count: capacity * Int(OASIS_RECEIPT_BYTES))
    var lengths = [UInt32](repeating: 0, count: capacity)

    var field: String { text(of: error.field) }
    var rule: String { text(of: error.rule) }
    var count: Int { Int(reply.count) }

    func receipt(_ place: Int) -> [UInt8] {
        Array(receipts[(place * Int(OASIS_RECEIPT_BYTES))...].prefix(Int(lengths[place])))
    }

    /// Scores; `edit` may break the arguments first.
    init(
        _ arrays: RequestArrays,
        by snapshot: OpaquePointer?,
        keys: OpaquePointer? = nil,
        wantsReceipts: Bool? = nil,
        _ edit: (inout oasis_score_request, inout oasis_score_reply) -> Void = { _, _ in }
    ) {
        let memory = BorrowedMemory()
        var request = arrays.request(in: memory, keys: keys)
        var reply = oasis_score_reply()
        reply.struct_size = UInt64(MemoryLayout<oasis_score_reply>.size)
        reply.capacity = UInt64(Self.capacity)
        let (index, boost) = (memory.room(self.index), memory.room(self.boost))
        let (propensity, campaign) = (memory.room(self.propensity), memory.room(self.campaign))
        let (reasons, receipts, lengths) = (memory.room(self.reasons), memory.room(self.receipts), memory.room(lengths))
        (reply.index, reply.boost, reply.propensity) = (index, boost, propensity)
        (reply.campaign, reply.reasons) = (campaign, reasons)
        if wantsReceipts ?? (keys != nil) { (reply.receipt, reply.receipt_length) = (receipts, lengths) }
        edit(&request, &reply)
        status = oasis_score(snapshot, &request, &reply, &error)
        self.reply = reply
        self.index = Array(UnsafeBufferPointer(start: index, count: self.index.count))
        self.boost = Array(UnsafeBufferPointer(start: boost, count: self.boost.count))
        self.propensity = Array(UnsafeBufferPointer(start: propensity, count: self.propensity.count))
        self.campaign = Array(UnsafeBufferPointer(start: campaign, count: self.campaign.count))
        self.reasons = Array(UnsafeBufferPointer(start: reasons, count: self.reasons.count))
        self.receipts = Array(UnsafeBufferPointer(start: receipts, count: self.receipts.count))
        self.lengths = Array(UnsafeBufferPointer(start: lengths, count: self.lengths.count))
        withExtendedLifetime(memory) {}
    }
}
