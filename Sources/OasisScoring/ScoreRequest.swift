public import OasisMarket

/// One ranking decision of the caller's, before promotion: who is listening where, and the ranked candidates.
///
/// Columns run side by side: element `i` of each belongs to candidate `i`.
public struct ScoreRequest: Hashable, Sendable {
    /// Most candidates a request may have.
    public static let candidatesMaximum = 1_000

    /// The caller's name for this decision; the same one again gives the same draw.
    public var id: RequestID
    /// Whose session it is.
    public var listener: ListenerID
    /// Surface and market.
    public var cell: Cell
    /// When it is decided.
    public var time: Timestamp
    /// The organic score's scale; must be the policy's.
    public var scale: String
    /// How many tracks will be played.
    public var slateSize: Int
    /// How many of them may be promoted.
    public var promotableSlots: Int
    /// Whether the reply is to say how each boost came about.
    public var explains = false
    /// The candidates, in any order; none when they are given by hash.
    public package(set) var tracks: TrackNames
    /// `TrackID.stableHash` of each candidate, instead of its name.
    public package(set) var trackHashes: [UInt64]?
    /// The ranker's own calibrated utility of playing each candidate.
    public package(set) var organicScores: [Float]
    /// Probability that each candidate is streamed for at least 30 s, when the ranker knows it.
    public package(set) var streamProbabilities: [Float]?
    /// Whether the listener never streamed each candidate's artist, when the ranker knows it.
    public package(set) var isNewToArtist: [Bool]?

    /// Gathers a request and refuses one that breaks a rule.
    public init(
        id: RequestID,
        listener: ListenerID,
        cell: Cell,
        time: Timestamp,
        scale: String,
        slateSize: Int,
        promotableSlots: Int,
        tracks: [TrackID],
        organicScores: [Float],
        streamProbabilities: [Float]? = nil,
        isNewToArtist: [Bool]? = nil
    ) throws(InvalidField) {
        try self.init(
            id: id,
            listener: listener,
            cell: cell,
            time: time,
            scale: scale,
            slateSize: slateSize,
            promotableSlots: promotableSlots,
            tracks: TrackNames(tracks),
            organicScores: organicScores,
            streamProbabilities: streamProbabilities,
            isNewToArtist: isNewToArtist
        )
    }

    /// Gathers a request from columns as a reader fills them, and refuses one that breaks a rule.
    ///
    /// Candidates are named by `tracks`, or else by `trackHashes`.
    public init(
        id: RequestID,
        listener: ListenerID,
        cell: Cell,
        time: Timestamp,
        scale: String,
        slateSize: Int,
        promotableSlots: Int,
        tracks: TrackNames,
        trackHashes: [UInt64]? = nil,
        organicScores: [Float],
        streamProbabilities: [Float]? = nil,
        isNewToArtist: [Bool]? = nil
    ) throws(InvalidField) {
        self.id = id
        self.listener = listener
        self.cell = cell
        self.time = time
        self.scale = scale
        self.slateSize = slateSize
        self.promotableSlots = promotableSlots
        self.tracks = tracks
        self.trackHashes = trackHashes
        self.organicScores = organicScores
        self.streamProbabilities = streamProbabilities
        self.isNewToArtist = isNewToArtist
        try validate()
    }

    /// How many candidates there are.
    public var candidateCount: Int { trackHashes?.count ?? tracks.count }

    private func validate() throws(InvalidField) {
        let count = candidateCount
        try require(
            trackHashes == nil || tracks.isEmpty,
            "candidates.trackHash",
            "must not be given beside candidates.track"
        )
        try require(
            (1...Self.candidatesMaximum).contains(count),
            "candidates.track",
            "must name 1 to \(Self.candidatesMaximum) candidates, but names \(count)"
        )
        try requireLength(organicScores.count, "candidates.organicScore")
        try requireLength(streamProbabilities?.count, "candidates.streamProbability")
        try requireLength(isNewToArtist?.count, "candidates.isNewToArtist")
        if let fault = withColumns({ $0.firstFault(with: head) }) { throw fault }
    }

    private func requireLength(_ length: Int?, _ field: String) throws(InvalidField) {
        guard let length else { return }
        try require(
            length == candidateCount,
            field,
            "must have one element for each of the \(candidateCount) tracks, but has \(length)"
        )
    }
}
