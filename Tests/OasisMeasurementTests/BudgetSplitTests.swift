import OasisMarket
import OasisMeasurement
import Testing

@Suite("Experiments on how budgets are spent")
struct BudgetSplitTests {
    private func split(
        _ shares: [Int] = [5_000, 5_000],
        salt: String = "spending"
    ) throws(InvalidField) -> BudgetSplit {
        try BudgetSplit(
            arms: shares.enumerated()
                .map { .init(name: ExperimentArmID(trusted: "arm-\($0)"), share: BasisPoints($1)) },
            salt: salt
        )
    }

    @Test("Units are split to the last one, each arm within one of its share, and no arm is favoured")
    func units() throws {
        let split = try split([5_000, 3_000, 2_000])
        var odd = [0, 0, 0]
        for campaign in 0..<3_000 {
            let units = campaign % 40
            let parts = split.split(units, named: "c\(campaign)")
            #expect(parts.reduce(0, +) == units)
            for (part, share) in zip(parts, [0.5, 0.3, 0.2]) {
                #expect(abs(Double(part) - Double(units) * share) < 1 && part >= 0)
            }
            for (place, part) in split.split(1, named: "c\(campaign)").enumerated() { odd[place] += part }
        }
        // Caps of one play: 1500, 900 and 600 of 3000, standard deviations 27, 25 and 22.
        #expect(abs(odd[0] - 1_500) < 110 && abs(odd[1] - 900) < 100 && abs(odd[2] - 600) < 90)
        #expect(split.split(1_000_000_000, named: "x").reduce(0, +) == 1_000_000_000)
    }

    @Test("Listeners are split by share, always the same way")
    func listeners() throws {
        let (split, again, other) = (try split([9_000, 1_000]), try split([9_000, 1_000]), try split(salt: "other"))
        let listeners = (0..<5_000).map { ListenerID(trusted: "l\($0)") }
        #expect(listeners.allSatisfy { split.arm(of: $0) == again.arm(of: $0) })
        #expect(abs(listeners.count { split.arm(of: $0) == 1 } - 500) < 100)
        #expect(listeners.contains { (try? self.split().arm(of: $0)) != other.arm(of: $0) })
    }

    @Test("A campaign's cap and guarantee and a policy's daily bounds are split; shares stay shares")
    func market() throws {
        let split = try split([7_000, 3_000])
        let campaigns = (0..<50)
            .map { number in
                Campaign(
                    id: CampaignID(trusted: "c\(number)"),
                    title: "c",
                    song: SongID(trusted: "s"),
                    tracks: [TrackID(trusted: "t\(number)")],
                    artist: ArtistID(trusted: "a"),
                    licensor: LicensorID(trusted: "l"),
                    start: Timestamp(milliseconds: 0),
                    commissionRate: BasisPoints(3_000),
                    dailyCap: number,
                    dailyGuarantee: number - number / 3
                )
            }
        let arms = split.campaigns(campaigns)
        for (number, campaign) in campaigns.enumerated() {
            #expect(arms.reduce(0) { $0 + ($1[number].dailyCap ?? 0) } == campaign.dailyCap)
            let guarantee = arms.reduce(0) { $0 + ($1[number].dailyGuarantee ?? 0) }
            #expect((campaign.dailyGuarantee ?? 0) - 1...(campaign.dailyGuarantee ?? 0) ~= guarantee)
            for arm in arms { try arm[number].validate() }
        }
        let rows = [
            PolicyRow(name: "all", attribute: .delivery, scope: .all, sense: .atMost, measure: .perDay, bound: 1_000),
            PolicyRow(
                name: "share",
                attribute: .delivery,
                scope: .eachLicensor,
                sense: .atMost,
                measure: .share,
                bound: 0.3
            ),
        ]
        #expect(split.rows(rows).map { $0.map(\.bound) } == [[700, 0.3], [300, 0.3]])
    }

