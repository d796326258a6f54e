package import OasisMarket
package import OasisPlanning

/// How a server runs; every field has a default that suits one machine.
package struct ServeConfiguration: Hashable, Sendable {
    /// Where a port listens.
    package struct Endpoint: Hashable, Sendable {
        /// Address or name of the network interface.
        package var host: String
        /// Port; 0 lets the system choose.
        package var port: Int

        /// Gathers an endpoint.
        package init(host: String = "127.0.0.1", port: Int) {
            self.host = host
            self.port = port
        }

        /// Whether nobody from another machine can reach it.
        package var isLoopback: Bool {
            if host == "localhost" || host == "::1" { return true }
            let parts = host.split(separator: ".", omittingEmptySubsequences: false).map { UInt8($0) }
            return parts.count == 4 && parts[0] == 127 && parts.allSatisfy { $0 != nil }
        }
    }

    /// How often and over how much the market is solved.
    package struct Planner: Hashable, Sendable {
        /// Seconds of the machine's clock between plans.
        package var everySeconds = 10.0
        /// Most recent requests that a plan is solved over.
        package var sampleSize = 20_000
        /// Requests expected a day before there is any history.
        package var requestsPerDay = 100_000.0
        /// Threads of the solver.
        package var threads = 1
        /// Whether units on receipts are held whole until they are settled, or as far as they will be played.
        package var leases = LeaseMode.worstCase

        /// The defaults.
        package init() {}
    }

    /// How long the ledger keeps what.
    package struct Ledger: Hashable, Sendable {
        /// Days that raw outcomes are kept for before only their counts stay, 8 or more; 0 keeps them for ever.
        package var keptDays = 69

        /// The defaults.
        package init() {}
    }

    /// How response models are trained from the ledger.
    package struct Models: Hashable, Sendable {
        /// Seconds of market time between two turns of training; 0 trains never, and looks after what is there.
        package var trainEverySeconds = 86_400.0
        /// Days that models learn from.
        package var windowDays = 28
        /// Share of listeners that a canary has.
        package var canaryShare = BasisPoints(500)

        /// The defaults.
        package init() {}
    }

    /// Where the time comes from.
    package struct Clock: Hashable, Sendable {
        /// The machine, or the requests themselves.
        package var source = MarketClock.Source.wall
        /// The market's time before the first request; given exactly when `source` is `requests`.
        package var start: Timestamp?

        /// The machine's clock.
        package init() {}
    }

    /// What callers may demand.
    package struct Limits: Hashable, Sendable {
        /// Most bytes of a request's body.
        package var bodyBytes = 1_048_576
        /// Most connections of the scoring port at a time.
        package var connections = 4_096
        /// Most events accepted and not yet on disk.
        package var queuedEvents = 100_000
        /// Milliseconds that requests may wait for an event loop before some are left organic.
        package var queueMilliseconds = 10.0
        /// Listeners whose promotions are remembered at once, when the policy limits frequency; about 160 bytes each.
        package var listeners = 1_000_000
        /// Seconds within which a request must have arrived.
        package var requestSeconds = 10.0
        /// Seconds that a connection may be silent between requests.
        package var idleSeconds = 75.0
        /// Seconds that open requests get at shutdown.
        package var drainSeconds = 10.0

        /// The defaults.
        package init() {}
    }

    /// Folder with everything that outlives the process.
    package var data: String
    /// This server's name among those that share the caps.
    package var node = "node-1"
    /// The scoring port.
    package var scoring = Endpoint(port: 8_080)
    /// The control plane's port.
    package var console = Endpoint(port: 8_081)
    /// The gRPC port; nothing opens none.
    package var remoteCalls: Endpoint?
    /// Event loops that serve the ports; 0 means one for each core.
    package var threads = 0
    /// The planner.
    package var planner = Planner()
    /// The ledger.
    package var ledger = Ledger()
    /// Response models.
    package var models = Models()
    /// The clock.
    package var clock = Clock()
    /// Who may do what; empty means that everybody may do everything.
    package var tokens: [AccessToken] = []
    /// YAML file with the policy to start with, applied when the ledger has none.
    package var policyFile: String?
    /// YAML file with the licensors and campaigns to start with, applied when the ledger has none.
    package var campaignsFile: String?
    /// The limits.
    package var limits = Limits()

    /// The defaults, with a data folder.
    package init(data: String) {
        self.data = data
    }

    /// Refuses a configuration whose parts do not go together.
    package func validate() throws(InvalidField) {
        try require(!data.isEmpty, "data", "must name a folder")
        try require((1...64).contains(node.utf8.count), "node", "must be 1 to 64 characters")
        try validateEndpoints()
        try require(
            ledger.keptDays == 0 || ledger.keptDays >= 8,
            "ledger.keptDays",
            "must be 0, or 8 or more: outcomes are taken in for seven days after their own; but is \(ledger.keptDays)"
        )
        switch clock.source {
        case .wall: try require(clock.start == nil, "clock.start", "must be left out when clock.source is wall")
        case .requests:
            try require(
                clock.start != nil,
                "clock.start",
                "must be given when clock.source is requests: the market's time before the first request"
            )
        }
        try validateTokens()
    }

    private func validateEndpoints() throws(InvalidField) {
        var endpoints = [("scoring", scoring), ("console", console)]
        if let remoteCalls { endpoints.append(("grpc", remoteCalls)) }
        for (place, (name, endpoint)) in endpoints.enumerated() {
            try require(
                !tokens.isEmpty || endpoint.isLoopback,
                "\(name).host",
                "must be a loopback address such as 127.0.0.1, but is \"\(endpoint.host)\": nobody without a token may "
                    + "reach this server from elsewhere. List tokens under access.tokens to open it"
            )
            for (other, earlier) in endpoints[..<place] {
                try require(
                    endpoint.port == 0 || endpoint.port != earlier.port,
                    "\(name).port",
                    "must differ from \(other).port"
                )
            }
        }
    }

    private func validateTokens() throws(InvalidField) {
        for (index, token) in tokens.enumerated() {
            let field = "access.tokens[\(index)]"
            try require((1...64).contains(token.name.count), "\(field).name", "must be 1 to 64 characters")
            try require(
                (16...512).contains(token.token.utf8.count)
                    && token.token.utf8.allSatisfy { (0x21...0x7e).contains($0) },
                "\(field).token",
                "must be 16 to 512 visible ASCII characters; try: openssl rand -hex 24"
            )
            try require(!token.roles.isEmpty, "\(field).roles", "must name at least one role")
            let earlier = tokens[..<index]
            try require(!earlier.contains { $0.name == token.name }, "\(field).name", "must be unique")
            try require(!earlier.contains { $0.token == token.token }, "\(field).token", "must be unique")
        }
    }
}
