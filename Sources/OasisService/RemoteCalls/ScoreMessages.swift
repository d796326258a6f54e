internal import Foundation
internal import OasisMarket
internal import OasisMessages
internal import OasisScoring
internal import SwiftProtobuf

/// A score request and its reply as `oasis.v1` writes them; the same content as in JSON.
enum ScoreMessages {
    /// Reads a request; `clock` says whether its own time decides.
    static func request(_ message: Oasis_V1_ScoreRequest, clock: MarketClock) throws(InvalidField) -> ScoreRequest {
        let columns = message.candidates
        return try ScoreRequest(
            id: try identifier(message.requestID, "requestId"),
            listener: try identifier(message.listenerID, "listener"),
            cell: Cell(
                surface: try identifier(message.surface, "surface"),
                market: try identifier(message.market, "market")
            ),
            time: try time(message, clock: clock),
            scale: message.scale,
            slateSize: Int(message.slateSize),
            promotableSlots: Int(message.promotableSlots),
            tracks: try tracks(columns.trackID),
            organicScores: columns.organicScore,
            streamProbabilities: columns.streamProbability.isEmpty ? nil : columns.streamProbability,
            isNewToArtist: columns.isNewToArtist.isEmpty ? nil : columns.isNewToArtist
        )
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
    static func time(_ message: Google_Protobuf_Timestamp, _ field: String) throws(InvalidField) -> Timestamp {
        try require(
            (-62_135_596_800...253_402_300_799).contains(message.seconds)
                && (0...999_999_999).contains(message.nanos),
            field,
            "must be a time of the years 1 to 9999 with 0 to 999999999 nanoseconds"
        )
        return Timestamp(milliseconds: message.seconds * 1_000 + Int64(message.nanos / 1_000_000))
    }

    /// The request's own time decides only where requests are the clock.
    private static func time(
        _ message: Oasis_V1_ScoreRequest,
        clock: MarketClock
    ) throws(InvalidField) -> Timestamp {
        guard clock.source == .requests else { return clock.now }
        try require(message.hasTime, "time", "must be given, because clock.source is requests")
        return try time(message.time, "time")
    }

    private static func tracks(_ names: [String]) throws(InvalidField) -> [TrackID] {
        // Counted before anything is made of them: the rest of the refusals are ScoreRequest's.
        try require(
            (1...ScoreRequest.candidatesMaximum).contains(names.count),
            "candidates.track",
            "must name 1 to \(ScoreRequest.candidatesMaximum) candidates, but names \(names.count)"
        )
        var tracks: [TrackID] = []
        tracks.reserveCapacity(names.count)
        for (index, name) in names.enumerated() {
            do throws(InvalidField) {
                tracks.append(try TrackID(name))
            } catch {
                throw error.inside("candidates.track[\(index)]")
            }
        }
        return tracks
    }

    /// Writes a reply; ghosts stay inside, or a caller could treat the holdout's listeners differently.
    static func response(_ reply: ScoreReply) -> Oasis_V1_ScoreResponse {
        var message = Oasis_V1_ScoreResponse()
        message.requestID = reply.request.text
        if let snapshot = reply.snapshot {
            message.pricing.snapshotID = snapshot
            message.pricing.snapshotAgeSeconds = reply.snapshotAgeSeconds ?? 0
            message.pricing.policyVersion = reply.policyVersion ?? 0
        }
        message.arm = Oasis_V1_Arm(reply.arm)
        message.experimentArms = reply.experimentArms
        message.isShadow = reply.isShadow
        message.promotions = reply.promotions.map { promotion in
            .with {
                $0.index = Int32(promotion.index)
                $0.campaignID = promotion.campaign.text
                $0.boost = promotion.boost
                $0.propensity = promotion.propensity
                $0.reasonCodes = promotion.reasons.map { Oasis_V1_ReasonCode($0) }
                $0.receipt = Data(promotion.receipt)
            }
        }
        message.degraded = reply.degradations.map { Oasis_V1_Degradation($0) }
        return message
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
