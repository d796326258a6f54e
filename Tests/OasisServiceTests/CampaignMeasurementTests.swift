import Foundation
import NIOCore
import OasisLedger
import OasisMarket
import OasisMeasurement
import OasisService
import Testing

@Suite("A campaign measured from a ledger")
struct CampaignMeasurementTests {
    private func measure(_ market: MeasuredMarket, days: Int = 28) throws -> CampaignMeasurement {
        try CampaignMeasurement(of: market.campaign, in: market.ledger, days: days, at: MeasuredMarket.now)
    }

    private func lift(_ measurement: CampaignMeasurement, _ measure: CampaignAudience.Measure) throws -> Lift {
        try #require(measurement.lifts.first { $0.measure == measure }).lift
    }

    @Test("What promotion did is what the ledger says it did: 3 in 4 stream where 1 in 4 would have")
    func answer() throws {
        let measurement = try measure(MeasuredMarket(listeners: 1_600))
        let streams = try #require(try lift(measurement, .streams).answer)
        #expect(
            try lift(measurement, .streams).sampleRatio
                == SampleRatio(
                    heldCount: 400,
                    treatedCount: 1_200,
                    designedShare: 0.25
                )
        )
        #expect(abs(streams.treatedMean - 0.75) < 1e-12 && abs(streams.heldMean - 0.25) < 1e-12)
        #expect(abs(streams.incremental.value - 600) < 1e-9 && abs(streams.lift.value - 2) < 1e-9)
        #expect(streams.lift.alwaysValid.lower > 1)
        #expect(measurement.breakEven?.verdict == .earned)
        #expect(try lift(measurement, .newListeners).answer?.incremental.value == streams.incremental.value)
        let saves = try #require(try lift(measurement, .saves).answer)
        #expect(saves.heldMean == 0 && saves.lift.value == .infinity && saves.perListener.interval.lower > 0.6)
        #expect(try lift(measurement, .playlistAdds).findings.map(\.code) == ["nothing-happened"])
        let report = measurement.report
        #expect(report.listeners == 1_000 && report.newListeners == 1_000 && report.listenersBefore == 0)
        #expect(report.intentRate == 1 && report.promotedListeners == 900 && report.during.saves == 900)
        #expect(report.window == MeasuredMarket.start..<MeasuredMarket.now)
    }

    @Test("A holdout that is not as large as the policy says withholds every answer, and break-even with it")
    func withheld() throws {
        let measurement = try measure(MeasuredMarket(listeners: 1_600, holdout: BasisPoints(1_000)))
        #expect(measurement.lifts.allSatisfy { $0.lift.isRefused })
        #expect(try lift(measurement, .streams).findings.map(\.code) == ["sample-ratio-mismatch"])
        #expect(measurement.breakEven == nil)
        #expect(measurement.report.listeners == 1_000, "what happened is reported all the same")
        let none = try measure(MeasuredMarket(listeners: 1_600, holdout: BasisPoints(0)))
        #expect(try lift(none, .streams).findings.first?.code == "no-holdout")
    }

    @Test("A holdout that changed meanwhile withholds the answer")
    func changed() throws {
        let market = try MeasuredMarket(listeners: 400)
        var policy = try #require(try market.ledger.currentPolicy()).document
        policy.guardrails.holdoutSalt = "another"
        let moment = MeasuredMarket.start.advanced(bySeconds: 86_400)
        try market.ledger.applyPolicy(policy, expectedVersion: nil, actor: "ann", at: moment)
        #expect(try lift(measure(market), .streams).findings.map(\.code) == ["holdout-changed"])
    }

    @Test("A window that begins after the campaign says that a part is missing")
    func late() throws {
        let measurement = try measure(MeasuredMarket(listeners: 1_600), days: 5)
        #expect(try lift(measurement, .streams).findings.map(\.code).contains("promoted-before"))
        #expect(measurement.report.beforeWindow.upperBound == MeasuredMarket.start)
        #expect(measurement.report.days == 5)
    }

    @Test("A ledger that was compacted is measured as far as it reaches, and compares with nothing that is gone")
    func compacted() throws {
        let market = try MeasuredMarket(listeners: 1_600)
        let whole = try measure(market, days: 5)
        // Days that ended more than 8 days ago go; the window's stay.
        #expect(try !market.ledger.compact(keptDays: 8, at: MeasuredMarket.now).days.isEmpty)
        #expect(throws: LedgerError.self) { try measure(market) }
        let rest = try measure(market, days: 5)
        #expect(rest.report.during == whole.report.during && !rest.report.isBeforeComplete)
        #expect(try lift(rest, .streams).sampleRatio == lift(whole, .streams).sampleRatio)
        #expect(rest.report.streamGrowth == nil)
    }

    @Test("Raw outcomes are kept until the longest measurement can no longer compare with the days before the campaign")
    func kept() throws {
        let longest = CampaignMeasurement.daysMaximum
        let market = try MeasuredMarket(listeners: 160, earlierDays: longest + 2)
        let now = MeasuredMarket.start.advanced(bySeconds: 86_400 * Double(longest))
        func report() throws -> CampaignReport {
            try CampaignMeasurement(of: market.campaign, in: market.ledger, days: longest, at: now).report
        }
        let whole = try report()
        #expect(whole.isBeforeComplete && whole.before.streams == longest)
        try market.ledger.compact(at: now)
        #expect(try report() == whole)
        try market.ledger.compact(keptDays: Ledger.keptDaysDefault - 2, at: now)
        #expect(try !report().isBeforeComplete, "two days less would not do")
        #expect(ServeConfiguration.Ledger().keptDays == Ledger.keptDaysDefault)
    }

    @Test("Times that cannot be measured are refused")
    func refusals() throws {
        let market = try MeasuredMarket(listeners: 4)
        for days in [0, 35] { #expect(throws: InvalidField.self) { try measure(market, days: days) } }
        #expect(throws: InvalidField.self) {
            try CampaignMeasurement(of: market.campaign, in: market.ledger, at: MeasuredMarket.start)
        }
    }

    @Test("JSON says it all, and follows its description; infinite ends are null")
    func json() throws {
        for listeners in [1_600, 4] {
            let measurement = try measure(MeasuredMarket(listeners: listeners))
            let document = try JSONParser.parse(String(buffer: measurement.json()))
            let schema = try Description.resolve("#/components/schemas/CampaignReport")
            try Description.expect(document, follows: schema, "report")
            let lifts = try #require(document["lifts"]?.elements)
            #expect(lifts.compactMap { $0["measure"]?.text } == CampaignAudience.Measure.allCases.map(\.rawValue))
            #expect(lifts[3]["answer"]?["lift"]?["value"] == (listeners == 4 ? nil : .null))
            #expect(document["breakEven"]?["verdict"]?.text == (listeners == 4 ? nil : "earned"))
        }
    }

    @Test("CSV has a line for each figure, as many fields as its header, and no number where none is known")
    func csv() throws {
        let lines = try measure(MeasuredMarket(listeners: 1_600)).csv().split(separator: "\r\n")
        let fields = lines.map { $0.split(separator: ",", omittingEmptySubsequences: false).map(String.init) }
        #expect(lines.first.map(String.init) == CampaignMeasurement.csvHeader)
        #expect(fields.allSatisfy { $0.count == fields[0].count })
        func value(_ figure: String) -> [String]? { fields.first { $0[3] == figure }.map { Array($0[4...]) } }
        #expect(value("listeners")?.first == "1000" && value("intent_rate")?.first == "1")
        #expect(value("incremental_streams")?.first == "600")
        #expect(value("lift_saves")?[0] == "" && value("lift_saves")?[2] == "" && value("lift_saves")?[1] != "")
        #expect(value("incremental_playlist_adds") == ["", "", "", "", "", "nothing-happened"])
        #expect(value("break_even_lift")?.last == "earned")
    }

    @Test("The page shows the figures, escapes names, and stays a document of its moment")
    func page() throws {
        let page = ConsolePages.report(try measure(MeasuredMarket(listeners: 1_600)), nonce: "0")
        #expect(page.contains("<h1>A &lt;Song&gt;</h1>") && page.contains("The Label"))
        #expect(page.contains("What promotion added") && page.contains("+200"))
        #expect(page.contains("earned") && page.contains("beyond doubt"))
        #expect(page.contains("No answer for Playlist adds: nobody in either arm did anything yet."))
        #expect(!page.contains("data-source=") && !page.contains("http-equiv=\"refresh\""))
        #expect(page.contains("href=\"/v1/campaigns/campaign-1/report?format=csv\""))
    }

    @Test("The control plane and the console answer with it, and refuse what makes no sense")
    func served() async throws {
        try await RunningServer.with { running in
            try await running.ready()
            let answer = try await running.console("GET", "/v1/campaigns/campaign-1/report?days=7")
            #expect(answer.status == 200)
            #expect(try answer.json["lifts"]?.elements?.first?["isWithheld"] == .bool(true))
            let csv = try await running.console("GET", "/v1/campaigns/campaign-1/report?format=csv")
            #expect(csv.status == 200 && csv.headers["content-type"] == "text/csv; charset=utf-8")
            #expect(csv.body.hasPrefix(CampaignMeasurement.csvHeader))
            for query in ["days=0", "days=35", "days=x", "format=xml"] {
                #expect(try await running.console("GET", "/v1/campaigns/campaign-1/report?\(query)").status == 400)
            }
            #expect(try await running.console("GET", "/v1/campaigns/nobody/report").status == 404)
            #expect(try await running.console("GET", "/campaigns/campaign-1/report").body.contains("No answer for"))
            #expect(try await running.console("GET", "/campaigns/nobody/report").status == 404)
        }
    }
}
