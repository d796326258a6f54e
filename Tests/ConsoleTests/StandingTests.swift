import OasisMarket
import OasisPlanning
import OasisService
import Testing

@Suite("Why a campaign is promoted as it is")
struct StandingTests {
    private func text(_ status: CampaignStatus, _ change: (inout ConsoleStatus) -> Void = { _ in }) -> String {
        var look = Sample.full([status])
        change(&look)
        return Sample.text(Sample.fragment(look))
    }

    @Test("Ahead of plan, a cap's price says who still hears it")
    func ahead() {
        let status = Sample.status(Sample.campaign("a", cap: 2_000), confirmed: 600, capPrice: 0.012)
        #expect(
            text(status)
                .contains(
                    "Ahead of plan by 100 plays: its cap has a price of 0.0120, so only listeners who like it most hear it."
                )
        )
    }

    @Test("A guarantee whose price is at the penalty is at risk, with the plays that are missing")
    func atRisk() {
        let status = Sample.status(Sample.campaign("a", guarantee: 900), confirmed: 300, guaranteePrice: 0.5)
        #expect(text(status).contains("Guarantee at risk: its price is at the penalty of 0.5000"))
        #expect(text(status).contains("600 plays are missing"))
    }

    @Test("A guarantee that the plan itself does not reach is at risk")
    func unreachable() {
        let status = Sample.status(Sample.campaign("a", guarantee: 1_200), confirmed: 500)
        #expect(text(status).contains("the plan ends the day at 1,000 of 1,200 promised plays"))
    }

    @Test("A met guarantee is not at risk, whatever its price")
    func met() {
        let status = Sample.status(Sample.campaign("a", guarantee: 900), confirmed: 900, guaranteePrice: 0.5)
        #expect(!text(status).contains("at risk"))
    }

    @Test("A used-up cap, a pause, a window and the kill switch each say what they are")
    func held() {
        let capped = Sample.status(Sample.campaign("a", cap: 500), confirmed: 500)
        #expect(text(capped).contains("Its cap of 500 plays is used up: promoted again from 00:00 UTC."))
        let paused = Sample.status(Sample.campaign("a", state: .paused), confirmed: 5)
        #expect(text(paused).contains("Paused by a person"))
        var ended = Sample.campaign("a")
        ended.end = Timestamp("2026-11-22T06:00:00Z")
        #expect(text(Sample.status(ended, confirmed: 5)).contains("Ended on 2026-11-22 06:00 UTC."))
        let stopped = text(Sample.status(Sample.campaign("a"), confirmed: 5)) {
            $0.policy?.guardrails.isPromotionStopped = true
        }
        #expect(stopped.contains("kill switch stops all promotion"))
        #expect(stopped.contains("All promotion is stopped"))
    }
}
