import Foundation
import OasisMarket
import Testing

@Suite("Pull-back rule")
struct PullBackRuleTests {
    private func field(_ change: (inout PullBackRule) -> Void) -> String? {
        var rule = PullBackRule()
        change(&rule)
        do throws(InvalidField) { try rule.validate() } catch { return error.field }
        return nil
    }

    @Test("Each broken number is refused by name")
    func rules() {
        #expect(field { _ in } == nil)
        for bad in [-0.1, 0.95, .nan] { #expect(field { $0.tolerance = bad } == "tolerance") }
        for bad in [0, 0.6, -1, .nan] {
            #expect(field { $0.errorProbability = bad } == "errorProbability")
            #expect(field { $0.recoveryErrorProbability = bad } == "recoveryErrorProbability")
        }
        for bad in [0, 0.3, .infinity] { #expect(field { $0.probeShare = bad } == "probeShare") }
        for bad in [0, 29] { #expect(field { $0.windowDays = bad } == "windowDays") }
    }

    @Test("It is written and read back, and a misspelled number is refused")
    func json() throws {
        let rule = PullBackRule(tolerance: 0.1, windowDays: 3)
        let data = try JSONEncoder().encode(rule)
        #expect(try JSONDecoder().decode(PullBackRule.self, from: data) == rule)
        let text = String(decoding: data, as: UTF8.self).replacing("tolerance", with: "tolerence")
        #expect(throws: DecodingError.self) { try JSONDecoder().decode(PullBackRule.self, from: Data(text.utf8)) }
    }

    @Test("Levels lead down to the probe and up again")
    func levels() {
        #expect(PullBack.Level.full.lower.lower.lower == .probe)
        #expect(PullBack.Level.probe.lower == .probe && PullBack.Level.full.higher == .full)
        #expect(PullBack.Level.probe.higher.higher.higher == .full)
        let shares = PullBack.Level.allCases.map { $0.share(PullBackRule(probeShare: 0.02)) }
        #expect(shares == [1, 0.5, 0.25, 0.02])
    }
}
