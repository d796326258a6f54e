import OasisMarket
import OasisScoring
import Testing

@Suite("Guardrails hold whatever the prices say")
struct GuardrailTests {
    private let snapshot = Fixture.snapshot((0..<4).map { Fixture.campaign($0) })
    private let four = (0..<4).map { (track: "promoted-\($0)", organic: 0.7 - Float($0) * 0.01) }

    @Test("An unrestrained request is promoted to, so that the other tests show something")
    func baseline() throws {
        let reply = Fixture.score(try Fixture.request(), by: snapshot)
        #expect(reply.promotions.map(\.campaign.text) == ["campaign-0"])
        #expect(reply.degradations.isEmpty)
        #expect(reply.snapshot == 7 && reply.policyVersion == 3 && reply.snapshotAgeSeconds == 30)
        #expect(abs(reply.organicUtility - 1.7) < 1e-6)
        #expect(abs(reply.listenerLoss - 0.1) < 1e-6)
    }

    @Test("No more are promoted than the policy and the request allow a slate", arguments: [0, 1, 2, 3])
    func perSlate(limit: Int) throws {
        var limited = snapshot
        limited.guardrails.maxPromotedPerSlate = limit
        let request = try Fixture.request(promoted: four, slots: 2)
        #expect(Fixture.score(request, by: limited).promotions.count == min(limit, 2))
        let none = try Fixture.request(promoted: four, slots: 0)
        #expect(Fixture.score(none, by: limited).promotions.isEmpty)
    }

    @Test("A candidate below the least quantile of the request is not promoted")
    func percentile() throws {
        var strict = snapshot
        let request = try Fixture.request(promoted: [("promoted-0", 0.4), ("promoted-1", 0.1)])
        // Sorted: 0.1 0.3 0.4 0.8 0.9: the 60 % quantile is 0.4, the 61 % quantile 0.8.
        strict.guardrails.minimumOrganicPercentile = 0.6
        #expect(Fixture.score(request, by: strict).promotions.map(\.campaign.text) == ["campaign-0"])
        strict.guardrails.minimumOrganicPercentile = 0.61
        #expect(Fixture.score(request, by: strict).promotions.isEmpty)
        strict.guardrails.minimumOrganicPercentile = 1
        #expect(Fixture.score(request, by: strict).promotions.isEmpty)
    }

    @Test("A boost is cut to the policy's largest, with the reason, and still lifts the candidate into the slate")
    func cut() throws {
        var limited = snapshot
        limited.guardrails.maxBoost = 0.2
        let request = try Fixture.request()
        let promotion = try #require(Fixture.score(request, by: limited).promotions.first)
        #expect(promotion.boost <= 0.2 && promotion.boost > 0.19)
        #expect(promotion.reasons == [.worthItsPrice, .maxBoost])
        #expect(Fixture.slate(request, [promotion]).contains(promotion.index))
        limited.guardrails.maxBoost = 0.05
        #expect(Fixture.score(request, by: limited).promotions.isEmpty, "it would take more than the largest boost")
    }

