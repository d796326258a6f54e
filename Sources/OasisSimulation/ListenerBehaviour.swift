package import OasisMarket
package import OasisScoring

/// What listeners do with a slate: deterministic, by a keyed hash of request and track.
///
/// The draw for a track in a request does not depend on what else is played, so that two policies differ only where
/// their slates do.
package struct ListenerBehaviour: Sendable {
    /// One track of a slate and what became of it.
    package struct Play: Hashable, Sendable {
        /// Index of the candidate in the request.
        package var candidate: Int
        /// Its place in the slate, from 0.
        package var position: Int
        /// When it starts; also when the session ended before it.
        package var time: Timestamp
        /// Whether the listener was still there.
        package var isShown: Bool
        /// How long it played, in milliseconds; 0 when it was not shown.
        package var playedMilliseconds: Int64
        /// Whether it was saved.
        package var isSaved: Bool
        /// Whether it was added to a playlist.
        package var isAdded: Bool
        /// Whether the artist was followed.
        package var isFollowed: Bool

        /// Whether it counts as a stream.
        package var isStream: Bool { playedMilliseconds >= streamThresholdMilliseconds }
    }

    /// Chance that a listener is still there for the next track.
    package static let stayProbability = 0.985
    /// Chance that a streamed track is saved.
    package static let saveProbability = 0.05
    private static let trackSeconds = 200.0

    private let hash: StableHash

    /// The same seed gives the same behaviour.
    package init(seed: UInt64) {
        hash = StableHash(key0: seed, key1: 0x6265_6861_7669_6f72)
    }

    /// The order that a ranker plays: the largest organic + boost first, ties by place in the request.
    package static func slate(of request: ScoreRequest, boosts: [(index: Int, boost: Float)]) -> [Int] {
        var scores = request.organicScores
        for (index, boost) in boosts { scores[index] += boost }
        return scores.indices.sorted { (scores[$0], $1) > (scores[$1], $0) }.prefix(request.slateSize).map { $0 }
    }

    /// Plays a slate.
    ///
    /// Stream probabilities are the request's own; without them the organic scores stand in.
    package func play(_ slate: [Int], of request: ScoreRequest) -> [Play] {
        let probabilities = request.streamProbabilities ?? request.organicScores
        var time = request.time
        var isPresent = true
        return slate.enumerated()
            .map { position, candidate in
                let word = hash.hash(hash.hash(request.id.text), request.tracks[candidate].stableHash)
                var random = SeededGenerator(seed: word)
                // The session's length belongs to the request, not to the tracks in it.
                if position > 0, stay(request, position) >= Self.stayProbability { isPresent = false }
                let play = drawPlay(
                    candidate,
                    position,
                    time,
                    probability: Double(probabilities[candidate]),
                    isPresent,
                    &random
                )
                time = time.advanced(bySeconds: Double(play.playedMilliseconds) / 1_000)
                return play
            }
    }

    private func stay(_ request: ScoreRequest, _ position: Int) -> Double {
        hash.hash(hash.hash(request.id.text) ^ 0x73_7461_79, UInt64(position)).unitFraction
    }

    private func drawPlay(
        _ candidate: Int,
        _ position: Int,
        _ time: Timestamp,
        probability: Double,
        _ isPresent: Bool,
        _ random: inout SeededGenerator
    ) -> Play {
        let isStream = random.uniform() < probability
        let share = random.uniform()
        let seconds = isStream ? 30 + share * (Self.trackSeconds - 30) : share * 29.9
        let isSaved = random.uniform() < Self.saveProbability
        let isAdded = random.uniform() < Self.saveProbability / 2
        let isFollowed = random.uniform() < Self.saveProbability / 5
        return Play(
            candidate: candidate,
            position: position,
            time: time,
            isShown: isPresent,
            playedMilliseconds: isPresent ? Int64(seconds * 1_000) : 0,
            isSaved: isPresent && isStream && isSaved,
            isAdded: isPresent && isStream && isAdded,
            isFollowed: isPresent && isStream && isFollowed
        )
    }
}
