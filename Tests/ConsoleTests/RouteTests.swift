import Hummingbird
import Logging
import NIOCore
import NIOEmbedded
import OasisService
import Testing

@Suite("The console's routes")
struct RouteTests {
    private struct Silence: Error, CustomStringConvertible {
        var description: String { "the <ledger> is locked" }
    }

    private struct Answer {
        var status: Int
        var headers: [String: String]
        var body: String
    }

    private struct Collector: ResponseBodyWriter {
        // Written by one response, one chunk after the other, and read only when that response is done.
        final class Storage: @unchecked Sendable {
            var buffer = ByteBuffer()
        }

        let storage = Storage()

        func write(_ buffer: ByteBuffer) async throws {
            storage.buffer.writeImmutableBuffer(buffer)
        }

        func finish(_ trailingHeaders: HTTPFields?) async throws {}
    }

    private func get(_ path: String, look: @escaping @Sendable () async throws -> ConsoleStatus) async throws -> Answer
    {
        let router = Router()
        addConsoleRoutes(to: router, status: look)
        let request = Request(
            head: HTTPRequest(method: .get, scheme: "http", authority: "localhost", path: path),
            body: RequestBody(buffer: ByteBuffer())
        )
        let source = ApplicationRequestContextSource(channel: EmbeddedChannel(), logger: Logger(label: "console"))
        let response = try await router.buildResponder()
            .respond(to: request, context: BasicRequestContext(source: source))
        let collector = Collector()
        try await response.body.write(collector)
        return Answer(
            status: response.status.code,
            headers: Dictionary(
                response.headers.map { ($0.name.rawName.lowercased(), $0.value) },
                uniquingKeysWith: { $1 }
            ),
            body: String(buffer: collector.storage.buffer)
        )
    }

    @Test("The page lets only its own style and script through, and is never stored")
    func contentSecurity() async throws {
        let answer = try await get("/") { Sample.full() }
        #expect(answer.status == 200)
        #expect(answer.headers["cache-control"] == "no-store")
        #expect(answer.headers["content-type"] == "text/html; charset=utf-8")
        let policy = try #require(answer.headers["content-security-policy"])
        #expect(policy.hasPrefix("default-src 'none'; "))
        #expect(!policy.contains("unsafe"))
        let nonce = try #require(policy.firstMatch(of: #/script-src 'nonce-([0-9a-f]{32})'/#)).output.1
        #expect(policy.contains("style-src 'nonce-\(nonce)'"))
        #expect(answer.body.contains(#"<script nonce="\#(nonce)">"#))
        #expect(answer.body.contains(#"<style nonce="\#(nonce)">"#))
        #expect(!answer.body.contains(#/<[^>]* (style|on[a-z]+)=/#))
        let again = try await get("/") { Sample.full() }
        #expect(again.headers["content-security-policy"] != policy)
    }

    @Test("Fragments answer what the page shows, for the same selection")
    func fragments() async throws {
        let overview = try await get("/fragments/overview?q=under+tow&order=price&limit=7") { Sample.full() }
        let selection = CampaignSelection(search: "under tow", order: .price, limit: 7)
        #expect(overview.body == ConsolePages.overviewFragment(Sample.full(), selection: selection))
        let page = try await get("/?q=under+tow&order=price&limit=7") { Sample.full() }
        #expect(page.body.contains(overview.body))
        #expect(page.body.contains(#"data-source="/fragments/overview?q=under%20tow&amp;order=price&amp;limit=7""#))
        let campaign = try await get("/campaigns/campaign-2") { Sample.full() }
        let fragment = try await get("/fragments/campaigns/campaign-2") { Sample.full() }
        #expect(campaign.body.contains("<h1>Undertow</h1>"))
        #expect(campaign.body.contains(fragment.body))
    }

    @Test("An address that makes no sense shows the page as if nothing was asked")
    func nonsense() async throws {
        let answer = try await get("/?order=sideways&limit=-4&q=%ff%00") { Sample.full() }
        #expect(answer.status == 200)
    }

    @Test("An unknown campaign is 404, in the page's own style")
    func notFound() async throws {
        let answer = try await get("/campaigns/none") { Sample.full() }
        #expect(answer.status == 404)
        #expect(answer.body.contains("No such campaign today"))
        #expect(answer.body.contains(#"<a href="/">All campaigns</a>"#))
    }

    @Test("An engine without status is 503, says why, and comes back by itself")
    func unavailable() async throws {
        for path in ["/", "/campaigns/a", "/fragments/overview", "/fragments/campaigns/a"] {
            let answer = try await get(path) { throw Silence() }
            #expect(answer.status == 503)
            #expect(answer.headers["retry-after"] == "2")
            #expect(answer.body.contains("The engine gives no status"))
            #expect(answer.body.contains(#"<section class="problem" data-unavailable"#))
            #expect(answer.body.contains("the &lt;ledger&gt; is locked"))
        }
        #expect(try await get("/") { throw Silence() }.body.contains(#"data-source="/fragments/overview""#))
    }
}
