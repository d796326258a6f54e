import OasisMarket
import OasisPlanning
import OasisService
import Testing

@Suite("The overview")
struct OverviewTests {
    @Test("Every section is there")
    func sections() {
        let fragment = Sample.fragment(Sample.full())
        for id in ["promoted", "delivery", "prices", "listener-loss"] {
            #expect(fragment.contains(#"<section id="\#(id)""#))
        }
        let text = Sample.text(fragment)
        #expect(text.contains("Snapshot #12"))
        #expect(text.contains("Age 30\u{202F}s"))
        #expect(text.contains("Policy version 7"))
        #expect(text.contains("20,000 requests for 410,000"))
        #expect(text.contains("In 412\u{202F}ms"))
        #expect(text.contains("Northlight Independent"))
    }

    @Test("The fragment is the part of the page that changes")
    func fragmentIsPartOfPage() {
        let look = Sample.full()
        let page = ConsolePages.overview(look, selection: CampaignSelection(), nonce: "n0")
        #expect(page.contains(#"data-source="/fragments/overview">\#(Sample.fragment(look))</main>"#))
    }

    @Test(
        "What labels write is never markup",
        arguments: ["<script>alert(1)</script>", "\"\u{301} onload=\"x", "&copy;"]
    )
    func escaping(title: String) {
        var look = Sample.full([Sample.status(Sample.campaign("campaign-1", title: title), confirmed: 5)])
        look.licensorTitles = [LicensorID(trusted: "label"): title]
        look.engine.plan = Sample.plan(rows: [Sample.row(title, bound: 5, price: 1)])
        let selection = CampaignSelection(search: title)
        let pages = [
            ConsolePages.overview(look, selection: selection, nonce: "n0"),
            ConsolePages.campaign(look, id: "campaign-1", nonce: "n0") ?? "",
            ConsolePages.notFound(id: title, nonce: "n0"),
        ]
        for page in pages {
            #expect(!contains(page, title))
            #expect(contains(page, ConsoleMarkup.escaped(title)))
            #expect(page.split(separator: "<script").count == 2)
        }
    }

    /// Compares scalar by scalar: as characters, a quotation mark with an accent is not a quotation mark.
    private func contains(_ page: String, _ part: String) -> Bool {
        Array(page.utf8).firstRange(of: Array(part.utf8)) != nil
    }

    @Test("Escaping goes by scalar, so an accent does not carry a quotation mark through")
    func scalars() {
        #expect(Array(ConsoleMarkup.escaped("\"\u{301}").utf8) == Array("&quot;\u{301}".utf8))
        #expect(ConsoleMarkup.escaped("a\u{0}b\u{7F}<>&'") == "ab&lt;&gt;&amp;&#39;")
    }

    @Test("Every number has its unit in its heading or its cell")
    func units() throws {
        let fragment = Sample.fragment(Sample.full())
        let tables = fragment.matches(of: #/<table[\s\S]*?<\/table>/#).map { String($0.output) }
        #expect(tables.count == 3)
        for table in tables {
            let headings = table.matches(of: #/<th scope="col"[\s\S]*?<\/th>/#).map { String($0.output) }
            let rows = table.matches(of: #/<tr[^>]*data-key[\s\S]*?<\/tr>/#).map { String($0.output) }
            #expect(!rows.isEmpty)
            for row in rows {
                let cells = row.matches(of: #/<t[hd][\s\S]*?<\/t[hd]>/#).map { String($0.output) }
                try #require(cells.count == headings.count)
                for (heading, cell) in zip(headings, cells) where cell.contains(#"class="number"#) {
                    #expect((heading + cell).contains(#/<span class="unit">[^<]+</#), "\(cell)")
                }
            }
        }
        let figures = fragment.matches(of: #/<span class="figure">[\s\S]*?<\/li>/#).map { String($0.output) }
        #expect(figures.count == 4)
        #expect(figures.allSatisfy { $0.contains(#/<span class="unit">[^<]+</#) })
    }

    @Test("Who needs delivery most comes first, and the address can ask for another order or a search")
    func selection() {
        let look = Sample.full([
            Sample.status(Sample.campaign("a", title: "Ahead"), confirmed: 900),
            Sample.status(Sample.campaign("b", title: "Behind"), confirmed: 100),
            Sample.status(Sample.campaign("c", title: "Promised", guarantee: 2_000), confirmed: 500),
        ])
        func titles(_ selection: CampaignSelection) -> [String] {
            Sample.fragment(look, selection: selection).matches(of: #/role="rowheader"[^>]*><a [^>]*>([^<]*)</#)
                .map { String($0.output.1) }
        }
        #expect(titles(CampaignSelection()) == ["Promised", "Behind", "Ahead"])
        #expect(titles(CampaignSelection(order: .title)) == ["Ahead", "Behind", "Promised"])
        #expect(titles(CampaignSelection(search: "north BEHIND")) == ["Behind"])
        #expect(titles(CampaignSelection(limit: 1)) == ["Promised"])
        #expect(
            Sample.fragment(look, selection: CampaignSelection(search: "zzz")).contains("No campaign matches “zzz”")
        )
    }

    @Test("Prices are sorted by what is at stake, and rows without a price are only counted")
    func prices() throws {
        let text = Sample.text(Sample.fragment(Sample.full()))
        let loss = try #require(text.firstRange(of: "One more score of loss buys 0.7000 score."))
        let cap = try #require(text.firstRange(of: "One play more buys 0.0120 score."))
        #expect(loss.lowerBound < cap.lowerBound)
        #expect(text.contains("1 row of the plan have no price") == false)
        #expect(text.contains("1 row of the plan has no price"))
    }

    @Test("A cell over its budget stands out, in words too")
    func overBudget() {
        let fragment = Sample.fragment(Sample.full())
        #expect(fragment.contains(#"<span class="bad">1 cell over the listener-loss budget</span>"#))
        #expect(fragment.contains("radio/DE: 121\u{202F}% of its budget spent"))
    }
}
