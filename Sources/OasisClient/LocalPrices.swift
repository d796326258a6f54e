import Foundation
public import OasisMarket
public import OasisScoring
import Synchronization

/// The last good snapshot: scores in this process while the server does not, as a client's fallback.
///
/// Campaigns with a cap are never promoted, because this process holds no units of it. Without the server's
/// `receipt.key` no receipts are signed, so plays of what is promoted count as organic.
public final class LocalPrices: Sendable {
    private struct Opened {
        var scorer: Scorer
        var name: String
    }

    private let path: String
    private let secrets: NodeSecrets?
    private let drawKey: UInt64
    private let expiredAfter: Duration
    private let opened = Mutex<Opened?>(nil)

    /// Opens the newest good snapshot, if there is one.
    ///
    /// - Parameters:
    ///   - path: A snapshot file, or a folder of files `snapshot-NUMBER.oasis`, as a server keeps it.
    ///   - receiptKey: The text of the server's file `receipt.key`: draws and receipts are then the server's own.
    ///   - drawKey: Keys the draw when there is no receipt key.
    ///   - expiredAfter: From which age on a snapshot promotes nothing.
    /// - Throws: `InvalidField` when the receipt key is none.
    public init(
        _ path: String,
        receiptKey: String? = nil,
        drawKey: UInt64 = 0,
        expiredAfter: Duration = .seconds(86_400)
    ) throws(InvalidField) {
        self.path = path
        if let receiptKey {
            do throws(InvalidField) {
                secrets = try NodeSecrets(receiptKey: receiptKey)
            } catch {
                throw error.inside("receiptKey")
            }
        } else {
            secrets = nil
        }
        self.drawKey = drawKey
        self.expiredAfter = expiredAfter
        refresh()
    }

    /// Opens a newer snapshot when there is one that is good; reads files, so call it from time to time and not from an
    /// event loop.
    ///
    /// - Returns: Whether there was one.
    @discardableResult
    public func refresh() -> Bool {
        let current = opened.withLock { $0?.name }
        for name in candidates() {
            if name == current { return false }
            let file = name.isEmpty ? path : path + "/" + name
            guard let snapshot = try? MappedSnapshot(path: file) else { continue }
            opened.withLock { $0 = Opened(scorer: Scorer(snapshot), name: name) }
            return true
        }
        return false
    }

    /// Number of the snapshot that it scores by; nil when there is none.
    public var snapshot: UInt64? { opened.withLock { $0?.scorer.pricedBy.number } }

    /// Boosts by the last good snapshot; nil without one.
    @Sendable
    public func score(_ request: ScoreRequest) -> ClientReply? {
        guard let scorer = opened.withLock({ $0?.scorer }) else { return nil }
        let snapshot = scorer.pricedBy
        guard .seconds(request.time.seconds(since: snapshot.createdAt)) <= expiredAfter else {
            var reply = ClientReply(request: request.id, source: .local)
            reply.degradations = [Degradation.expiredSnapshot.rawValue]
            return reply
        }
        let drawHash = NodeSecrets.drawHash(secrets?.drawKey ?? drawKey)
        let scored = scorer.score(request, at: request.time, drawKey: drawHash) { !snapshot.hasCap($0) }
        var reply = ClientReply(request: request.id, source: .local)
        reply.promotions = scored.promotions.map { promotion in
            ClientReply.Promotion(
                index: promotion.index,
                campaign: promotion.campaign,
                boost: promotion.boost,
                propensity: promotion.propensity,
                reasons: promotion.reasons.map(\.rawValue),
                receipt: receipt(of: promotion, in: scored, to: request, drawHash: drawHash),
                explanation: promotion.explanation.map(ClientReply.Explanation.init)
            )
        }
        reply.degradations = scored.degradations.map(\.rawValue)
        reply.snapshot = String(snapshot.number, radix: 16).leftPadded(to: 16)
        reply.policyVersion = scored.policyVersion
        reply.arm = scored.arm.rawValue
        return reply
    }

    private func receipt(
        of promotion: Promotion,
        in reply: ScoreReply,
        to request: ScoreRequest,
        drawHash: StableHash
    ) -> String {
        let facts = promotion.facts(in: reply, to: request.head, at: request.time, lease: 0, drawHash: drawHash)
        guard let secrets, facts.fitReceipt else { return "" }
        return Data(Receipt.sign(facts, with: secrets.receiptKeys)).base64EncodedString()
            .replacing("+", with: "-").replacing("/", with: "_").replacing("=", with: "")
    }

    /// Names of files in the folder, the newest first; an empty one for the file itself.
    private func candidates() -> [String] {
        guard let names = try? FileManager.default.contentsOfDirectory(atPath: path) else { return [""] }
        return names.filter { $0.hasPrefix("snapshot-") && $0.hasSuffix(".oasis") }
            .sorted { ($0.utf8.count, $0) > ($1.utf8.count, $1) }
    }
}

extension String {
    fileprivate func leftPadded(to count: Int) -> String {
        String(repeating: "0", count: max(0, count - utf8.count)) + self
    }
}
