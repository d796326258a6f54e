public import OasisMarket

/// How listeners respond to one campaign's song: what follows a play and a stream, as rates.
public struct ResponseRates: Hashable, Sendable {
    /// Streams of at least 30 s a play, used when the ranker sends no stream probability.
    public var streamsPerPlay: Double
    /// Saves a stream.
    public var savesPerStream: Double
    /// First-time listeners of the artist a stream, used when the ranker does not say who is new.
    public var newListenersPerStream: Double

    /// Gathers rates, each 0 to 1.
    public init(streamsPerPlay: Double, savesPerStream: Double, newListenersPerStream: Double) {
        self.streamsPerPlay = streamsPerPlay
        self.savesPerStream = savesPerStream
        self.newListenersPerStream = newListenersPerStream
    }
}

/// What promoting one candidate is expected to cause, before listener loss; units as in `Attribute`.
public struct ExpectedAmounts: Hashable, Sendable {
    /// Promoted plays: 1.
    public var delivery: Double
    /// Streams of at least 30 s.
    public var stream: Double
    /// Saves.
    public var save: Double
    /// New listeners.
    public var newListener: Double
    /// Commission in whole currency units.
    public var commission: Double

    /// Amounts of one play.
    ///
    /// - Parameters:
    ///   - rates: the campaign's rates.
    ///   - streamProbability: the ranker's own, when it sends one.
    ///   - isNewToArtist: whether the listener never streamed the artist, when the ranker knows.
    ///   - commissionPerStream: whole currency units.
    @inlinable
    public init(
        rates: ResponseRates,
        streamProbability: Double?,
        isNewToArtist: Bool?,
        commissionPerStream: Double
    ) {
        delivery = 1
        stream = streamProbability ?? rates.streamsPerPlay
        save = stream * rates.savesPerStream
        newListener = stream * (isNewToArtist.map { $0 ? 1 : 0 } ?? rates.newListenersPerStream)
        commission = stream * commissionPerStream
    }

    /// The amount of one attribute; 0 for `listenerLoss`, which depends on what is displaced.
    @inlinable
    public subscript(attribute: Attribute) -> Double {
        switch attribute {
        case .delivery: delivery
        case .stream: stream
        case .save: save
        case .newListener: newListener
        case .commission: commission
        case .listenerLoss: 0
        }
    }
}
