internal import COasisHeader
internal import OasisMarket
internal import OasisScoring

/// A request over the caller's arrays, checked, and valid until the call returns.
struct InProcessRequest {
    /// What receipts have room for.
    private static let timeMaximum: Int64 = 1 << 48 - 1
    private static let leaseMaximum: Int64 = 1 << 40 - 1

    let head: RequestHead
    let columns: RequestColumns
    let time: Timestamp
    let secrets: NodeSecrets?
    let drawHash: StableHash
    /// Promotions left of each campaign with a cap; nil for none.
    let unitsLeft: UnsafeBufferPointer<UInt32>?
    let staleAfterSeconds: Double
    let expiredAfterSeconds: Double
    private let lease: UnsafeBufferPointer<Int64>?

    init(_ request: oasis_score_request, for snapshot: MappedSnapshot) throws(CallFailure) {
        head = RequestHead(
            id: try Argument.identifier(request.request_id, "request_id"),
            listener: try Argument.identifier(request.listener, "listener"),
            cell: Cell(
                surface: try Argument.identifier(request.surface, "surface"),
                market: try Argument.identifier(request.market, "market")
            ),
            scale: try Argument.text(request.scale, "scale"),
            slateSize: Int(request.slate_size),
            promotableSlots: Int(request.promotable_slots)
        )
        columns = try RequestColumns(borrowing: request)
        if let fault = columns.firstFault(with: head) { throw CallFailure(fault) }
        guard (0...Self.timeMaximum).contains(request.time_milliseconds) else {
            throw .refused("time_milliseconds", nil, "must be 0 to 2^48 - 1, but is \(request.time_milliseconds)")
        }
        time = Timestamp(milliseconds: request.time_milliseconds)
        secrets = try request.keys.map { keys throws(CallFailure) in
            try Handle.object(keys, "keys", as: KeysHandle.self).secrets
        }
        drawHash = NodeSecrets.drawHash(secrets?.drawKey ?? request.draw_key)
        let count = request.campaign_count
        unitsLeft = try Argument.optionalArray(request.units_left, count, "units_left")
        lease = try Argument.optionalArray(request.lease, count, "lease")
        guard (unitsLeft == nil && lease == nil) || count == UInt64(snapshot.campaignCount) else {
            throw .badArgument("campaign_count", "must be the snapshot's, \(snapshot.campaignCount), but is \(count)")
        }
        staleAfterSeconds = request.stale_after_seconds
        expiredAfterSeconds = request.expired_after_seconds
        for (field, seconds) in [
            ("stale_after_seconds", staleAfterSeconds), ("expired_after_seconds", expiredAfterSeconds),
        ] where !(seconds >= 0) {
            throw .refused(field, nil, "must be 0 (never) or more, but is \(seconds)")
        }
    }

    /// The receipt of a promotion, as a server with the same keys and lease signs it.
    func receipt(for promotion: Promotion, in reply: ScoreReply) throws(CallFailure) -> [UInt8] {
        guard let secrets else { throw .badArgument("keys", "must be there to sign receipts") }
        let lease = lease?[promotion.campaignPlace] ?? 0
        guard (0...Self.leaseMaximum).contains(lease) else {
            throw .refused("lease", promotion.campaignPlace, "must be 0 to 2^40 - 1, but is \(lease)")
        }
        let facts = promotion.facts(in: reply, to: head, at: time, lease: lease, drawHash: drawHash)
        guard facts.fitReceipt else {
            throw CallFailure(OASIS_BAD_FILE, "snapshot", nil, "has a number that no receipt can carry")
        }
        return Receipt.sign(facts, with: secrets.receiptKeys)
    }
}

extension RequestColumns {
    fileprivate init(borrowing request: oasis_score_request) throws(CallFailure) {
        let count = request.candidate_count
        guard (1...UInt64(ScoreRequest.candidatesMaximum)).contains(count) else {
            let maximum = ScoreRequest.candidatesMaximum
            throw .refused("candidate_count", nil, "must be 1 to \(maximum), but is \(count)")
        }
        let organic = try Argument.array(request.organic_score, count, "organic_score")
        let probabilities = try Argument.optionalArray(request.stream_probability, count, "stream_probability")
        let isNew = try Argument.optionalArray(request.is_new_to_artist, count, "is_new_to_artist")
        if let isNew, let index = isNew.firstIndex(where: { $0 > 1 }) {
            throw .refused("is_new_to_artist", index, "must be 0 or 1, but is \(isNew[index])")
        }
        guard let scores = organic.baseAddress else { throw .badArgument("organic_score", "must not be NULL") }
        self.init(
            count: Int(count),
            tracks: try Self.tracks(request),
            organicScores: scores,
            streamProbabilities: probabilities?.baseAddress,
            // Every byte is 0 or 1, which is what a Bool is.
            isNewToArtist: isNew?.baseAddress.map { UnsafeRawPointer($0).assumingMemoryBound(to: Bool.self) }
        )
    }

    private static func tracks(_ request: oasis_score_request) throws(CallFailure) -> Tracks {
        let count = request.candidate_count
        if request.track_hashes != nil {
            guard request.track_offsets == nil else {
                throw .badArgument("track_hashes", "must be NULL when track_offsets is not")
            }
            let hashes = try Argument.array(request.track_hashes, count, "track_hashes")
            guard let first = hashes.baseAddress else { throw .badArgument("track_hashes", "must not be NULL") }
            return .hashes(first)
        }
        let offsets = try Argument.array(request.track_offsets, count + 1, "track_offsets")
        guard let first = offsets.baseAddress else { throw .badArgument("track_offsets", "must not be NULL") }
        let names = try Argument.names(request.track_names, offsets, fields: ("track_names", "track_offsets"))
        return .names(names, offsets: first)
    }
}

extension CallFailure {
    /// A request's field, as C names it: `candidates.organicScore[3]` is the third element of `organic_score`.
    init(_ invalid: InvalidField) {
        var (field, index) = (invalid.field[...], nil as Int?)
        if let bracket = field.lastIndex(of: "["), field.hasSuffix("]") {
            index = Int(field[field.index(after: bracket)...].dropLast())
            field = field[..<bracket]
        }
        let name =
            switch field {
            case "candidates.track": "track_names"
            case "candidates.organicScore": "organic_score"
            case "candidates.streamProbability": "stream_probability"
            case "slateSize": "slate_size"
            case "promotableSlots": "promotable_slots"
            default: String(field)
            }
        self.init(OASIS_REFUSED, name, index, invalid.rule)
    }
}
