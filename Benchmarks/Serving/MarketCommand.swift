internal import ArgumentParser
internal import Foundation
internal import OasisLedger
internal import OasisMarket
internal import OasisMessages
internal import SwiftProtobuf

/// Makes a data folder with a market of any size, and requests for it.
struct MarketCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "market",
        abstract: "Write a ledger with campaigns, a configuration for oasis serve, and score requests."
    )

    @Argument(help: "Folder to make.") var folder: String
    @Option(help: "Campaigns.") var campaigns = 100_000
    @Option(help: "Tracks of each campaign.") var tracksEach = 10
    @Option(help: "Score requests to write.") var requests = 1_000
    @Option(help: "Candidates of each.") var candidates = 200
    @Option(help: "Share of them that some campaign would promote.") var campaignShare = 0.2
    @Option(help: "Listeners that requests are drawn from.") var listeners = 1_000_000
    @Option(help: "Small requests to write, each of another listener.") var listenerRequests = 0
    @Option(help: "Seconds between plans.") var planSeconds = 600.0
    @Option(help: "Event loops of the server.") var threads = 1
    @Option(help: "Seed.") var seed: UInt64 = 7

    func run() throws {
        let data = folder + "/data"
        try FileManager.default.createDirectory(atPath: data, withIntermediateDirectories: true)
        var market = BenchmarkMarket(campaigns: campaigns, tracksEach: tracksEach, listeners: listeners, seed: seed)
        let ledger = try Ledger(path: data + "/oasis.sqlite")
        let now = Timestamp(milliseconds: Int64(Date().timeIntervalSince1970 * 1_000))
        // Where every listener has a request, what each of them met is part of what is measured.
        let policy = BenchmarkMarket.policy(limitingFrequency: listenerRequests > 0)
        try ledger.applyPolicy(policy, expectedVersion: 0, actor: "benchmark", at: now)
        for licensor in market.licensors { try ledger.createLicensor(licensor, actor: "benchmark", at: now) }
        for number in 0..<campaigns {
            try ledger.createCampaign(market.campaign(number, from: now), actor: "benchmark", at: now)
        }
        try ledger.close()
        try writeRequests(of: &market)
        try Data(configuration.utf8).write(to: URL(fileURLWithPath: folder + "/serve.yaml"))
    }

    private func writeRequests(of market: inout BenchmarkMarket) throws {
        var (named, hashed, everyone) = (Data(), Data(), Data())
        for number in 0..<requests {
            let listener = market.anyListener()
            var request = market.request(number, listener, candidates: candidates, campaignShare: campaignShare)
            try append(request, to: &named)
            request.useHashes()
            try append(request, to: &hashed)
        }
        for number in 0..<listenerRequests {
            var request = market.request(number, number, candidates: 10, campaignShare: 1)
            request.slateSize = 4
            request.useHashes()
            try append(request, to: &everyone)
        }
        for (name, bodies) in [("named", named), ("hashed", hashed), ("listeners", everyone)] {
            try bodies.write(to: URL(fileURLWithPath: folder + "/bodies-" + name))
        }
    }

    /// Appends a request as it goes over the wire.
    private func append(_ request: Oasis_V1_ScoreRequest, to bodies: inout Data) throws {
        let bytes: [UInt8] = try request.serializedBytes()
        bodies.append(0)
        withUnsafeBytes(of: UInt32(bytes.count).bigEndian) { bodies.append(contentsOf: $0) }
        bodies.append(contentsOf: bytes)
    }

    private var configuration: String {
        """
        data: data
        scoring: {port: 0}
        console: {port: 0}
        grpc: {port: 0}
        threads: \(threads)
        planner: {everySeconds: \(planSeconds), requestsPerDay: 1000000000}

        """
    }
}

/// A market drawn from a seed: campaigns with tracks, and requests in which some candidates are theirs.
struct BenchmarkMarket {
    private let campaigns: Int
    private let tracksEach: Int
    private let listeners: Int
    private var generator: SeededGenerator
    private let names: StableHash

    init(campaigns: Int, tracksEach: Int, listeners: Int, seed: UInt64) {
        self.campaigns = campaigns
        self.tracksEach = tracksEach
        self.listeners = listeners
        generator = SeededGenerator(seed: seed)
        names = StableHash(key0: seed, key1: 0x6d61_726b_6574)
    }

