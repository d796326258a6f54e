import COasis
import COasisHeader
import OasisMarket
import OasisScoring
import Testing

@Suite("Scoring through C")
struct ScoreTests {
    private let secrets: NodeSecrets

    init() throws {
        secrets = try NodeSecrets(receiptKey: SnapshotFixture.secret)
    }

    @Test("Replies are the server's scorer's, bit for bit, by name and by hash", arguments: [false, true])
    func sameBits(usesHashes: Bool) throws {
        let fixture = try SnapshotFixture()
        defer { withExtendedLifetime(fixture) {} }
        var promoted = 0
        for seed in 0..<200 as Range<UInt64> {
            let arrays = RequestArrays(seed: seed)
            arrays.usesHashes = usesHashes
            arrays.unitsLeft = (0..<30).map { UInt32(($0 + Int(seed)) % 2) }
            let answer = ScoredArrays(arrays, by: fixture.handle, keys: fixture.keys)
            let expected = fixture.scorer.score(
                try arrays.scoreRequest(),
                at: arrays.time,
                drawKey: secrets.drawHash
            ) { (arrays.unitsLeft?[$0] ?? 0) > 0 || $0 % 3 != 0 }
            #expect(answer.status == OASIS_OK)
            #expect(answer.count == expected.promotions.count)
            promoted += answer.count
            for (place, promotion) in expected.promotions.enumerated() {
                #expect(Int(answer.index[place]) == promotion.index)
                #expect(answer.boost[place].bitPattern == promotion.boost.bitPattern)
                #expect(answer.propensity[place].bitPattern == promotion.propensity.bitPattern)
                #expect(Int(answer.campaign[place]) == promotion.campaignPlace)
            }
            #expect((answer.reply.arm == OASIS_ARM_HOLDOUT) == (expected.arm == .holdout))
            #expect(answer.reply.snapshot_number == 7 && answer.reply.policy_version == 3)
            #expect(answer.reply.snapshot_age_seconds == 30)
            #expect(answer.reply.organic_utility == expected.organicUtility)
            #expect(answer.reply.listener_loss == expected.listenerLoss)
            let isShort = answer.reply.degraded & UInt32(OASIS_DEGRADED_LEASE_EXHAUSTED) != 0
            #expect(isShort == expected.degradations.contains(.leaseExhausted))
        }
        #expect(promoted > 200, "a market in which nothing is promoted would prove nothing")
    }

    @Test("Receipts hold, and say what was decided")
    func receipts() throws {
        let fixture = try SnapshotFixture(holdout: 0)
        defer { withExtendedLifetime(fixture) {} }
        let arrays = RequestArrays(seed: 4)
        arrays.unitsLeft = Array(repeating: 1, count: 30)
        arrays.lease = (0..<30).map { Int64(100 + $0) }
        let answer = ScoredArrays(arrays, by: fixture.handle, keys: fixture.keys)
        try #require(answer.count > 0)
        for place in 0..<answer.count {
            let facts = try Receipt.verify(answer.receipt(place), with: secrets.receiptKeys)
            let campaign = Int(answer.campaign[place])
            let track = StableHash.ofNames.hash(arrays.tracks[Int(answer.index[place])])
            #expect(facts.campaignNumber == Int64(campaign + 1))
            #expect(facts.lease == Int64(100 + campaign))
            #expect(facts.trackHash == track)
            #expect(facts.listenerHash == StableHash.ofNames.hash(arrays.listener))
            #expect(facts.issuedAt == arrays.time && facts.snapshot == 7)
            #expect(facts.propensity.bitPattern == answer.propensity[place].bitPattern)
            let request = try RequestID(arrays.id)
            #expect(facts.promotion == secrets.drawHash.hash(request.stableHash, track))
        }
    }

    @Test("Without units, campaigns with a cap are left out, and the reply says so")
    func withoutUnits() throws {
        let fixture = try SnapshotFixture(holdout: 0)
        defer { withExtendedLifetime(fixture) {} }
        var leftOut = 0
        for seed in 0..<50 as Range<UInt64> {
            let answer = ScoredArrays(RequestArrays(seed: seed), by: fixture.handle)
            #expect((0..<answer.count).allSatisfy { answer.campaign[$0] % 3 != 0 })
            if answer.reply.degraded & UInt32(OASIS_DEGRADED_LEASE_EXHAUSTED) != 0 { leftOut += 1 }
        }
        #expect(leftOut > 0)
    }