    @Test("A candidate that needs exactly the largest boost to draw level is not lifted past the limit")
    func boostAtTheLimit() throws {
        var limited = snapshot
        limited.guardrails.maxBoost = 0.25
        let request = try ScoreRequest(
            id: RequestID("r"),
            listener: ListenerID("l"),
            cell: Fixture.radio,
            time: Fixture.noon,
            scale: "test/1",
            slateSize: 1,
            promotableSlots: 1,
            tracks: [TrackID("other"), TrackID("promoted-0")],
            organicScores: [0.5, 0.25]
        )
        for promotion in Fixture.score(request, by: limited).promotions { #expect(promotion.boost <= 0.25) }
    }

    @Test(
        "A boost is found at once on scales where a step of the score is far coarser than a step of the boost",
        .timeLimit(.minutes(1))
    )
    func coarseScale() throws {
        let top = Float(1_000_000)
        let request = try ScoreRequest(
            id: RequestID("r"),
            listener: ListenerID("l"),
            cell: Fixture.radio,
            time: Fixture.noon,
            scale: "test/1",
            slateSize: 1,
            promotableSlots: 1,
            tracks: [TrackID("other"), TrackID("promoted-0")],
            organicScores: [top, top.nextDown]
        )
        var forced = snapshot
        forced.randomization = Randomization(smoothing: 0, explorationShare: 0.1)
        forced.campaigns[0].prices = Fixture.vector([.delivery: 1])
        let scorer = Scorer(forced)
        var promoted = 0
        for draw in 0..<1_000 {
            var request = request
            request.id = try RequestID("r-\(draw)")
            let reply = scorer.score(request, at: Fixture.noon, drawKey: Fixture.key) { _ in true }
            promoted += reply.promotions.count
            for promotion in reply.promotions { #expect(top.nextDown + promotion.boost > top) }
        }
        #expect(promoted > 5)
    }

    @Test("The holdout is the share that the policy says, and keeps what it would have had as ghosts")
    func holdout() throws {
        var split = snapshot
        split.guardrails.holdout = BasisPoints(1_000)
        let scorer = Scorer(split)
        var held = 0
        for index in 0..<10_000 {
            let request = try Fixture.request(listener: "listener-\(index)")
            let reply = scorer.score(request, at: Fixture.noon, drawKey: Fixture.key) { _ in true }
            #expect(reply.arm == scorer.arm(of: request.listener))
            if reply.arm == .holdout {
                held += 1
                #expect(reply.promotions.isEmpty && reply.listenerLoss == 0)
                #expect(reply.ghosts.map(\.campaign.text) == ["campaign-0"])
            } else {
                #expect(reply.ghosts.isEmpty && reply.promotions.count == 1)
            }
        }
        // 10 % of 10,000, six standard deviations either way.
        #expect(abs(held - 1_000) < 180)
    }

    @Test("A holdout of nothing holds nobody out, a holdout of everything everybody")
    func holdoutEdges() throws {
        for (share, arm) in [(0, Arm.promoted), (10_000, .holdout)] {
            var split = snapshot
            split.guardrails.holdout = BasisPoints(share)
            let scorer = Scorer(split)
            #expect((0..<1_000).allSatisfy { scorer.arm(of: ListenerID(trusted: "l\($0)")) == arm })
        }
    }

    @Test("A stopped policy, a disabled surface and another scale promote nothing and say so")
    func obstacles() throws {
        var stopped = snapshot
        stopped.guardrails.isPromotionStopped = true
        let reply = Fixture.score(try Fixture.request(), by: stopped)
        #expect(reply.promotions.isEmpty && reply.ghosts.isEmpty && reply.degradations == [.promotionStopped])
        var disabled = snapshot
        disabled.guardrails.disabledSurfaces = [Fixture.radio.surface]
        #expect(Fixture.score(try Fixture.request(), by: disabled).degradations == [.promotionStopped])
        #expect(Fixture.score(try Fixture.request(cell: Fixture.mix), by: disabled).promotions.count == 1)
        let foreign = Fixture.score(try Fixture.request(scale: "other/1"), by: snapshot)
        #expect(foreign.promotions.isEmpty && foreign.degradations == [.scaleMismatch])
    }

    @Test("A campaign is promoted inside its window alone, by the deciding clock")
    func window() throws {
        var timed = snapshot
        timed.campaigns[0].start = Fixture.noon
        timed.campaigns[0].end = Fixture.noon.advanced(bySeconds: 60)
        let request = try Fixture.request()
        for (seconds, count) in [(-0.001, 0), (0, 1), (59.999, 1), (60, 0)] {
            let reply = Fixture.score(request, by: timed, at: Fixture.noon.advanced(bySeconds: seconds))
            #expect(reply.promotions.count == count, "\(seconds) s after the start")
        }
    }

    @Test("A campaign is promoted in its surfaces and markets alone")
    func contexts() throws {
        var narrow = snapshot
        narrow.campaigns[0].surfaces = [SurfaceID(trusted: "radio")]
        narrow.campaigns[0].markets = [MarketID(trusted: "DE")]
        #expect(Fixture.score(try Fixture.request(), by: narrow).promotions.count == 1)
        #expect(Fixture.score(try Fixture.request(cell: Fixture.mix), by: narrow).promotions.isEmpty)
        let here = Cell(surface: SurfaceID(trusted: "radio"), market: MarketID(trusted: "US"))
        #expect(Fixture.score(try Fixture.request(cell: here), by: narrow).promotions.isEmpty)
    }

    @Test("Without a unit a campaign is not promoted, and the reply says what is short; the next best takes its place")
    func leases() throws {
        let request = try Fixture.request(promoted: four)
        let none = Fixture.score(request, by: snapshot) { _ in false }
        #expect(none.promotions.isEmpty && none.degradations == [.leaseExhausted])
        let others = Fixture.score(request, by: snapshot) { $0 != 0 }
        #expect(others.promotions.map(\.campaign.text) == ["campaign-1"])
        #expect(others.degradations == [.leaseExhausted])
        var worthless = snapshot
        worthless.campaigns[0].prices = Fixture.vector([.delivery: 5])
        let unwanted = Fixture.score(request, by: worthless) { $0 != 0 }
        #expect(unwanted.degradations.isEmpty, "nobody misses a unit of what is not worth its price")
        worthless.randomization = Randomization(smoothing: 0, explorationShare: 0.1)
        let explored = Fixture.score(request, by: worthless) { $0 != 0 }
        #expect(explored.degradations == [.leaseExhausted], "others have the probability that it would have had")
        let drawn = Fixture.score(request, by: worthless) { _ in true }
        #expect(drawn.degradations.isEmpty)
    }

    @Test("A song is played once: of a campaign's tracks in one request at most one is promoted")
    func twoTracksOfOneSong() throws {
        var double = Fixture.snapshot([Fixture.campaign(0)])
        double = Fixture.snapshot([
            {
                var campaign = double.campaigns[0]
                campaign.tracks = [TrackID(trusted: "promoted-0"), TrackID(trusted: "promoted-0-remaster")]
                return campaign
            }()
        ])
        let request = try Fixture.request(promoted: [("promoted-0", 0.6), ("promoted-0-remaster", 0.7)], slots: 2)
        let reply = Fixture.score(request, by: double)
        #expect(reply.promotions.map { request.tracks[$0.index].text } == ["promoted-0-remaster"])
        let repeated = try Fixture.request(promoted: [("promoted-0", 0.7), ("promoted-0", 0.7)], slots: 2)
        #expect(Fixture.score(repeated, by: double).promotions.count == 1)
    }

    @Test("A slate that plays every candidate leaves nothing to promote")
    func shortRequests() throws {
        let request = try ScoreRequest(
            id: RequestID("r"),
            listener: ListenerID("l"),
            cell: Fixture.radio,
            time: Fixture.noon,
            scale: "test/1",
            slateSize: 5,
            promotableSlots: 5,
            tracks: [TrackID("promoted-0"), TrackID("promoted-1")],
            organicScores: [0.5, 0.1]
        )
        #expect(Fixture.score(request, by: snapshot).promotions.isEmpty)
    }

    @Test("A cell that no price is known for is priced as elsewhere")
    func elsewhere() throws {
        var priced = Fixture.snapshot(
            [Fixture.campaign(0)],
            cells: [PricedCell(cell: Fixture.radio, prices: Fixture.vector([.delivery: 5]))]
        )
        #expect(Fixture.score(try Fixture.request(), by: priced).promotions.isEmpty)
        #expect(Fixture.score(try Fixture.request(cell: Fixture.mix), by: priced).promotions.count == 1)
        priced.elsewherePrices = Fixture.vector([.delivery: 5])
        #expect(Fixture.score(try Fixture.request(cell: Fixture.mix), by: priced).promotions.isEmpty)
    }

    @Test("The same request gets the same reply, another id another draw")
    func replay() throws {
        let random = Fixture.snapshot(
            (0..<4).map { Fixture.campaign($0) },
            smoothing: 5,
            exploration: 0.05
        )
        var replies: Set<[Int]> = []
        for index in 0..<200 {
            let request = try Fixture.request("request-\(index)", promoted: four)
            let reply = Fixture.score(request, by: random)
            #expect(Fixture.score(request, by: random) == reply)
            replies.insert(reply.promotions.map(\.index))
        }
        #expect(replies.count > 2)
    }
}