    static func policy(limitingFrequency: Bool) -> Policy {
        let limits = [
            FrequencyLimit(scope: .campaign, maximum: 3, windowHours: 24),
            FrequencyLimit(scope: .artist, maximum: 5, windowHours: 24),
        ]
        return Policy(
            scale: "utility",
            objectives: [.stream: 0.3, .save: 0.2],
            rows: [],
            guardrails: Guardrails(
                maxBoost: 1,
                maxPromotedPerSlate: 2,
                minimumOrganicPercentile: 0.2,
                holdout: BasisPoints(200),
                holdoutSalt: "benchmark",
                frequency: limitingFrequency ? limits : []
            ),
            guarantees: GuaranteeRule(penalty: 1, margin: 0.05),
            commission: CommissionRule(basis: .promoted, royaltyPerStream: Money(micros: 4_000, currency: "EUR")),
            randomization: Randomization(smoothing: 0.01, explorationShare: 0.01)
        )
    }

    var licensors: [Licensor] {
        (0..<20)
            .map {
                Licensor(
                    id: LicensorID(trusted: "licensor-\($0)"),
                    title: "Licensor \($0)",
                    tier: TierID(trusted: $0 < 3 ? "major" : "independent")
                )
            }
    }

    /// One in ten has a cap, so that leases are part of what is measured.
    func campaign(_ number: Int, from start: Timestamp) -> Campaign {
        Campaign(
            id: CampaignID(trusted: "campaign-\(number)"),
            title: "Campaign \(number)",
            song: SongID(trusted: "song-\(number)"),
            tracks: (0..<tracksEach).map { TrackID(trusted: name(of: UInt64(number * tracksEach + $0))) },
            artist: ArtistID(trusted: "artist-\(number / 3)"),
            licensor: LicensorID(trusted: "licensor-\(number % 20)"),
            start: start.advanced(bySeconds: -86_400),
            commissionRate: BasisPoints(3_000),
            dailyCap: number % 10 == 0 ? 1_000_000 : nil
        )
    }

    mutating func anyListener() -> Int { Int.random(in: 0..<listeners, using: &generator) }

    mutating func request(
        _ number: Int,
        _ listener: Int,
        candidates: Int,
        campaignShare: Double
    ) -> Oasis_V1_ScoreRequest {
        var request = Oasis_V1_ScoreRequest()
        request.requestID = "request-\(number)"
        request.listenerID = "listener-\(listener)"
        request.surface = ["radio", "autoplay", "mix"].randomElement(using: &generator) ?? "radio"
        request.market = ["DE", "US", "SE", "BR"].randomElement(using: &generator) ?? "DE"
        request.scale = "utility"
        request.slateSize = 20
        request.promotableSlots = 2
        let tracks = UInt64(campaigns * tracksEach)
        for _ in 0..<candidates {
            let isPromotable = Double.random(in: 0..<1, using: &generator) < campaignShare
            let track = UInt64.random(in: 0..<tracks, using: &generator) + (isPromotable ? 0 : tracks)
            request.candidates.trackID.append(name(of: track))
            request.candidates.organicScore.append(Float.random(in: 0..<1, using: &generator))
            request.candidates.streamProbability.append(Float.random(in: 0..<1, using: &generator))
        }
        return request
    }

    /// A track's name: 22 letters and digits, as catalogues write them.
    private func name(of track: UInt64) -> String {
        let digits = Array("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz".utf8)
        var words = (names.hash(track), names.hash(track, 1))
        var name: [UInt8] = []
        for place in 0..<22 {
            if place < 11 {
                name.append(digits[Int(words.0 % 62)])
                words.0 /= 62
            } else {
                name.append(digits[Int(words.1 % 62)])
                words.1 /= 62
            }
        }
        return String(decoding: name, as: UTF8.self)
    }
}

extension Oasis_V1_ScoreRequest {
    /// Names the tracks by hash instead.
    fileprivate mutating func useHashes() {
        candidates.trackHash = candidates.trackID.map { TrackID(trusted: $0).stableHash }
        candidates.trackID = []
    }
}