    @Test("Reasons are told as bits, and a smaller reply needs no arrays but two")
    func arraysLeftOut() throws {
        let fixture = try SnapshotFixture(holdout: 0)
        defer { withExtendedLifetime(fixture) {} }
        let known = UInt32(OASIS_REASON_WORTH_ITS_PRICE | OASIS_REASON_EXPLORATION | OASIS_REASON_MAX_BOOST)
        for seed in 0..<20 as Range<UInt64> {
            let whole = ScoredArrays(RequestArrays(seed: seed), by: fixture.handle)
            #expect((0..<whole.count).allSatisfy { whole.reasons[$0] & known != 0 && whole.reasons[$0] & ~known == 0 })
            let small = ScoredArrays(RequestArrays(seed: seed), by: fixture.handle) { _, reply in
                (reply.propensity, reply.campaign, reply.reasons) = (nil, nil, nil)
                reply.capacity = 3
            }
            #expect(small.status == OASIS_OK)
            #expect(small.index == whole.index && small.boost == whole.boost)
        }
    }

    @Test("A snapshot that is too old for the caller is flagged, and later promotes nothing")
    func ages() throws {
        let fixture = try SnapshotFixture(holdout: 0)
        defer { withExtendedLifetime(fixture) {} }
        let stale = ScoredArrays(RequestArrays(seed: 4), by: fixture.handle) { request, _ in
            request.stale_after_seconds = 29
        }
        #expect(stale.count > 0 && stale.reply.degraded & UInt32(OASIS_DEGRADED_STALE_SNAPSHOT) != 0)
        let expired = ScoredArrays(RequestArrays(seed: 4), by: fixture.handle) { request, _ in
            request.expired_after_seconds = 29
        }
        #expect(expired.count == 0 && expired.reply.degraded == UInt32(OASIS_DEGRADED_EXPIRED_SNAPSHOT))
    }

    @Test("Another scale promotes nothing, and the reply says so")
    func otherScale() throws {
        let fixture = try SnapshotFixture()
        defer { withExtendedLifetime(fixture) {} }
        let arrays = RequestArrays(seed: 4)
        arrays.scale = "other/1"
        let answer = ScoredArrays(arrays, by: fixture.handle)
        #expect(answer.status == OASIS_OK && answer.count == 0)
        #expect(answer.reply.degraded == UInt32(OASIS_DEGRADED_SCALE_MISMATCH))
    }

    @Test("Input that breaks a rule is refused with field and element, and nothing is written")
    func refused() throws {
        let fixture = try SnapshotFixture()
        defer { withExtendedLifetime(fixture) {} }
        typealias Edit = (RequestArrays) -> Void
        let edits: [(String, Int64, Edit)] = [
            ("request_id", -1, { $0.id = "" }), ("request_id", -1, { $0.id = "a b" }),
            ("listener", -1, { $0.listener = String(repeating: "x", count: 129) }),
            ("surface", -1, { $0.surface = "a-surface-with-a-long-name" }),
            ("slate_size", -1, { $0.slateSize = 101 }), ("slate_size", -1, { $0.slateSize = -1 }),
            ("promotable_slots", -1, { $0.slots = 11 }), ("promotable_slots", -1, { $0.slots = -1 }),
            ("organic_score", 3, { $0.organic[3] = .nan }), ("organic_score", 5, { $0.organic[5] = 2e6 }),
            ("stream_probability", 2, { $0.probabilities?[2] = 1.5 }),
            ("is_new_to_artist", 1, { $0.isNew?[1] = 2 }), ("track_names", 7, { $0.tracks[7] = "ü" }),
            ("track_names", 7, { $0.tracks[7] = "" }),
            ("track_names", 0, { $0.tracks[0] = String(repeating: "x", count: 129) }),
            ("time_milliseconds", -1, { $0.time = Timestamp(milliseconds: -1) }),
            ("time_milliseconds", -1, { $0.time = Timestamp(milliseconds: .max) }),
        ]
        for (field, index, edit) in edits {
            let arrays = RequestArrays(seed: 6)
            edit(arrays)
            let answer = ScoredArrays(arrays, by: fixture.handle, keys: fixture.keys)
            #expect(answer.status == OASIS_REFUSED && answer.field == field, "\(field): \(answer.field) \(answer.rule)")
            #expect(answer.error.index == index, "\(field)")
            #expect(answer.index.allSatisfy { $0 == 99 })
        }
    }

