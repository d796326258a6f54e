import OasisMarket
import OasisScoring
import Synchronization

/// What listeners met lately, shared by the threads that score.
///
/// Listeners are spread over shards by their hash, each with a lock of its own that is held for a look-up. There is no
/// memory before the first rebuild, so a policy without frequency limits costs nothing.
final class FrequencyState: Sendable {
    private final class Shard: Sendable {
        let memory = Mutex<ListenerFrequency?>(nil)
    }

    private static let shardBits: UInt64 = 4

    private let shards = (0..<(1 << shardBits)).map { _ in Shard() }
    private let listenersMaximum: Int
    /// How far back the memory knows everything that was played, in seconds; 0 before the first rebuild.
    private let knownSeconds = Atomic<UInt32>(0)
    /// Artists by campaign number, also of campaigns that no snapshot names any more.
    private let artists = Mutex<[Int64: UInt32]>([:])

    init(listenersMaximum: Int) {
        self.listenersMaximum = listenersMaximum
    }

    /// Whether the memory reaches as far back as `rules` look.
    func covers(_ rules: FrequencyRules) -> Bool {
        knownSeconds.load(ordering: .acquiring) >= rules.longestSeconds
    }

    /// Exposures that had to be forgotten while a window still reached them.
    var forgottenEarly: Int {
        shards.reduce(0) { $0 + $1.memory.withLock { $0?.forgottenEarly ?? 0 } }
    }

    /// Listeners remembered.
    var listenerCount: Int {
        shards.reduce(0) { $0 + $1.memory.withLock { $0?.listenerCount ?? 0 } }
    }

    /// Begins with an empty memory, has `read` hand over what happened, and covers `rules` when it returns.
    ///
    /// While it runs nothing is covered, so nothing is promoted that could go unnoticed here.
    func rebuild<Failure: Error>(
        for rules: FrequencyRules,
        _ read: ((Exposure) -> Void) throws(Failure) -> Void
    ) throws(Failure) {
        knownSeconds.store(0, ordering: .releasing)
        let each = max(1, listenersMaximum / shards.count)
        for shard in shards {
            shard.memory.withLock { $0 = ListenerFrequency(listenersMaximum: each) }
        }
        try read { remember($0, under: rules) }
        knownSeconds.store(rules.longestSeconds, ordering: .releasing)
    }

    /// Learns whose song each campaign promotes.
    func learn(artists known: [Int64: UInt32]) {
        artists.withLock { $0 = known }
    }

    /// The artist of a campaign; 0 when nobody has said.
    func artist(ofCampaign number: Int64) -> UInt32 {
        artists.withLock { $0[number] ?? 0 }
    }

    /// Whom a listener has met often enough.
    func standing(
        of listener: UInt64,
        request: UInt64,
        under rules: FrequencyRules,
        at now: Timestamp
    ) -> ListenerStanding {
        shard(of: listener).memory
            .withLock {
                $0?.standing(of: listener, request: request, under: rules, at: now) ?? .unlimited
            }
    }

    /// Remembers a promotion if the listener may still meet it; says whether.
    ///
    /// Asked again under the lock: another request of the same listener may have come in between.
    func admit(_ exposure: Exposure, request: UInt64, under rules: FrequencyRules, at now: Timestamp) -> Bool {
        shard(of: exposure.listener).memory
            .withLock { memory in
                guard let standing = memory?.standing(of: exposure.listener, request: request, under: rules, at: now),
                    standing.obstacle(campaignNumber: Int64(exposure.campaign), artist: exposure.artist) == nil
                else { return false }
                memory?.remember(exposure, under: rules)
                return true
            }
    }

    /// Remembers a promotion that was met.
    func remember(_ exposure: Exposure, under rules: FrequencyRules) {
        shard(of: exposure.listener).memory.withLock { $0?.remember(exposure, under: rules) }
    }

    /// Takes a promotion back that was never played.
    func release(listener: UInt64, promotion: UInt64) {
        shard(of: listener).memory.withLock { $0?.release(listener: listener, promotion: promotion) }
    }

    /// By the upper bits: the lower ones find the place inside a shard.
    private func shard(of listener: UInt64) -> Shard { shards[Int(listener >> (64 - Self.shardBits))] }
}