    @Test("Splits that are none are refused")
    func refusals() {
        #expect(throws: InvalidField("arms", "must be 2 to 100, but are 1")) { try split([10_000]) }
        #expect(throws: InvalidField("arms", "must have shares that sum to 10000 basis points, but they sum to 9999")) {
            try split([5_000, 4_999])
        }
        #expect(throws: InvalidField("arms[1].share", "must be above 0, but is 0 basis points")) {
            try split([10_000, 0])
        }
        #expect(throws: InvalidField("salt", "must be 1 to 64 characters")) { try split(salt: "") }
    }

    @Test("Arms that share caps mislead by far; arms with caps of their own tell what a roll-out would bring")
    func pacingCouplesArms() throws {
        // An eager way to spend caps, which are used up either way, and one that finds better listeners for them.
        let (patient, eager) = (SpendingMarket.Policy(eagerness: 0.5), SpendingMarket.Policy(eagerness: 1))
        let careful = SpendingMarket.Policy(eagerness: 0.5, streamRate: 0.6)
        let split = try split()
        let market = SpendingMarket()
        for (policy, seed) in [(eager, UInt64(1)), (careful, 2)] {
            let (rolledOut, asBefore) = (
                market.rolledOut(policy, split, seed: seed), market.rolledOut(patient, split, seed: seed)
            )
            let truth = rolledOut / asBefore - 1
            let arms = [patient, policy]
            let apart = try #require(try market.experiment(arms, split, hasOwnCaps: true, seed: seed).answer)
            #expect(apart.lift.interval.lower <= truth && truth <= apart.lift.interval.upper)
            #expect(abs(apart.lift.value - truth) < 0.1)
            guard policy.eagerness > patient.eagerness else { continue }
            #expect(abs(truth) < 0.05, "rolled out, both use every cap up")
            let coupled = try #require(try market.experiment(arms, split, hasOwnCaps: false, seed: seed).answer)
            #expect(coupled.lift.interval.lower > 0.5, "the eager arm took what the other would have spent")
        }
    }
}

/// A day on which listeners ask and capped campaigns are promoted, until their caps are used up.
private struct SpendingMarket {
    struct Policy {
        /// Probability of promoting in a request while there is a cap left.
        var eagerness: Double
        /// Probability that a promotion becomes a stream.
        var streamRate = 0.4
    }

    private let listeners = (0..<4_000).map { ListenerID(trusted: "listener-\($0)") }
    private let requests = 40_000
    private let caps = (0..<20).map { 400 + 10 * $0 }

    /// Streams when everybody has the policy.
    func rolledOut(_ policy: Policy, _ split: BudgetSplit, seed: UInt64) -> Double {
        day([policy, policy], split, caps: [caps, caps], isShared: true, seed: seed).reduce(0, +)
    }

    func experiment(_ policies: [Policy], _ split: BudgetSplit, hasOwnCaps: Bool, seed: UInt64) throws -> Lift {
        let parts = caps.enumerated().map { split.split($1, named: "c\($0)") }
        let own = [parts.map { $0[0] }, parts.map { $0[1] }]
        let streams = day(policies, split, caps: hasOwnCaps ? own : [caps, caps], isShared: !hasOwnCaps, seed: seed)
        return try split.compare(listeners, outcomes: streams, arm: 1, with: 0)
    }

    /// Streams by listener.
    private func day(
        _ policies: [Policy],
        _ split: BudgetSplit,
        caps: [[Int]],
        isShared: Bool,
        seed: UInt64
    ) -> [Double] {
        var (random, left) = (SeededGenerator(seed: seed), caps)
        var streams = [Double](repeating: 0, count: listeners.count)
        for _ in 0..<requests {
            let listener = random.index(below: listeners.count)
            let arm = split.arm(of: listeners[listener])
            let (campaign, draws) = (random.index(below: caps[0].count), (random.uniform(), random.uniform()))
            let book = isShared ? 0 : arm
            guard draws.0 < policies[arm].eagerness, left[book][campaign] > 0 else { continue }
            left[book][campaign] -= 1
            if draws.1 < policies[arm].streamRate { streams[listener] += 1 }
        }
        return streams
    }
}
