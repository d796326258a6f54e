import OasisMarket
import OasisScoring
import Testing

@Suite("What listeners met lately")
struct ListenerFrequencyTests {
    private static let noon = Fixture.noon
    private let daily = FrequencyRules([
        FrequencyLimit(scope: .campaign, maximum: 2, windowHours: 24),
        FrequencyLimit(scope: .artist, maximum: 3, windowHours: 24),
    ])

    private func exposure(
        _ listener: UInt64 = 1,
        promotion: UInt64,
        request: UInt64? = nil,
        campaign: Int64 = 5,
        artist: UInt32 = 50,
        hoursAgo: Double = 0
    ) -> Exposure {
        Exposure(
            listener: listener,
            promotion: promotion,
            request: request,
            campaignNumber: campaign,
            artist: artist,
            issuedAt: Self.noon.advanced(bySeconds: -3_600 * hoursAgo)
        )
    }

    private func obstacle(
        _ memory: ListenerFrequency,
        _ listener: UInt64 = 1,
        request: UInt64? = nil,
        campaign: Int64 = 5,
        artist: UInt32 = 50,
        rules: FrequencyRules? = nil,
        at now: Timestamp = noon
    ) -> ReasonCode? {
        memory.standing(of: listener, request: request, under: rules ?? daily, at: now)
            .obstacle(campaignNumber: campaign, artist: artist)
    }

    @Test("A campaign is held back from whoever met it as often as allowed, and from nobody else")
    func campaignLimit() {
        var memory = ListenerFrequency(listenersMaximum: 10)
        #expect(obstacle(memory) == nil)
        memory.remember(exposure(promotion: 1), under: daily)
        #expect(obstacle(memory) == nil)
        memory.remember(exposure(promotion: 2), under: daily)
        #expect(obstacle(memory) == .campaignFrequency)
        #expect(obstacle(memory, 2) == nil)
        #expect(obstacle(memory, campaign: 6) == nil)
    }

    @Test("An artist is held back whichever campaigns it was met in")
    func artistLimit() {
        var memory = ListenerFrequency(listenersMaximum: 10)
        for campaign in 1...3 {
            memory.remember(exposure(promotion: UInt64(campaign), campaign: Int64(campaign)), under: daily)
        }
        #expect(obstacle(memory, campaign: 9) == .artistFrequency)
        #expect(obstacle(memory, campaign: 9, artist: 51) == nil)
        let standing = memory.standing(of: 1, request: nil, under: daily, at: Self.noon)
        #expect(standing.artistsLeft(50) == 0 && standing.artistsLeft(51) == 3)
        let other = memory.standing(of: 2, request: nil, under: daily, at: Self.noon)
        #expect(other.artistsLeft(50) == 3)
    }

    @Test("A promotion leaves the window to the second, and every window counts for itself")
    func windows() {
        var memory = ListenerFrequency(listenersMaximum: 10)
        memory.remember(exposure(promotion: 1), under: daily)
        memory.remember(exposure(promotion: 2), under: daily)
        let end = Self.noon.advanced(bySeconds: 86_400)
        #expect(obstacle(memory, at: end.advanced(bySeconds: -1)) == .campaignFrequency)
        #expect(obstacle(memory, at: end) == nil)
        let two = FrequencyRules([
            FrequencyLimit(scope: .campaign, maximum: 5, windowHours: 1),
            FrequencyLimit(scope: .campaign, maximum: 2, windowHours: 48),
        ])
        #expect(obstacle(memory, rules: two, at: end) == .campaignFrequency)
        #expect(obstacle(memory, rules: two, at: end.advanced(bySeconds: 86_400)) == nil)
    }

    @Test("A clock that is set back forgets nothing")
    func clockSetBack() {
        var memory = ListenerFrequency(listenersMaximum: 10)
        for promotion in 1...2 { memory.remember(exposure(promotion: UInt64(promotion)), under: daily) }
        #expect(obstacle(memory, at: Self.noon.advanced(bySeconds: -7_200)) == .campaignFrequency)
    }

