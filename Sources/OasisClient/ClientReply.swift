public import OasisMarket

/// What to add to the organic scores, and how it came about.
public struct ClientReply: Hashable, Sendable {
    /// Whose boosts a reply holds.
    public enum Source: String, Hashable, Sendable {
        /// The server's.
        case server
        /// This process's own, by the last good snapshot; `failure` says why not the server's.
        case local
        /// Nobody's: every boost is 0, and `failure` says why.
        case none
    }

    /// One promoted candidate.
    public struct Promotion: Hashable, Sendable {
        /// Its place in the request's columns.
        public var index: Int
        /// The campaign that is promoted.
        public var campaign: CampaignID
        /// What the caller adds to its organic score, in organic-score units.
        public var boost: Float
        /// Probability with which it was promoted in this request, 0 to 1.
        public var propensity: Float
        /// What shaped the decision, as codes.
        public var reasons: [String]
        /// To be echoed on its events, in base64url; empty when there is none.
        public var receipt: String
        /// How the boost came about; nil unless the request asked for it.
        public var explanation: Explanation?

        /// Gathers a promotion.
        public init(
            index: Int,
            campaign: CampaignID,
            boost: Float,
            propensity: Float,
            reasons: [String],
            receipt: String,
            explanation: Explanation? = nil
        ) {
            self.index = index
            self.campaign = campaign
            self.boost = boost
            self.propensity = propensity
            self.reasons = reasons
            self.receipt = receipt
            self.explanation = explanation
        }
    }

    /// The request it answers.
    public var request: RequestID
    /// Whose boosts these are.
    public var source: Source
    /// Why they are not the server's; nil when they are.
    public var failure: ClientFailure?
    /// The promoted candidates; every other candidate's boost is 0.
    public var promotions: [Promotion]
    /// What was not as it should be, as codes; the reply is safe to use as it is.
    public var degradations: [String]
    /// The snapshot that priced it, as 16 hexadecimal digits.
    public var snapshot: String?
    /// Version of the policy in that snapshot.
    public var policyVersion: Int64?
    /// Which side of the permanent experiment the listener is on.
    public var arm: String?
    /// Whether a second try was sent.
    public var isHedged: Bool

    /// A reply without boosts.
    public init(request: RequestID, source: Source, failure: ClientFailure? = nil) {
        self.request = request
        self.source = source
        self.failure = failure
        promotions = []
        degradations = []
        isHedged = false
    }

    init(_ answer: ScoreAnswer) {
        self.init(request: answer.requestId, source: .server)
        promotions = answer.promotions.map { promotion in
            Promotion(
                index: promotion.index,
                campaign: promotion.campaign,
                boost: promotion.boost,
                propensity: promotion.propensity,
                reasons: promotion.reasons,
                receipt: promotion.receipt,
                explanation: promotion.explanation
            )
        }
        degradations = answer.degraded
        snapshot = answer.snapshot
        policyVersion = answer.policyVersion
        arm = answer.arm
    }

    /// What to add to each of `count` candidates' organic scores.
    public func boosts(count: Int) -> [Float] {
        var boosts = [Float](repeating: 0, count: count)
        for promotion in promotions where boosts.indices.contains(promotion.index) {
            boosts[promotion.index] = promotion.boost
        }
        return boosts
    }
}

/// Why a call has no answer that can be used.
public struct ClientFailure: Error, Hashable, Sendable, CustomStringConvertible {
    /// Which sort.
    public struct Kind: Hashable, Sendable {
        private enum Code: String {
            case circuitOpen
            case unreachable
            case connectionLost
            case deadlinePassed
            case refused
            case serverError
            case malformedReply
        }

        private let code: Code

        private init(_ code: Code) { self.code = code }

        /// The server did not answer lately, so nothing was sent.
        public static let circuitOpen = Kind(.circuitOpen)
        /// Nothing listens there; nothing was sent.
        public static let unreachable = Kind(.unreachable)
        /// The connection broke; whether the server acted on the call is not known.
        public static let connectionLost = Kind(.connectionLost)
        /// No answer in time; whether the server acted on the call is not known.
        public static let deadlinePassed = Kind(.deadlinePassed)
        /// The server refused the request.
        public static let refused = Kind(.refused)
        /// The server could not answer: a status of 500 or more, 408 or 429.
        public static let serverError = Kind(.serverError)
        /// The answer is not one of ours.
        public static let malformedReply = Kind(.malformedReply)

        /// Its name.
        public var name: String { code.rawValue }
    }

    /// Which sort.
    public var kind: Kind
    /// What happened, in a sentence for people.
    public var message: String

    /// Says what happened.
    public init(_ kind: Kind, _ message: String) {
        self.kind = kind
        self.message = message
    }

    init(_ failure: HTTPFailure) {
        let kind: Kind =
            switch failure {
            case .unreachable: .unreachable
            case .connectionLost, .staleConnection: .connectionLost
            case .deadlinePassed: .deadlinePassed
            case .answerTooLarge: .malformedReply
            }
        self.init(kind, failure.description)
    }

    /// What a status other than 200 means.
    init(_ answer: HTTPAnswer) {
        let detail = ServerRefusal.detail(answer)
        let isRefused = (400..<500).contains(answer.status) && answer.status != 408 && answer.status != 429
        self.init(isRefused ? .refused : .serverError, "\(detail.reason): \(detail.message)")
    }

    /// Sort and sentence.
    public var description: String { "\(kind.name): \(message)" }
}

extension ClientFailure.Kind: CustomStringConvertible {
    /// Its name.
    public var description: String { name }
}
