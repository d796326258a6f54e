internal import OasisMarket
internal import OasisMessages
internal import OasisRemoteCalls
internal import OasisScoring

/// A score request and its reply as `oasis.v1` writes them; the same content as in JSON.
enum ScoreMessages {
    /// Reads a request; `clock` says whether its own time decides.
    ///
    /// `fields` were read from `bytes`.
    static func request(
        _ fields: ScoreRequestFields,
        in bytes: UnsafeRawBufferPointer,
        clock: MarketClock
    ) throws(InvalidField) -> ScoreRequest {
        var request = try ScoreRequest(
            id: try identifier(text(fields.requestID, bytes), "requestId"),
            listener: try identifier(text(fields.listenerID, bytes), "listener"),
            cell: Cell(
                surface: try identifier(text(fields.surface, bytes), "surface"),
                market: try identifier(text(fields.market, bytes), "market")
            ),
            time: try time(fields.time, clock: clock),
            scale: text(fields.scale, bytes),
            slateSize: Int(fields.slateSize),
            promotableSlots: Int(fields.promotableSlots),
            tracks: fields.trackOffsets.isEmpty
                ? noTracks : TrackNames(bytes: fields.trackBytes, offsets: fields.trackOffsets),
            trackHashes: fields.trackHashes.isEmpty ? nil : fields.trackHashes,
            organicScores: fields.organicScores,
            streamProbabilities: fields.streamProbabilities.isEmpty ? nil : fields.streamProbabilities,
            isNewToArtist: fields.isNewToArtist.isEmpty ? nil : fields.isNewToArtist
        )
        request.explains = fields.explain
        return request
    }

    private static let noTracks = TrackNames()

    /// A text of the request.
    static func text(_ range: Range<Int>, _ bytes: UnsafeRawBufferPointer) -> String {
        String(decoding: bytes[range], as: UTF8.self)
    }

    /// Reads a name, and says where it stood when it is none.
    static func identifier<Kind>(_ text: String, _ field: String) throws(InvalidField) -> Identifier<Kind> {
        do throws(InvalidField) {
            return try Identifier(text)
        } catch {
            throw error.inside(field)
        }
    }

    /// Reads a time from the years 1 to 9999.
    static func time(seconds: Int64, nanoseconds: Int32, _ field: String) throws(InvalidField) -> Timestamp {
        try require(
            (-62_135_596_800...253_402_300_799).contains(seconds) && (0...999_999_999).contains(nanoseconds),
            field,
            "must be a time of the years 1 to 9999 with 0 to 999999999 nanoseconds"
        )
        return Timestamp(milliseconds: seconds * 1_000 + Int64(nanoseconds / 1_000_000))
    }

    /// The request's own time decides only where requests are the clock.
    private static func time(
        _ given: (seconds: Int64, nanoseconds: Int32)?,
        clock: MarketClock
    ) throws(InvalidField) -> Timestamp {
        guard clock.source == .requests else { return clock.now }
        guard let given else { throw InvalidField("time", "must be given, because clock.source is requests") }
        return try time(seconds: given.seconds, nanoseconds: given.nanoseconds, "time")
    }

    /// Writes a reply as `ScoreResponse`; ghosts stay inside, or a caller could treat the holdout's listeners differently.
    static func write(_ reply: ScoreReply, to writer: inout MessageWriter) {
        writer.text(1, reply.request.text)
        if let snapshot = reply.snapshot {
            writer.message(2) { writer in
                writer.fixed64(1, snapshot)
                writer.double(2, reply.snapshotAgeSeconds ?? 0)
                writer.number(3, reply.policyVersion ?? 0)
            }
        }
        writer.number(3, Int64(Oasis_V1_Arm(reply.arm).rawValue))
        for promotion in reply.promotions { writer.message(4) { write(promotion, to: &$0) } }
        writer.packed(5, count: reply.degradations.count) {
            Int64(Oasis_V1_Degradation(reply.degradations[$0]).rawValue)
        }
        for arm in reply.experimentArms { writer.text(6, arm) }
        writer.number(7, reply.isShadow ? 1 : 0)
    }

    private static func write(_ promotion: Promotion, to writer: inout MessageWriter) {
        writer.number(1, Int64(promotion.index))
        writer.text(2, promotion.campaign.text)
        writer.float(3, promotion.boost)
        writer.float(4, promotion.propensity)
        writer.packed(5, count: promotion.reasons.count) {
            Int64(Oasis_V1_ReasonCode(promotion.reasons[$0]).rawValue)
        }
        writer.bytes(6, promotion.receipt)
        if let explanation = promotion.explanation { writer.message(7) { write(explanation, to: &$0) } }
    }

    private static func write(_ explanation: BoostExplanation, to writer: inout MessageWriter) {
        for term in explanation.terms {
            writer.message(1) { writer in
                writer.text(1, term.attribute.rawValue)
                writer.double(2, term.amount)
                writer.double(3, term.worth)
                writer.double(4, term.campaignPrice)
                writer.double(5, term.cellPrice)
                writer.double(6, term.contribution)
            }
        }
        writer.double(2, explanation.lossPrice)
        writer.double(3, explanation.listenerLoss)
        writer.double(4, explanation.fullBoost)
    }
}

extension Oasis_V1_Arm {
    init(_ arm: Arm) {
        switch arm {
        case .promoted: self = .promoted
        case .holdout: self = .holdout
        }
    }
}

extension Oasis_V1_ReasonCode {
    init(_ reason: ReasonCode) {
        switch reason {
        case .worthItsPrice: self = .worthItsPrice
        case .exploration: self = .exploration
        case .maxBoost: self = .maxBoost
        case .notWorthItsPrice: self = .notWorthItsPrice
        case .slateLimit: self = .slateLimit
        case .minimumGap: self = .minimumGap
        case .campaignFrequency: self = .campaignFrequency
        case .artistFrequency: self = .artistFrequency
        case .organicPercentile: self = .organicPercentile
        case .holdout: self = .holdout
        case .promotionStopped: self = .promotionStopped
        case .leaseExhausted: self = .leaseExhausted
        case .pulledBack: self = .pulledBack
        }
    }
}

extension Oasis_V1_Degradation {
    init(_ degradation: Degradation) {
        switch degradation {
        case .noSnapshot: self = .noSnapshot
        case .staleSnapshot: self = .staleSnapshot
        case .expiredSnapshot: self = .expiredSnapshot
        case .scaleMismatch: self = .scaleMismatch
        case .promotionStopped: self = .promotionStopped
        case .leaseExhausted: self = .leaseExhausted
        case .tooManyCells: self = .tooManyCells
        case .ledgerUnavailable: self = .ledgerUnavailable
        case .frozenPrices: self = .frozenPrices
        case .deadlineExceeded: self = .deadlineExceeded
        case .overloaded: self = .overloaded
        case .frequencyStateMissing: self = .frequencyStateMissing
        }
    }
}
