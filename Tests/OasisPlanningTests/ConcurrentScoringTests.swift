import Foundation
import OasisMarket
import OasisPlanning
import OasisScoring
import Synchronization
import Testing

@Suite("Scoring on many threads at once")
struct ConcurrentScoringTests {
    /// What the threads got.
    private struct Seen {
        var replies = 0
        var withoutSnapshot = 0
        var stepsBack = 0
        var promotions: [CampaignID: Int] = [:]
        var names: Set<UInt64> = []
    }

    @Test("While prices are swapped no request is lost, no cap exceeded, and no unit handed out twice")
    func swapping() throws {
        let cap = 60
        let node = try Node(campaigns: (0..<4).map { Market.campaign($0, cap: cap) })
        let engine = node.engine
        _ = try engine.replan(at: Market.noon)
        try engine.refillLeases(at: Market.noon)
        let seen = Mutex(Seen())
        let (threads, requests) = (4, 250)
        DispatchQueue.concurrentPerform(iterations: threads + 1) { thread in
            if thread == threads {
                // The fifth plans as long as others score.
                while seen.withLock({ $0.replies }) < threads * requests {
                    _ = try? engine.replan(at: Market.noon)
                }
                return
            }
            var random = SeededGenerator(seed: UInt64(thread))
            var latest: UInt64 = 0
            for index in 0..<requests {
                let request = try? Market.request(thread * requests + index, at: Market.noon, &random)
                guard let request else { continue }
                let reply = engine.score(request, at: Market.noon)
                seen.withLock { seen in
                    seen.replies += 1
                    seen.withoutSnapshot += reply.snapshot == nil ? 1 : 0
                    seen.stepsBack += (reply.snapshot ?? 0) < latest ? 1 : 0
                    for promotion in reply.promotions {
                        seen.promotions[promotion.campaign, default: 0] += 1
                        guard let facts = try? Receipt.verify(promotion.receipt, with: Market.keys), facts.lease != 0
                        else { continue }
                        seen.names.insert(facts.promotion)
                    }
                }
                latest = max(latest, reply.snapshot ?? 0)
                if reply.degradations.contains(.leaseExhausted) { try? engine.refillLeases(at: Market.noon) }
            }
        }
        let result = seen.withLock { $0 }
        #expect(result.replies == threads * requests)
        #expect(result.withoutSnapshot == 0)
        #expect(result.stepsBack == 0)
        let promoted = result.promotions.values.reduce(0, +)
        #expect(promoted > 2 * cap, "caps were put to the test")
        #expect(result.names.count == promoted, "each promotion has a receipt with a lease")
        #expect(result.promotions.values.allSatisfy { $0 <= cap })
    }
}
