import OasisMarket
import OasisResponse
import Testing

@Suite("Expected amounts")
struct ExpectedAmountsTests {
    private let rates = ResponseRates(streamsPerPlay: 0.5, savesPerStream: 0.1, newListenersPerStream: 0.4)

    @Test("Without the ranker's knowledge the campaign's rates stand in")
    func fromRates() {
        let amounts = ExpectedAmounts(
            rates: rates,
            streamProbability: nil,
            isNewToArtist: nil,
            commissionPerStream: 0.002
        )
        #expect(amounts[.delivery] == 1)
        #expect(amounts[.stream] == 0.5)
        #expect(amounts[.save] == 0.05)
        #expect(amounts[.newListener] == 0.2)
        #expect(amounts[.commission] == 0.001)
        #expect(amounts[.listenerLoss] == 0)
    }

    @Test("What the ranker knows goes before the rates")
    func fromRanker() {
        let known = ExpectedAmounts(
            rates: rates,
            streamProbability: 0.8,
            isNewToArtist: true,
            commissionPerStream: 0.002
        )
        #expect(known[.stream] == 0.8)
        #expect(known[.newListener] == 0.8)
        let familiar = ExpectedAmounts(
            rates: rates,
            streamProbability: 0.8,
            isNewToArtist: false,
            commissionPerStream: 0.002
        )
        #expect(familiar[.newListener] == 0)
    }
}
