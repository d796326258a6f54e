/// A song that a licensor opted in for promotion, and what it was promised.
public struct Campaign: Hashable, Sendable, Codable {
    /// Whether a campaign may be served.
    public enum State: String, Hashable, Sendable, Codable {
        /// Served inside its window.
        case active
        /// Held back by a person.
        case paused
    }

    /// Its name.
    public var id: CampaignID
    /// What people call it.
    public var title: String
    /// The recording that is promoted.
    public var song: SongID
    /// Every track URI that plays the song; at least one.
    public var tracks: [TrackID]
    /// Whose song it is.
    public var artist: ArtistID
    /// Who opted it in.
    public var licensor: LicensorID
    /// Where it may be promoted; empty means on every surface.
    public var surfaces: [SurfaceID]
    /// In which countries; empty means in all.
    public var markets: [MarketID]
    /// First moment it may be promoted.
    public var start: Timestamp
    /// First moment it may no longer be; nothing means open-ended.
    public var end: Timestamp?
    /// Share of the recording royalties that the platform keeps.
    public var commissionRate: BasisPoints
    /// Most promoted plays a UTC day, never exceeded; nothing means no cap.
    public var dailyCap: Int?
    /// Promoted plays a UTC day that were promised; nothing means none.
    public var dailyGuarantee: Int?
    /// How its plays are to be spread over the UTC day: 24 weights ≥ 0, one for each hour; nothing means as traffic comes.
    public var deliveryCurve: [Double]?
    /// Whether it may be served.
    public var state: State

    /// Gathers a campaign; `validate()` checks it.
    public init(
        id: CampaignID,
        title: String,
        song: SongID,
        tracks: [TrackID],
        artist: ArtistID,
        licensor: LicensorID,
        surfaces: [SurfaceID] = [],
        markets: [MarketID] = [],
        start: Timestamp,
        end: Timestamp? = nil,
        commissionRate: BasisPoints,
        dailyCap: Int? = nil,
        dailyGuarantee: Int? = nil,
        deliveryCurve: [Double]? = nil,
        state: State = .active
    ) {
        self.id = id
        self.title = title
        self.song = song
        self.tracks = tracks
        self.artist = artist
        self.licensor = licensor
        self.surfaces = surfaces
        self.markets = markets
        self.start = start
        self.end = end
        self.commissionRate = commissionRate
        self.dailyCap = dailyCap
        self.dailyGuarantee = dailyGuarantee
        self.deliveryCurve = deliveryCurve
        self.state = state
    }

    /// Whether it may be promoted in `cell` at `time`.
    public func mayServe(in cell: Cell, at time: Timestamp) -> Bool {
        isRunning(at: time) && covers(cell)
    }

    /// Whether it is active and inside its window.
    public func isRunning(at time: Timestamp) -> Bool {
        state == .active && start <= time && end.map { time < $0 } ?? true
    }

    /// Whether `cell` is among its contexts.
    public func covers(_ cell: Cell) -> Bool {
        (surfaces.isEmpty || surfaces.contains(cell.surface)) && (markets.isEmpty || markets.contains(cell.market))
    }

    /// Refuses a campaign that breaks a rule, naming the field.
    public func validate() throws(InvalidField) {
        try require((1...200).contains(title.count), "title", "must be 1 to 200 characters, but has \(title.count)")
        try require((1...100).contains(tracks.count), "tracks", "must name 1 to 100 tracks, but names \(tracks.count)")
        try require(Set(tracks).count == tracks.count, "tracks", "must not name a track twice")
        if let end { try require(start < end, "end", "must be after start (\(start)), but is \(end)") }
        try require(
            (0...10_000).contains(commissionRate.value),
            "commissionRate",
            "must be 0 to 10000 basis points, but is \(commissionRate.value)"
        )
        if let dailyCap {
            try require((0...1_000_000_000).contains(dailyCap), "dailyCap", "must be 0 to 1e9, but is \(dailyCap)")
        }
        if let dailyGuarantee {
            try require(dailyGuarantee >= 0, "dailyGuarantee", "must be ≥ 0, but is \(dailyGuarantee)")
            try require(
                dailyGuarantee <= dailyCap ?? 1_000_000_000,
                "dailyGuarantee",
                "must not exceed dailyCap (\(dailyCap ?? 1_000_000_000)), but is \(dailyGuarantee)"
            )
        }
        if let deliveryCurve { try Self.validate(deliveryCurve) }
    }

    private static func validate(_ curve: [Double]) throws(InvalidField) {
        try require(
            curve.count == 24,
            "deliveryCurve",
            "must hold 24 weights, one for each hour UTC, but holds \(curve.count)"
        )
        for (hour, weight) in curve.enumerated() {
            try require(
                weight.isFinite && (0...1e6).contains(weight),
                "deliveryCurve[\(hour)]",
                "must be a number of 0 to 1000000, but is \(weight)"
            )
        }
        try require(curve.contains { $0 > 0 }, "deliveryCurve", "must have a weight above 0")
    }

    /// Reads a campaign; `surfaces`, `markets`, `deliveryCurve` and `state` may be left out.
    public init(from decoder: any Decoder) throws {
        let fields = try decoder.container(keyedBy: CodingKeys.self)
        id = try fields.decode(CampaignID.self, forKey: .id)
        title = try fields.decode(String.self, forKey: .title)
        song = try fields.decode(SongID.self, forKey: .song)
        tracks = try fields.decode([TrackID].self, forKey: .tracks)
        artist = try fields.decode(ArtistID.self, forKey: .artist)
        licensor = try fields.decode(LicensorID.self, forKey: .licensor)
        surfaces = try fields.decodeIfPresent([SurfaceID].self, forKey: .surfaces) ?? []
        markets = try fields.decodeIfPresent([MarketID].self, forKey: .markets) ?? []
        start = try fields.decode(Timestamp.self, forKey: .start)
        end = try fields.decodeIfPresent(Timestamp.self, forKey: .end)
        commissionRate = try fields.decode(BasisPoints.self, forKey: .commissionRate)
        dailyCap = try fields.decodeIfPresent(Int.self, forKey: .dailyCap)
        dailyGuarantee = try fields.decodeIfPresent(Int.self, forKey: .dailyGuarantee)
        deliveryCurve = try fields.decodeIfPresent([Double].self, forKey: .deliveryCurve)
        state = try fields.decodeIfPresent(State.self, forKey: .state) ?? .active
    }
}

/// A label or distributor that opts songs in.
public struct Licensor: Hashable, Sendable, Codable {
    /// Its name.
    public var id: LicensorID
    /// What people call it.
    public var title: String
    /// Its tier, such as `major`.
    public var tier: TierID

    /// Gathers a licensor.
    public init(id: LicensorID, title: String, tier: TierID) {
        self.id = id
        self.title = title
        self.tier = tier
    }

    /// Refuses a licensor that breaks a rule, naming the field.
    public func validate() throws(InvalidField) {
        try require((1...200).contains(title.count), "title", "must be 1 to 200 characters, but has \(title.count)")
    }
}
