package import Hummingbird

/// Adds `/campaigns/{id}/report`, a campaign's report for its licensor.
///
/// `measure` is asked once for each page, from Hummingbird's threads; it answers nothing when there is no such campaign.
package func addCampaignReportRoute<Context: RequestContext>(
    to router: Router<Context>,
    measure: @escaping @Sendable (String) async throws -> CampaignMeasurement?
) {
    router.get("/campaigns/{id}/report") { _, context in
        let nonce = consoleNonce()
        let id = context.parameters.get("id") ?? ""
        do {
            guard let measurement = try await measure(id) else {
                return consoleResponse(.notFound, ConsolePages.noReport(id: id, nonce: nonce), nonce: nonce)
            }
            return consoleResponse(.ok, ConsolePages.report(measurement, nonce: nonce), nonce: nonce)
        } catch let failure as ServiceFailure where failure.reason.status < 500 {
            return consoleResponse(.conflict, ConsolePages.noReport(id: id, failure, nonce: nonce), nonce: nonce)
        } catch {
            let source = "/fragments/campaigns/" + CampaignSelection.percentEncoded(id)
            return consoleResponse(
                .serviceUnavailable,
                ConsolePages.unavailable(error, source: source, nonce: nonce),
                nonce: nonce
            )
        }
    }
}
