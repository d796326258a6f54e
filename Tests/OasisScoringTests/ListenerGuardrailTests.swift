import OasisMarket
import OasisScoring
import Testing

@Suite("Guardrails for one listener, and experiments")
struct ListenerGuardrailTests {
    private let four = (0..<4).map { (track: "promoted-\($0)", organic: 0.7 - Float($0) * 0.01) }

    private func snapshot(_ change: (inout Guardrails) -> Void = { _ in }) -> Snapshot {
        var snapshot = Fixture.snapshot((0..<4).map { Fixture.campaign($0, artist: UInt64(1 + $0 / 2)) })
        change(&snapshot.guardrails)
        return snapshot
    }

    /// What a listener who met these campaigns of these artists has met.
    private func standing(_ met: [(campaign: Int64, artist: UInt32)], _ limits: [FrequencyLimit]) -> ListenerStanding {
        let rules = FrequencyRules(limits)
        var memory = ListenerFrequency(listenersMaximum: 4)
        for (index, exposure) in met.enumerated() {
            memory.remember(
                Exposure(
                    listener: 1,
                    promotion: UInt64(index + 1),
                    request: nil,
                    campaignNumber: exposure.campaign,
                    artist: exposure.artist,
                    issuedAt: Fixture.noon
                ),
                under: rules
            )
        }
        return memory.standing(of: 1, request: nil, under: rules, at: Fixture.noon)
    }

    @Test("A campaign that the listener met often enough gives way to the next, and is counted under its reason")
    func campaignFrequency() throws {
        let request = try Fixture.request(promoted: four)
        let limits = [FrequencyLimit(scope: .campaign, maximum: 1, windowHours: 24)]
        let reply = Fixture.score(request, by: snapshot(), met: standing([(1, 1)], limits))
        #expect(reply.promotions.map(\.campaign.text) == ["campaign-1"])
        #expect(reply.heldBack[.campaignFrequency] == 1 && reply.heldBack[.slateLimit] == 2)
        #expect(reply.degradations.isEmpty)
        let all = standing([(1, 1), (2, 1), (3, 2), (4, 2)], limits)
        #expect(Fixture.score(request, by: snapshot(), met: all).promotions.isEmpty)
    }

    @Test("An artist whom the listener met often enough is held back in all campaigns")
    func artistFrequency() throws {
        let request = try Fixture.request(promoted: four)
        let limits = [FrequencyLimit(scope: .artist, maximum: 1, windowHours: 24)]
        let reply = Fixture.score(request, by: snapshot(), met: standing([(9, 1)], limits))
        #expect(reply.promotions.map(\.campaign.text) == ["campaign-2"])
        #expect(reply.heldBack[.artistFrequency] == 3, "two of the artist met, and one of two of the other artist")
    }

    @Test("One request never promotes more of an artist than is left, whatever is drawn; the best of them stay")
    func artistWithinARequest() throws {
        var random = snapshot()
        random.randomization = Randomization(smoothing: 5, explorationShare: 0.1)
        let one = standing([], [FrequencyLimit(scope: .artist, maximum: 1, windowHours: 24)])
        var promoted: Set<String> = []
        for index in 0..<300 {
            let request = try Fixture.request("r-\(index)", promoted: four, slots: 2)
            let reply = Fixture.score(request, by: random, met: one)
            let artists = reply.promotions.map { $0.campaignNumber <= 2 ? 1 : 2 }
            #expect(Set(artists).count == artists.count)
            promoted.formUnion(reply.promotions.map(\.campaign.text))
        }
        #expect(promoted == ["campaign-0", "campaign-2"])
    }

    @Test("Of a listener of whom nothing is known, nothing is promoted")
    func unknown() throws {
        let reply = Fixture.score(try Fixture.request(promoted: four), by: snapshot(), met: .unknown)
        #expect(reply.promotions.isEmpty && reply.heldBack[.campaignFrequency] == 4)
    }

