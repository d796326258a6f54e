package import OasisMarket

/// How large a synthetic market is, and where it plays.
package struct MarketShape: Hashable, Sendable {
    /// A surface as the market uses it.
    package struct SurfaceShape: Hashable, Sendable {
        /// Its name.
        package var id: SurfaceID
        /// Tracks in a slate.
        package var slateSize: Int
        /// How many of them may be promoted.
        package var promotableSlots: Int
        /// Share of all requests.
        package var share: Double
    }

    /// A country as the market uses it.
    package struct CountryShape: Hashable, Sendable {
        /// Its name.
        package var id: MarketID
        /// Its clock ahead of UTC, in hours.
        package var hoursAheadOfUTC: Double
        /// Share of all requests.
        package var share: Double
    }

    /// Listeners with a taste each.
    package var listeners: Int
    /// Artists; each track has one.
    package var artists: Int
    /// Tracks in the catalogue.
    package var tracks: Int
    /// Labels and distributors.
    package var licensors: Int
    /// Songs opted in.
    package var campaigns: Int
    /// Requests a day.
    package var requestsPerDay: Int
    /// Candidates the ranker brings to each request.
    package var candidatesPerRequest: Int
    /// Surfaces with their shares.
    package var surfaces: [SurfaceShape]
    /// Countries with their shares.
    package var countries: [CountryShape]

    /// The market of `oasis demo`.
    package static let demo = MarketShape(
        listeners: 24_000,
        artists: 500,
        tracks: 3_000,
        licensors: 10,
        campaigns: 60,
        requestsPerDay: 60_000,
        candidatesPerRequest: 30,
        surfaces: [
            SurfaceShape(id: SurfaceID(trusted: "radio"), slateSize: 6, promotableSlots: 1, share: 0.5),
            SurfaceShape(id: SurfaceID(trusted: "autoplay"), slateSize: 3, promotableSlots: 1, share: 0.3),
            SurfaceShape(id: SurfaceID(trusted: "mix"), slateSize: 10, promotableSlots: 2, share: 0.2),
        ],
        countries: [
            CountryShape(id: MarketID(trusted: "DE"), hoursAheadOfUTC: 1, share: 0.4),
            CountryShape(id: MarketID(trusted: "US"), hoursAheadOfUTC: -6, share: 0.4),
            CountryShape(id: MarketID(trusted: "BR"), hoursAheadOfUTC: -3, share: 0.2),
        ]
    )

    /// A market small enough for a test.
    package static let small: MarketShape = {
        var shape = demo
        shape.listeners = 500
        shape.artists = 80
        shape.tracks = 400
        shape.licensors = 5
        shape.campaigns = 12
        shape.requestsPerDay = 3_000
        return shape
    }()

    /// A market of which an hour is lived in a fraction of a second.
    package static let tiny: MarketShape = {
        var shape = demo
        shape.listeners = 200
        shape.artists = 60
        shape.tracks = 200
        shape.licensors = 4
        shape.campaigns = 8
        shape.requestsPerDay = 3_000
        shape.candidatesPerRequest = 20
        return shape
    }()
}
