package import Hummingbird
import NIOCore

/// Adds the console: `/`, `/campaigns/{id}` and the fragments under `/fragments` that keep both up to date.
///
/// `status` is asked once for every page and fragment, from Hummingbird's threads: work that blocks must hop off them.
package func addConsoleRoutes<Context: RequestContext>(
    to router: Router<Context>,
    status: @escaping @Sendable () async throws -> ConsoleStatus
) {
    router.get("/") { request, _ in
        let nonce = consoleNonce()
        let selection = CampaignSelection(of: request)
        do {
            let page = ConsolePages.overview(try await status(), selection: selection, nonce: nonce)
            return consoleResponse(.ok, page, nonce: nonce)
        } catch {
            let source = "/fragments/overview" + selection.address()
            return consoleResponse(
                .serviceUnavailable,
                ConsolePages.unavailable(error, source: source, nonce: nonce),
                nonce: nonce
            )
        }
    }
    router.get("/fragments/overview") { request, _ in
        do {
            let look = try await status()
            return consoleResponse(
                .ok,
                ConsolePages.overviewFragment(look, selection: CampaignSelection(of: request)),
                nonce: nil
            )
        } catch {
            return consoleResponse(.serviceUnavailable, ConsolePages.unavailableFragment(error), nonce: nil)
        }
    }
    router.get("/campaigns/{id}") { _, context in
        let nonce = consoleNonce()
        let id = context.parameters.get("id") ?? ""
        do {
            guard let page = ConsolePages.campaign(try await status(), id: id, nonce: nonce) else {
                return consoleResponse(.notFound, ConsolePages.notFound(id: id, nonce: nonce), nonce: nonce)
            }
            return consoleResponse(.ok, page, nonce: nonce)
        } catch {
            let source = "/fragments/campaigns/" + CampaignSelection.percentEncoded(id)
            return consoleResponse(
                .serviceUnavailable,
                ConsolePages.unavailable(error, source: source, nonce: nonce),
                nonce: nonce
            )
        }
    }
    router.get("/fragments/campaigns/{id}") { _, context in
        let id = context.parameters.get("id") ?? ""
        do {
            guard let fragment = ConsolePages.campaignFragment(try await status(), id: id) else {
                return consoleResponse(.notFound, ConsolePages.notFoundFragment(id: id), nonce: nil)
            }
            return consoleResponse(.ok, fragment, nonce: nil)
        } catch {
            return consoleResponse(.serviceUnavailable, ConsolePages.unavailableFragment(error), nonce: nil)
        }
    }
}

extension CampaignSelection {
    /// Reads `q`, `order` and `limit`; what is not understood is left at its default.
    init(of request: Request) {
        let query = request.uri.queryParameters
        self.init(
            // Forms write a space as a plus sign, which percent-decoding leaves alone.
            search: query["q"]
                .map { String($0).split(separator: "+", omittingEmptySubsequences: false).joined(separator: " ") }
                ?? "",
            order: query["order"].flatMap { Order(rawValue: String($0)) } ?? .need,
            limit: query["limit"].flatMap { Int($0) } ?? 20
        )
    }
}

/// 128 random bits in hexadecimal, new for every page.
func consoleNonce() -> String {
    var generator = SystemRandomNumberGenerator()
    return (0..<2)
        .map { _ in
            let digits = String(generator.next() as UInt64, radix: 16)
            return String(repeating: "0", count: 16 - digits.count) + digits
        }
        .joined()
}

/// Pages and fragments are never stored: a page holds its own nonce, and old numbers mislead.
func consoleResponse(_ status: HTTPResponse.Status, _ html: String, nonce: String?) -> Response {
    let body = ByteBuffer(string: html)
    var headers = HTTPFields()
    headers[.contentType] = "text/html; charset=utf-8"
    headers[.contentLength] = String(body.readableBytes)
    headers[.cacheControl] = "no-store"
    headers[.contentSecurityPolicy] = contentSecurityPolicy(nonce: nonce)
    headers[.xContentTypeOptions] = "nosniff"
    headers[.init("Referrer-Policy")!] = "no-referrer"
    headers[.init("Cross-Origin-Opener-Policy")!] = "same-origin"
    headers[.init("Cross-Origin-Resource-Policy")!] = "same-origin"
    if status == .serviceUnavailable { headers[.retryAfter] = "2" }
    return Response(status: status, headers: headers, body: ResponseBody(byteBuffer: body))
}

/// Allows the page's own inline style and script, its own fragments and search form, and nothing else.
package func contentSecurityPolicy(nonce: String?) -> String {
    guard let nonce else { return "default-src 'none'; frame-ancestors 'none'; sandbox" }
    return "default-src 'none'; style-src 'nonce-\(nonce)'; script-src 'nonce-\(nonce)'; connect-src 'self'; "
        + "img-src data:; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
}
