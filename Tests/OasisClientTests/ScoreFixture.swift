import OasisMarket
import OasisScoring

/// A request of three candidates, and what a server may answer to it.
enum ScoreFixture {
    static func request(_ id: String = "r-1") throws -> ScoreRequest {
        try ScoreRequest(
            id: try RequestID(id),
            listener: try ListenerID("l-1"),
            cell: Cell(surface: try SurfaceID("radio"), market: try MarketID("DE")),
            time: Timestamp(milliseconds: 1_795_000_000_000),
            scale: "utility",
            slateSize: 2,
            promotableSlots: 1,
            tracks: try ["a", "b", "c"].map { try TrackID($0) },
            organicScores: [0.1, 0.2, 0.3]
        )
    }

    static let promotion = """
        {"index":0,"track":"a","campaign":"k","boost":0.25,"propensity":0.5,"reasons":["worth-its-price"],"receipt":"cg"}
        """

    static let explanation = """
        {"terms":[{"attribute":"stream","amount":0.5,"worth":1,"campaignPrice":0.25,"cellPrice":0.125,"contribution":0.3125}],
        "lossPrice":1.25,"listenerLoss":0.5,"fullBoost":0.25}
        """

    static func reply(_ id: String = "r-1", promotions: String = promotion) -> String {
        """
        {"requestId":"\(id)","snapshot":"0000000000000001","snapshotAgeSeconds":1.5,"policyVersion":3,"arm":"promoted",
        "promotions":[\(promotions)],"degraded":["stale-snapshot"]}
        """
    }
}