    @Test("A repeated request is not held back by what it brought itself, another one is")
    func repeatedRequest() {
        var memory = ListenerFrequency(listenersMaximum: 10)
        for promotion in 1...2 { memory.remember(exposure(promotion: UInt64(promotion), request: 77), under: daily) }
        #expect(obstacle(memory, request: 77) == nil)
        #expect(obstacle(memory, request: 78) == .campaignFrequency)
    }

    @Test("One promotion counts once, however often it is told, and not at all once it is released")
    func onceAndReleased() {
        var memory = ListenerFrequency(listenersMaximum: 10)
        for _ in 0..<5 { memory.remember(exposure(promotion: 1), under: daily) }
        #expect(memory.exposureCount == 1)
        memory.remember(exposure(promotion: 2), under: daily)
        #expect(obstacle(memory) == .campaignFrequency)
        memory.release(listener: 1, promotion: 2)
        memory.release(listener: 1, promotion: 2)
        memory.release(listener: 1, promotion: 99)
        memory.release(listener: 9, promotion: 1)
        #expect(obstacle(memory) == nil)
        memory.remember(exposure(promotion: 2), under: daily)
        #expect(obstacle(memory) == .campaignFrequency, "it was played after all")
        #expect(memory.exposureCount == 2)
    }

    @Test("Nothing is limited without rules")
    func noRules() {
        var memory = ListenerFrequency(listenersMaximum: 10)
        for promotion in 1...60 { memory.remember(exposure(promotion: UInt64(promotion)), under: daily) }
        #expect(obstacle(memory, rules: FrequencyRules([])) == nil)
    }

    @Test("A listener who met more than can be told apart meets no more until one leaves the window")
    func full() {
        let limit = ListenerFrequency.exposuresPerListenerMaximum
        let loose = FrequencyRules([FrequencyLimit(scope: .campaign, maximum: 50, windowHours: 24)])
        var memory = ListenerFrequency(listenersMaximum: 100)
        for index in 0..<limit {
            #expect(obstacle(memory, campaign: 999, rules: loose) == nil)
            memory.remember(
                exposure(promotion: UInt64(index + 1), campaign: Int64(index + 1), hoursAgo: index == 0 ? 20 : 0),
                under: loose
            )
        }
        #expect(obstacle(memory, campaign: 999, rules: loose) == .campaignFrequency)
        let later = Self.noon.advanced(bySeconds: 5 * 3_600)
        #expect(obstacle(memory, campaign: 999, rules: loose, at: later) == nil)
    }

    @Test("The oldest promotion of all is forgotten first, and what was forgotten inside a window is counted")
    func eviction() {
        var memory = ListenerFrequency(listenersMaximum: 4, exposuresEach: 2)
        for index in 0..<8 { memory.remember(exposure(UInt64(index % 4), promotion: UInt64(index + 1)), under: daily) }
        #expect(memory.listenerCount == 4 && memory.exposureCount == 8 && memory.forgottenEarly == 0)
        #expect((0..<4).allSatisfy { obstacle(memory, UInt64($0)) == .campaignFrequency })
        // A ninth exposure takes the place of listener 0's first.
        memory.remember(exposure(3, promotion: 9), under: daily)
        #expect(memory.exposureCount == 8 && memory.forgottenEarly == 1)
        #expect(obstacle(memory, 0) == nil)
        #expect((1..<4).allSatisfy { obstacle(memory, UInt64($0)) == .campaignFrequency })
    }

