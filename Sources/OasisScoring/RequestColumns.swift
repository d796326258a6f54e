package import OasisMarket

/// What a request says about the decision as a whole.
package struct RequestHead: Hashable, Sendable {
    /// The caller's name for this decision; the same one again gives the same draw.
    package var id: RequestID
    /// Whose session it is.
    package var listener: ListenerID
    /// Surface and market.
    package var cell: Cell
    /// The organic score's scale; must be the policy's.
    package var scale: String
    /// How many tracks will be played, 1 to 100.
    package var slateSize: Int
    /// How many of them may be promoted, 0 to `slateSize`.
    package var promotableSlots: Int
    /// Whether the reply is to say how each boost came about.
    package var explains: Bool

    /// Gathers what a request says; the scorer trusts it.
    package init(
        id: RequestID,
        listener: ListenerID,
        cell: Cell,
        scale: String,
        slateSize: Int,
        promotableSlots: Int,
        explains: Bool = false
    ) {
        self.id = id
        self.listener = listener
        self.cell = cell
        self.scale = scale
        self.slateSize = slateSize
        self.promotableSlots = promotableSlots
        self.explains = explains
    }
}

/// A request's candidates as columns in somebody else's memory: element i of each belongs to candidate i.
///
/// The scorer trusts them: finite scores of at most 1e6, probabilities 0 to 1, at most `ScoreRequest.candidatesMaximum`
/// candidates, offsets that do not fall.
package struct RequestColumns {
    /// How candidates are named.
    package enum Tracks {
        /// UTF-8 bytes side by side; candidate i's from `offsets[i]` to `offsets[i + 1]`.
        case names(UnsafePointer<UInt8>, offsets: UnsafePointer<UInt32>)
        /// `TrackID.stableHash` of each name; two names with one hash are not told apart.
        case hashes(UnsafePointer<UInt64>)
    }

    /// How many candidates there are.
    package var count: Int
    /// Which tracks they are.
    package var tracks: Tracks
    /// The ranker's own calibrated utility of playing each.
    package var organicScores: UnsafePointer<Float>
    /// Probability that each is streamed for at least 30 s, when the ranker knows it.
    package var streamProbabilities: UnsafePointer<Float>?
    /// Whether the listener never streamed each one's artist, when the ranker knows it.
    package var isNewToArtist: UnsafePointer<Bool>?

    /// Gathers columns.
    package init(
        count: Int,
        tracks: Tracks,
        organicScores: UnsafePointer<Float>,
        streamProbabilities: UnsafePointer<Float>? = nil,
        isNewToArtist: UnsafePointer<Bool>? = nil
    ) {
        self.count = count
        self.tracks = tracks
        self.organicScores = organicScores
        self.streamProbabilities = streamProbabilities
        self.isNewToArtist = isNewToArtist
    }

    /// A candidate's name; nothing when it is known by hash alone.
    @inline(__always)
    func name(_ candidate: Int) -> UnsafeRawBufferPointer? {
        guard case .names(let bytes, let offsets) = tracks else { return nil }
        let start = Int(truncatingIfNeeded: offsets[candidate])
        return UnsafeRawBufferPointer(
            start: bytes + start,
            count: Int(truncatingIfNeeded: offsets[candidate &+ 1]) &- start
        )
    }

    /// The stable hash of a candidate's name.
    @inline(__always)
    func hash(_ candidate: Int) -> UInt64 {
        switch tracks {
        case .hashes(let hashes): return hashes[candidate]
        case .names(let bytes, let offsets):
            let start = Int(truncatingIfNeeded: offsets[candidate])
            return StableHash.ofNames.hash(
                UnsafeRawPointer(bytes + start),
                count: Int(truncatingIfNeeded: offsets[candidate &+ 1]) &- start
            )
        }
    }

    /// Writes the stable hashes of `count` candidates' names.
    func writeHashes(of candidates: UnsafePointer<UInt32>, count: Int, to hashes: UnsafeMutablePointer<UInt64>) {
        // Asked once what names them, not for each.
        switch tracks {
        case .hashes(let given):
            for index in 0..<count { hashes[index] = given[Int(truncatingIfNeeded: candidates[index])] }
        case .names(let bytes, let offsets):
            var index = 0
            while index &+ 1 < count {
                let first = Int(truncatingIfNeeded: candidates[index])
                let second = Int(truncatingIfNeeded: candidates[index &+ 1])
                (hashes[index], hashes[index &+ 1]) = StableHash.ofNames.hashes(
                    bytes + Int(truncatingIfNeeded: offsets[first]),
                    count: Int(truncatingIfNeeded: offsets[first &+ 1] &- offsets[first]),
                    bytes + Int(truncatingIfNeeded: offsets[second]),
                    count: Int(truncatingIfNeeded: offsets[second &+ 1] &- offsets[second])
                )
                index &+= 2
            }
            if index < count { hashes[index] = hash(Int(truncatingIfNeeded: candidates[index])) }
        }
    }
}

extension ScoreRequest {
    /// What the request says about the decision as a whole.
    package var head: RequestHead {
        RequestHead(
            id: id,
            listener: listener,
            cell: cell,
            scale: scale,
            slateSize: slateSize,
            promotableSlots: promotableSlots,
            explains: explains
        )
    }

    /// Lends the candidates' columns to `body`.
    package func withColumns<Result>(_ body: (RequestColumns) -> Result) -> Result {
        organicScores.withUnsafeBufferPointer { organic in
            withTracks { tracks in
                Self.withOptional(streamProbabilities) { probabilities in
                    Self.withOptional(isNewToArtist) { isNew in
                        guard let scores = organic.baseAddress else { preconditionFailure("a request has candidates") }
                        return body(
                            RequestColumns(
                                count: organic.count,
                                tracks: tracks,
                                organicScores: scores,
                                streamProbabilities: probabilities,
                                isNewToArtist: isNew
                            )
                        )
                    }
                }
            }
        }
    }

    private func withTracks<Result>(_ body: (RequestColumns.Tracks) -> Result) -> Result {
        if let trackHashes {
            return trackHashes.withUnsafeBufferPointer { hashes in
                guard let first = hashes.baseAddress else { preconditionFailure("a request has candidates") }
                return body(.hashes(first))
            }
        }
        return tracks.bytes.withUnsafeBufferPointer { bytes in
            tracks.offsets.withUnsafeBufferPointer { offsets in
                guard let offsets = offsets.baseAddress else { preconditionFailure("a request has candidates") }
                // Without a byte in any name, none is read.
                let bytes = bytes.baseAddress ?? UnsafePointer(bitPattern: 1)!
                return body(.names(bytes, offsets: offsets))
            }
        }
    }

    private static func withOptional<Element, Result>(
        _ column: [Element]?,
        _ body: (UnsafePointer<Element>?) -> Result
    ) -> Result {
        guard let column else { return body(nil) }
        return column.withUnsafeBufferPointer { body($0.baseAddress) }
    }
}
