/// How often one listener may meet promotions of the same campaign, or of the same artist, in a window of time.
public struct FrequencyLimit: Hashable, Sendable, Codable {
    /// What is counted together.
    public enum Scope: String, CaseIterable, Hashable, Sendable, Codable {
        /// Promotions of one campaign.
        case campaign
        /// Promotions of all campaigns of one artist.
        case artist
    }

    /// Most promotions that a limit may allow.
    public static let maximumAllowed = 50
    /// Longest window: 31 days.
    public static let windowHoursMaximum = 744

    /// What is counted together.
    public var scope: Scope
    /// Most promotions in any window, at least 1.
    public var maximum: Int
    /// How far back is counted, in hours from the moment of deciding; at least 1.
    public var windowHours: Int

    /// Gathers a limit.
    public init(scope: Scope, maximum: Int, windowHours: Int) {
        self.scope = scope
        self.maximum = maximum
        self.windowHours = windowHours
    }

    func validate() throws(InvalidField) {
        try require(
            (1...Self.maximumAllowed).contains(maximum),
            "maximum",
            "must be 1 to \(Self.maximumAllowed), but is \(maximum)"
        )
        try require(
            (1...Self.windowHoursMaximum).contains(windowHours),
            "windowHours",
            "must be 1 to \(Self.windowHoursMaximum), but is \(windowHours)"
        )
    }
}
