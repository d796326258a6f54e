import OasisMarket
import OasisPlanning
import OasisService
import Testing

@Suite("When there is nothing to show")
struct EmptyStateTests {
    private let nothing = ConsoleStatus(
        engine: EngineStatus(snapshot: nil, plan: nil, campaigns: [], listenerLoss: []),
        now: Sample.noon,
        policy: nil
    )

    @Test("Without policy and campaigns the page says what to run next")
    func nothingYet() {
        let fragment = Sample.fragment(nothing)
        #expect(fragment.contains("No policy yet"))
        #expect(fragment.contains(ConsoleMarkup.escaped(nothing.commands.applyPolicy)))
        #expect(fragment.contains("No campaigns today"))
        #expect(fragment.contains(ConsoleMarkup.escaped(nothing.commands.createCampaign)))
        #expect(!fragment.contains(#"id="promoted""#))
    }

    @Test("Without a plan campaigns wait, and the page says how to see why")
    func noPlan() {
        var look = Sample.full([Sample.status(Sample.campaign("a", cap: 10), confirmed: 0, plan: [])])
        look.engine.plan = nil
        look.engine.snapshot = nil
        let fragment = Sample.fragment(look)
        #expect(fragment.contains("No plan yet"))
        #expect(fragment.contains(look.commands.readiness))
        #expect(fragment.contains("Waits for its first plan"))
        #expect(!fragment.contains(#"id="delivery""#))
        #expect(ConsolePages.campaignFragment(look, id: "a")?.contains("No plan yet") == true)
    }

    @Test("A snapshot older than it should be is called stale, a younger one is not")
    func stale() {
        var look = Sample.full()
        look.engine.snapshot = Sample.snapshot(ageSeconds: 901)
        #expect(Sample.fragment(look).contains("The snapshot is stale"))
        look.engine.snapshot = Sample.snapshot(ageSeconds: 899)
        #expect(!Sample.fragment(look).contains("The snapshot is stale"))
    }

    @Test("An engine's numbers that are no numbers do not crash the page")
    func nonsense() {
        var look = Sample.full([
            Sample.status(
                Sample.campaign("a", cap: 0),
                confirmed: 1_000_000_000_000_000,
                plan: [.nan, .infinity, -1],
                capPrice: .nan,
                guaranteePrice: .infinity
            )
        ])
        look.engine.plan?.relativeGap = .nan
        look.engine.plan?.forecast.mean = .infinity
        look.engine.plan?.solveSeconds = -1
        look.engine.plan?.rows = [
            Sample.row("x", bound: .infinity, price: .nan), Sample.row("", bound: .nan, price: 1),
        ]
        look.engine.listenerLoss[0].budgetSoFar = 0
        #expect(Sample.fragment(look).contains("Slow Harbour"))
        #expect(ConsolePages.campaignFragment(look, id: "a") != nil)
    }
}