    @Test("NULL, a wrong size, and arrays that do not belong together are statuses, not crashes")
    func arguments() throws {
        let fixture = try SnapshotFixture()
        defer { withExtendedLifetime(fixture) {} }
        typealias Edit = (inout oasis_score_request, inout oasis_score_reply) -> Void
        let edits: [(String, Edit)] = [
            ("request.struct_size", { request, _ in request.struct_size -= 8 }),
            ("reply.struct_size", { _, reply in reply.struct_size = 0 }),
            ("organic_score", { request, _ in request.organic_score = nil }),
            ("track_offsets", { request, _ in request.track_offsets = nil }),
            ("track_names", { request, _ in request.track_names.bytes = nil }),
            ("request_id", { request, _ in request.request_id = oasis_text(bytes: nil, length: 3) }),
            ("reply.capacity", { _, reply in reply.capacity = 2 }),
            ("reply.capacity", { _, reply in reply.capacity = .max }),
            ("reply.index", { _, reply in reply.index = nil }), ("reply.boost", { _, reply in reply.boost = nil }),
            ("reply.receipt_length", { _, reply in reply.receipt_length = nil }),
            ("reply.receipt", { request, _ in request.keys = nil }),
            (
                "campaign_count",
                { request, _ in
                    request.campaign_count = 5
                    request.units_left = UnsafePointer(bitPattern: 16)
                }
            ), ("organic_score", { request, _ in request.organic_score = UnsafePointer(bitPattern: 0x1002) }),
        ]
        for (field, edit) in edits {
            let answer = ScoredArrays(RequestArrays(seed: 6), by: fixture.handle, keys: fixture.keys, edit)
            #expect(answer.status == OASIS_BAD_ARGUMENT && answer.field == field, "\(field): \(answer.field)")
        }
        #expect(ScoredArrays(RequestArrays(seed: 6), by: nil).field == "snapshot")
        #expect(oasis_score(fixture.handle, nil, nil, nil) == OASIS_BAD_ARGUMENT)
        let counts = ScoredArrays(RequestArrays(seed: 6), by: fixture.handle) { request, _ in
            request.candidate_count = 1_001
        }
        #expect(counts.status == OASIS_REFUSED && counts.field == "candidate_count")
    }

    @Test("Offsets that fall or leave the names are refused")
    func offsets() throws {
        let fixture = try SnapshotFixture()
        defer { withExtendedLifetime(fixture) {} }
        let memory = BorrowedMemory()
        defer { withExtendedLifetime(memory) {} }
        func answer(_ offsets: [UInt32]) -> ScoredArrays {
            ScoredArrays(RequestArrays(seed: 6, candidates: 2), by: fixture.handle) { request, _ in
                request.track_names = memory.text("abcdef")
                request.track_offsets = memory.copy(offsets)
            }
        }
        #expect(answer([0, 3, 6]).status == OASIS_OK)
        #expect(answer([2, 3, 6]).status == OASIS_OK, "names may begin anywhere")
        #expect(answer([0, 3, 7]).field == "track_offsets")
        #expect(answer([0, 4, 3]).error.index == 2)
        #expect(answer([0, .max, 3]).status == OASIS_REFUSED)
    }

    @Test("A lease or a snapshot that no receipt can carry is refused before anything is written")
    func unsignable() throws {
        let fixture = try SnapshotFixture(holdout: 0)
        defer { withExtendedLifetime(fixture) {} }
        let arrays = RequestArrays(seed: 4)
        arrays.unitsLeft = Array(repeating: 1, count: 30)
        arrays.lease = Array(repeating: 1 << 40, count: 30)
        let answer = ScoredArrays(arrays, by: fixture.handle, keys: fixture.keys)
        #expect(answer.status == OASIS_REFUSED && answer.field == "lease")
        #expect(answer.index.allSatisfy { $0 == 99 })
        #expect(throws: SnapshotFile.Fault.self) { try SnapshotFixture(number: 1 << 48, holdout: 0) }
    }

    @Test("Many threads share one snapshot and one set of keys")
    func threads() async throws {
        let fixture = try SnapshotFixture()
        defer { withExtendedLifetime(fixture) {} }
        let expected = (0..<20 as Range<UInt64>)
            .map { seed in
                ScoredArrays(RequestArrays(seed: seed), by: fixture.handle, keys: fixture.keys).receipts
            }
        // Handles are immutable; the fixture outlives the group.
        nonisolated(unsafe) let (handle, keys) = (fixture.handle, fixture.keys)
        await withTaskGroup(of: Bool.self) { group in
            for _ in 0..<8 {
                group.addTask {
                    (0..<20 as Range<UInt64>)
                        .allSatisfy { seed in
                            ScoredArrays(RequestArrays(seed: seed), by: handle, keys: keys).receipts
                                == expected[Int(seed)]
                        }
                }
            }
            for await isSame in group { #expect(isSame) }
        }
    }
}