    @Test("A listener beyond the most that are told apart takes the place of the one who met nothing for longest")
    func listenerEviction() {
        var memory = ListenerFrequency(listenersMaximum: 3, exposuresEach: 10)
        for listener in 1...3 { memory.remember(exposure(UInt64(listener), promotion: UInt64(listener)), under: daily) }
        memory.remember(exposure(1, promotion: 11), under: daily)
        memory.remember(exposure(4, promotion: 4), under: daily)
        #expect(memory.listenerCount == 3)
        // Listener 1's first and listener 2's only one went; listener 1's second stayed.
        #expect(memory.exposureCount == 3 && memory.forgottenEarly == 2)
        let once = FrequencyRules([FrequencyLimit(scope: .campaign, maximum: 1, windowHours: 24)])
        #expect(obstacle(memory, 2, rules: once) == nil)
        for listener in [1, 3, 4] { #expect(obstacle(memory, UInt64(listener), rules: once) == .campaignFrequency) }
    }

    @Test("What no window reaches any more is forgotten without being missed")
    func forgottenInTime() {
        var memory = ListenerFrequency(listenersMaximum: 2, exposuresEach: 1)
        memory.remember(exposure(1, promotion: 1, hoursAgo: 30), under: daily)
        memory.remember(exposure(2, promotion: 2, hoursAgo: 30), under: daily)
        memory.remember(exposure(3, promotion: 3), under: daily)
        #expect(memory.forgottenEarly == 0 && memory.listenerCount == 2)
    }

    @Test("It agrees with a plain count over everything that happened, through many evictions of old promotions")
    func againstPlainCount() {
        let rules = FrequencyRules([
            FrequencyLimit(scope: .campaign, maximum: 2, windowHours: 6),
            FrequencyLimit(scope: .artist, maximum: 4, windowHours: 12),
        ])
        // 12 hours of one promotion every 20 s are 2,160 of at most 3,000: nothing inside a window is forgotten.
        var memory = ListenerFrequency(listenersMaximum: 500, exposuresEach: 6)
        var random = SeededGenerator(seed: 11)
        var history: [Exposure] = []
        var obstacles: [ReasonCode?: Int] = [:]
        for step in 0..<20_000 {
            let now = Self.noon.advanced(bySeconds: Double(step) * 20)
            let listener = UInt64(random.index(below: 400)) &* 0x9e37_79b9_7f4a_7c15
            let campaign = Int64(1 + random.index(below: 6))
            let artist = UInt32(campaign / 3)
            let recent = history.suffix(2_200).filter { $0.listener == listener }
            let seconds = UInt32(now.milliseconds / 1_000)
            let ofCampaign = recent.filter { $0.campaign == campaign && $0.seconds + 6 * 3_600 > seconds }.count
            let ofArtist = recent.filter { $0.artist == artist && $0.seconds + 12 * 3_600 > seconds }.count
            let expected: ReasonCode? = ofCampaign >= 2 ? .campaignFrequency : ofArtist >= 4 ? .artistFrequency : nil
            let found = obstacle(memory, listener, campaign: campaign, artist: artist, rules: rules, at: now)
            #expect(found == expected, "step \(step)")
            obstacles[found, default: 0] += 1
            // Also when it should not be: the memory counts what it is told.
            let exposure = Exposure(
                listener: listener,
                promotion: UInt64(step + 1),
                request: nil,
                campaignNumber: campaign,
                artist: artist,
                issuedAt: now
            )
            memory.remember(exposure, under: rules)
            history.append(exposure)
        }
        #expect(memory.forgottenEarly == 0 && memory.exposureCount == 3_000)
        #expect(obstacles[.campaignFrequency, default: 0] > 100 && obstacles[.artistFrequency, default: 0] > 100)
    }

    @Test("A million listeners take the memory that is stated, and no listener is mistaken for another")
    func stated() {
        #expect(ListenerFrequency.bytes(listenersMaximum: 1_000_000) <= 162_000_000)
        let rules = FrequencyRules([FrequencyLimit(scope: .campaign, maximum: 1, windowHours: 24)])
        var memory = ListenerFrequency(listenersMaximum: 2_000, exposuresEach: 2)
        // Names that differ in their upper bits alone share a home in the table.
        let listeners = (0..<2_000).map { UInt64($0 % 10) << 48 | UInt64($0 / 10) }
        for (index, listener) in listeners.enumerated() where index % 2 == 0 {
            memory.remember(exposure(listener, promotion: UInt64(index + 1)), under: rules)
        }
        let blocked = listeners.map { obstacle(memory, $0, rules: rules) != nil }
        #expect(blocked == listeners.indices.map { $0 % 2 == 0 })
    }
}
