package import OasisMarket
package import OasisPlanning

/// Everything the console page is made from: one consistent look at the engine.
package struct ConsoleStatus: Sendable {
    /// What the engine is doing.
    package var engine: EngineStatus
    /// The moment of the look; in a simulated market, its own clock.
    package var now: Timestamp
    /// The policy in force; nothing before the first one.
    package var policy: Policy?
    /// What people call the licensors; a licensor that is left out goes by its id.
    package var licensorTitles: [LicensorID: String]
    /// From which age on a snapshot is called stale, in seconds.
    package var staleAfterSeconds: Double
    /// The command lines that the empty states and notices recommend.
    package var commands: ConsoleCommands

    /// Gathers a look at the engine.
    package init(
        engine: EngineStatus,
        now: Timestamp,
        policy: Policy?,
        licensorTitles: [LicensorID: String] = [:],
        staleAfterSeconds: Double = 900,
        commands: ConsoleCommands = ConsoleCommands()
    ) {
        self.engine = engine
        self.now = now
        self.policy = policy
        self.licensorTitles = licensorTitles
        self.staleAfterSeconds = staleAfterSeconds
        self.commands = commands
    }

    var currency: String { policy?.commission.royaltyPerStream.currency ?? "" }

    func licensorTitle(_ licensor: LicensorID) -> String {
        licensorTitles[licensor] ?? licensor.text
    }

    /// Age of the snapshot in seconds when it is older than it should be.
    var staleSnapshotSeconds: Double? {
        guard let snapshot = engine.snapshot else { return nil }
        let age = now.seconds(since: snapshot.createdAt)
        return age > staleAfterSeconds ? age : nil
    }
}

/// Command lines that a reader can copy to take the next step.
package struct ConsoleCommands: Sendable {
    /// Puts a policy in force.
    package var applyPolicy: String
    /// Opts a song in.
    package var createCampaign: String
    /// Shows whether the planner runs and why it may not.
    package var readiness: String

    /// Gathers the lines.
    package init(
        applyPolicy: String = "curl -X PUT http://127.0.0.1:8081/v1/policy -H 'Content-Type: application/json' "
            + "--data @policy.json",
        createCampaign: String = "curl -X POST http://127.0.0.1:8081/v1/campaigns -H 'Content-Type: application/json' "
            + "--data @campaign.json",
        readiness: String = "curl -s http://127.0.0.1:8080/health/ready"
    ) {
        self.applyPolicy = applyPolicy
        self.createCampaign = createCampaign
        self.readiness = readiness
    }
}
