internal import OasisLedger
internal import OasisMarket
internal import OasisPlanning

/// What the control plane answers.
package struct ControlPlaneRoutes: Sendable {
    /// Every operation of this port.
    package static let table =
        [
            Route("GET", "/v1/licensors", .read),
            Route("POST", "/v1/licensors", .control),
            Route("GET", "/v1/licensors/{id}", .read),
            Route("PUT", "/v1/licensors/{id}", .control),
            Route("PATCH", "/v1/licensors/{id}", .control),
            Route("GET", "/v1/licensors/{id}/history", .read),
            Route("GET", "/v1/campaigns", .read),
            Route("POST", "/v1/campaigns", .control),
            Route("GET", "/v1/campaigns/{id}", .read),
            Route("PUT", "/v1/campaigns/{id}", .control),
            Route("PATCH", "/v1/campaigns/{id}", .control),
            Route("POST", "/v1/campaigns/{id}:pause", .control),
            Route("POST", "/v1/campaigns/{id}:resume", .control),
            Route("GET", "/v1/campaigns/{id}/history", .read),
            Route("GET", "/v1/campaigns/{id}/report", .read),
            Route("GET", "/v1/pull-backs", .read),
            Route("PUT", "/v1/campaigns/{id}/pull-back-override", .control),
            Route("GET", "/v1/policy", .read),
            Route("PUT", "/v1/policy", .control),
            Route("POST", "/v1/policy:plan", .read),
            Route("POST", "/v1/policy:apply", .control),
            Route("POST", "/v1/policy:rollback", .control),
            Route("GET", "/v1/policies", .read),
            Route("GET", "/v1/policies/{version}", .read),
            Route("GET", "/v1/songs", .read),
            Route("GET", "/v1/songs/{id}", .read),
            Route("PUT", "/v1/songs/{id}", .control),
            Route("GET", "/v1/songs/{id}/history", .read),
            Route("GET", "/v1/teams", .read),
            Route("GET", "/v1/teams/{id}", .read),
            Route("PUT", "/v1/teams/{id}", .control),
            Route("GET", "/v1/teams/{id}/history", .read),
            Route("GET", "/v1/eligibility", .read),
            Route("GET", "/v1/changes", .read),
            Route("GET", "/v1/models", .read),
            Route("POST", "/v1/models/{id}:rollback", .control),
            Route("GET", "/v1/snapshot", .read),
            Route("GET", "/v1/plan", .read),
            Route("GET", "/v1/deliveries", .read),
            Route("GET", "/v1/tallies", .read),
            Route("GET", "/v1/statements", .read),
            Route("GET", "/v1/listener-loss", .read),
        ] + CommonRoutes.table

    let engine: PromotionEngine
    let clock: MarketClock
    let access: AccessList
    let common: CommonRoutes
    let planner: PlannerLoop
    let metrics: ServiceMetrics
    let measurements = RecentMeasurements()

    var ledger: Ledger { engine.ledger }

    /// Answers a request; blocks on the ledger, so keep it off event loops.
    package func answer(_ request: ControlRequest) throws(ServiceFailure) -> ServiceReply {
        if let reply = try historyAnswer(request) { return reply }
        if let reply = try catalogueAnswer(request) { return reply }
        if let reply = try pullBackAnswer(request) { return reply }
        switch (request.route.method, request.route.path) {
        case ("GET", "/v1/licensors"): return try listLicensors(request)
        case ("POST", "/v1/licensors"): return try createLicensor(request)
        case ("GET", "/v1/licensors/{id}"): return try licensor(request)
        case ("PUT", "/v1/licensors/{id}"), ("PATCH", "/v1/licensors/{id}"): return try changeLicensor(request)
        case ("GET", "/v1/campaigns"): return try listCampaigns(request)
        case ("POST", "/v1/campaigns"): return try createCampaign(request)
        case ("GET", "/v1/campaigns/{id}"): return try campaign(request)
        case ("PUT", "/v1/campaigns/{id}"), ("PATCH", "/v1/campaigns/{id}"): return try changeCampaign(request)
        case ("POST", "/v1/campaigns/{id}:pause"): return try setState(.paused, request)
        case ("POST", "/v1/campaigns/{id}:resume"): return try setState(.active, request)
        case ("GET", "/v1/campaigns/{id}/report"): return try campaignReport(request)
        case ("GET", "/v1/policy"): return try currentPolicy()
        case ("PUT", "/v1/policy"): return try putPolicy(request)
        case ("POST", "/v1/policy:plan"): return try planPolicy(request)
        case ("POST", "/v1/policy:apply"): return try applyPlan(request)
        case ("POST", "/v1/policy:rollback"): return try rollBackPolicy(request)
        case ("GET", "/v1/policies"): return try listPolicies(request)
        case ("GET", "/v1/policies/{version}"): return try policy(request)
        case ("GET", "/v1/models"): return modelList()
        case ("POST", "/v1/models/{id}:rollback"): return try rollBackModel(request)
        case ("GET", "/v1/snapshot"): return try snapshot()
        case ("GET", "/v1/plan"): return try plan()
        case ("GET", "/v1/deliveries"): return try deliveries(request)
        case ("GET", "/v1/tallies"): return try tallies(request)
        case ("GET", "/v1/statements"): return try statements(request)
        case ("GET", "/v1/listener-loss"): return try listenerLoss()
        default: return try common.answer(request.route)
        }
    }

    private func catalogueAnswer(_ request: ControlRequest) throws(ServiceFailure) -> ServiceReply? {
        switch (request.route.method, request.route.path) {
        case ("GET", "/v1/songs"): try listSongs(request)
        case ("GET", "/v1/songs/{id}"): try song(request)
        case ("PUT", "/v1/songs/{id}"): try putSong(request)
        case ("GET", "/v1/teams"): try listTeams(request)
        case ("GET", "/v1/teams/{id}"): try team(request)
        case ("PUT", "/v1/teams/{id}"): try putTeam(request)
        case ("GET", "/v1/eligibility"): try eligibility(request)
        default: nil
        }
    }
}