    @Test("In shadow mode nothing is promoted, what would have been is kept, and the reply says so")
    func shadow() throws {
        let request = try Fixture.request(promoted: four)
        let served = Fixture.score(request, by: snapshot())
        for shadowed in [snapshot { $0.isShadow = true }, snapshot { $0.shadowSurfaces = [Fixture.radio.surface] }] {
            let reply = Fixture.score(request, by: shadowed)
            #expect(reply.isShadow && reply.arm == .promoted && reply.degradations.isEmpty)
            #expect(reply.promotions.isEmpty && reply.listenerLoss == 0)
            #expect(reply.ghosts == served.promotions && !served.isShadow)
        }
        let elsewhere = Fixture.score(
            try Fixture.request(cell: Fixture.mix),
            by: snapshot { $0.shadowSurfaces = [Fixture.radio.surface] }
        )
        #expect(elsewhere.promotions.count == 1 && !elsewhere.isShadow)
    }

    @Test("An arm's worths, boost, slots and shadow hold for its listeners and for nobody else")
    func arms() throws {
        func reply(_ change: (inout ExperimentArm) -> Void, share: Int = 10_000) throws -> ScoreReply {
            var arm = ExperimentArm(name: ExperimentArmID(trusted: "a"), share: BasisPoints(share))
            change(&arm)
            var tried = snapshot()
            tried.experiments = [ExperimentLayer(name: ExperimentLayerID(trusted: "l"), salt: "l-1", arms: [arm])]
            return Fixture.score(try Fixture.request(promoted: four, slots: 2), by: tried)
        }
        let plain = Fixture.score(try Fixture.request(promoted: four, slots: 2), by: snapshot())
        #expect(plain.experimentArms.isEmpty && plain.promotions.count == 2)
        let same = try reply { _ in }
        #expect(same.experimentArms == ["l/a"] && same.promotions == plain.promotions)
        let dearer = try reply { $0.worthFactors = [.stream: 2] }
        #expect(zip(dearer.promotions, plain.promotions).allSatisfy { abs($0.boost - 2 * $1.boost) < 1e-6 })
        #expect(try reply { $0.worthFactors = [.stream: 0] }.promotions.isEmpty)
        #expect(try reply { $0.maxBoost = 0.25 }.promotions.allSatisfy { $0.boost <= 0.25 })
        #expect(try reply { $0.maxPromotedPerSlate = 1 }.promotions.count == 1)
        let silent = try reply { $0.isShadow = true }
        #expect(silent.isShadow && silent.promotions.isEmpty && silent.ghosts == plain.promotions)
        // Nobody is in an arm of one in 10,000, or hardly anybody.
        #expect(try reply({ $0.isShadow = true }, share: 1).promotions == plain.promotions)
    }

    @Test("A listener in the holdout is in no arm")
    func holdoutInNoArm() throws {
        var tried = snapshot { $0.holdout = BasisPoints(5_000) }
        let arm = ExperimentArm(name: ExperimentArmID(trusted: "a"), share: BasisPoints(10_000))
        tried.experiments = [ExperimentLayer(name: ExperimentLayerID(trusted: "l"), salt: "l-1", arms: [arm])]
        let scorer = Scorer(tried)
        var heldOut = 0
        for index in 0..<200 {
            let request = try Fixture.request(listener: "listener-\(index)")
            let reply = scorer.score(request, at: Fixture.noon, drawKey: Fixture.key) { _ in true }
            #expect(reply.experimentArms == (reply.arm == .holdout ? [] : ["l/a"]))
            #expect(scorer.experiment(of: request.listener).arms == reply.experimentArms)
            if reply.arm == .holdout { heldOut += 1 }
        }
        #expect((60...140).contains(heldOut))
    }

    @Test("Limits and experiments are read back from a snapshot's bytes as they were written")
    func snapshotBytes() throws {
        var written = snapshot {
            $0.minimumGap = 3
            $0.frequency = [
                FrequencyLimit(scope: .artist, maximum: 3, windowHours: 744),
                FrequencyLimit(scope: .campaign, maximum: 1, windowHours: 1),
            ]
            $0.shadowSurfaces = [SurfaceID(trusted: "car")]
            $0.isShadow = true
        }
        written.experiments = [
            ExperimentLayer(
                name: ExperimentLayerID(trusted: "l"),
                salt: "l-1",
                arms: [
                    ExperimentArm(
                        name: ExperimentArmID(trusted: "a"),
                        share: BasisPoints(7),
                        worthFactors: [.save: 0.5, .commission: 3],
                        maxBoost: 0.25,
                        maxPromotedPerSlate: 0,
                        isShadow: true
                    ),
                    ExperimentArm(name: ExperimentArmID(trusted: "b"), share: BasisPoints(9)),
                ]
            )
        ]
        let read = MappedSnapshot(written)
        #expect(read.guardrails == written.guardrails)
        #expect(read.experiments == written.experiments)
        #expect(read.value.experiments == written.experiments)
    }
}

