import OasisMarket
import OasisPlanning
import OasisScoring

/// A machine that scores: a real node, which can end and come back as a new one.
struct ScoringHost {
    /// Nothing while it is down.
    private(set) var node: ScoringNode?
    /// What the node of this start was made with.
    private(set) var settings: EngineSettings
    /// How far its clock is from the market's time, in seconds.
    var clockOffset = 0.0

    private let name: String
    private var starts = 0

    init(name: String, settings: EngineSettings) {
        self.name = name
        self.settings = settings
    }

    func clock(at now: Timestamp) -> Timestamp { now.advanced(bySeconds: clockOffset) }

    /// Comes up without units and prices, under a name that no start had before.
    mutating func start(at now: Timestamp) {
        guard node == nil else { return }
        starts += 1
        settings.node = "\(name)/\(starts)"
        node = ScoringNode(settings: settings, now: clock(at: now))
    }

    /// Ends without a word: the units that it held stay promised until their day is over.
    mutating func crash() { node = nil }
}
