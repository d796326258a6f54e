import OasisMarket
import OasisPlanning
import Testing

@Suite("Outcome reports")
struct OutcomeReportTests {
    private func field(
        source: String = "pzn",
        id: String = "1",
        kind: OutcomeKind = .shown,
        played: Int64? = nil
    ) -> String? {
        do throws(InvalidField) {
            _ = try OutcomeReport(
                source: source,
                id: id,
                kind: kind,
                occurredAt: Market.noon,
                subject: .receipt([]),
                playedMilliseconds: played
            )
            return nil
        } catch {
            return error.field
        }
    }

    @Test("Each broken rule is refused with its CloudEvents field")
    func rules() {
        #expect(field() == nil)
        #expect(field(source: "") == "source")
        #expect(field(source: String(repeating: "x", count: 257)) == "source")
        #expect(field(id: "") == "id")
        #expect(field(id: String(repeating: "x", count: 129)) == "id")
        #expect(field(kind: .streamed) == "data.playedMilliseconds")
        #expect(field(kind: .streamed, played: -1) == "data.playedMilliseconds")
        #expect(field(kind: .streamed, played: 86_400_001) == "data.playedMilliseconds")
        #expect(field(kind: .streamed, played: 0) == nil)
    }
}