@Suite("A minimum gap in real slates")
struct MinimumGapTests {
    /// A slate of 12 out of 24 tracks, and 8 promotable ones whose boosts lift them to different places.
    private func request(_ id: String) throws -> ScoreRequest {
        let others = (0..<24).map { 1 - Float($0) * 0.02 }
        return try ScoreRequest(
            id: RequestID(id),
            listener: ListenerID("someone"),
            cell: Fixture.radio,
            time: Fixture.noon,
            scale: "test/1",
            slateSize: 12,
            promotableSlots: 4,
            tracks: (0..<24).map { TrackID(trusted: "other-\($0)") }
                + (0..<8).map { TrackID(trusted: "promoted-\($0)") },
            organicScores: others + (0..<8).map { 0.55 + Float($0) * 0.01 },
            streamProbabilities: Array(repeating: 0.5, count: 24) + (0..<8).map { 0.36 + Float($0 * $0 % 7) * 0.02 }
        )
    }

    private func snapshot(gap: Int) -> Snapshot {
        var guardrails = Fixture.guardrails()
        guardrails.minimumGap = gap
        return Fixture.snapshot(
            (0..<8).map { Fixture.campaign($0) },
            guardrails: guardrails,
            smoothing: 0.2,
            exploration: 0.1
        )
    }

    /// Least number of tracks between two promotions in the slate as a ranker plays it.
    private func leastGap(_ request: ScoreRequest, _ promotions: [Promotion]) -> Int {
        var scores = request.organicScores
        for promotion in promotions { scores[promotion.index] += promotion.boost }
        let slate = scores.indices.sorted { (scores[$0], $1) > (scores[$1], $0) }.prefix(request.slateSize)
        let promoted = Set(promotions.map(\.index))
        let places = slate.enumerated().filter { promoted.contains($0.element) }.map(\.offset)
        #expect(places.count == promotions.count, "every promotion reaches the slate")
        return zip(places.dropFirst(), places).map { $0 - $1 - 1 }.min() ?? .max
    }

    @Test("No slate has two promotions closer than the gap; without one they do stand closer", arguments: [1, 2, 4])
    func keepsDistance(gap: Int) throws {
        let (spaced, plain) = (Scorer(snapshot(gap: gap)), Scorer(snapshot(gap: 0)))
        var (together, closer) = (0, 0)
        for index in 0..<600 {
            let request = try request("r-\(index)")
            let reply = spaced.score(request, at: Fixture.noon, drawKey: Fixture.key) { _ in true }
            #expect(leastGap(request, reply.promotions) >= gap)
            if reply.promotions.count > 1 { together += 1 }
            let without = plain.score(request, at: Fixture.noon, drawKey: Fixture.key) { _ in true }
            if leastGap(request, without.promotions) < gap { closer += 1 }
        }
        #expect(together > 50 && closer > 50)
    }

    @Test("Candidates are promoted as often as the logged propensity says, by a chi-square test over 30,000 requests")
    func frequencies() throws {
        let scorer = Scorer(snapshot(gap: 2))
        var request = try request("r")
        let total = 30_000
        var counts: [Int: Int] = [:]
        var propensities: [Int: Float] = [:]
        var tooClose = 0
        for index in 0..<total {
            request.id = try RequestID("r-\(index)")
            let reply = scorer.score(request, at: Fixture.noon, drawKey: Fixture.key) { _ in true }
            for promotion in reply.promotions {
                counts[promotion.index, default: 0] += 1
                #expect(
                    propensities.updateValue(promotion.propensity, forKey: promotion.index) ?? promotion.propensity
                        == promotion.propensity
                )
            }
            tooClose += reply.heldBack[.minimumGap]
        }
        var statistic = 0.0
        for (index, propensity) in propensities where propensity < 1 {
            let (expected, found) = (Double(total) * Double(propensity), Double(counts[index, default: 0]))
            statistic += (found - expected) * (found - expected) / (expected * (1 - Double(propensity)))
        }
        #expect(propensities.count == 8 && tooClose > 0)
        // Eight terms, each a squared standard normal: above 35 less than once in 20,000 runs; the ids are fixed.
        #expect(statistic < 35)
    }
}
