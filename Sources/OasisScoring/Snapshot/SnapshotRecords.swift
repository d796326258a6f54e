import OasisResponse

/// What the scorer reads of a campaign: two cache lines, the first of which says whether it may be promoted at all.
///
/// One record and not a column for each field: a request meets its campaigns in no order, and every column would be
/// another cache miss.
struct CampaignRecord {
    /// First moment it may be promoted, in milliseconds.
    var start: Int64
    /// First moment it may no longer be; the largest number for never.
    var end: Int64
    /// Which set of surfaces and which set of markets it is confined to; 0 is everywhere.
    var surfaceSet: UInt32
    var marketSet: UInt32
    var flags: UInt32
    /// Place of its first track among all tracks; its last is the one before the next campaign's first.
    var firstTrack: UInt32
    var number: Int64
    /// Stable hash of the artist; 0 when it is not known.
    var artistHash: UInt64
    var commissionPerStream: Double
    var streamsPerPlay: Double
    var savesPerStream: Double
    var newListenersPerStream: Double
    /// P: by attribute, in `Attribute.allCases` order.
    var deliveryPrice: Double
    var streamPrice: Double
    var savePrice: Double
    var newListenerPrice: Double
    var commissionPrice: Double
    var listenerLossPrice: Double

    static let hasCapFlag: UInt32 = 1
    /// Flags that have a meaning.
    ///
    /// The upper half is the share of requests in which a campaign is withheld, in 65,536ths: files from before that was
    /// known have zeros there.
    static let flagsMask: UInt32 = hasCapFlag | 0xffff_0000

    @inline(__always) var hasCap: Bool { flags & Self.hasCapFlag != 0 }

    /// Requests in which it is withheld, of 65,536.
    @inline(__always) var withheld: UInt32 { flags >> 16 }

    static func flags(hasCap: Bool, promotedShare: Double) -> UInt32 {
        let withheld = ((1 - min(max(promotedShare, 0), 1)) * 65_536).rounded()
        return (hasCap ? hasCapFlag : 0) | UInt32(min(withheld, 65_535)) << 16
    }

    /// Zero when all of its numbers are finite, else not a number.
    var finiteness: Double {
        let response = commissionPerStream * 0 + streamsPerPlay * 0 + savesPerStream * 0 + newListenersPerStream * 0
        let prices = deliveryPrice * 0 + streamPrice * 0 + savePrice * 0 + newListenerPrice * 0
        return response + prices + commissionPrice * 0 + listenerLossPrice * 0
    }
}

/// How listeners respond to a campaign on one surface.
struct SurfaceRateRecord {
    var streamsPerPlay: Double
    var savesPerStream: Double
    var newListenersPerStream: Double

    init(_ rates: ResponseRates) {
        streamsPerPlay = rates.streamsPerPlay
        savesPerStream = rates.savesPerStream
        newListenersPerStream = rates.newListenersPerStream
    }

    @inline(__always) var rates: ResponseRates {
        ResponseRates(
            streamsPerPlay: streamsPerPlay,
            savesPerStream: savesPerStream,
            newListenersPerStream: newListenersPerStream
        )
    }

    /// Whether each is a rate.
    var isValid: Bool {
        (0...1).contains(streamsPerPlay) && (0...1).contains(savesPerStream)
            && (0...1).contains(newListenersPerStream)
    }
}

/// A track: what it is called, and who promotes it.
struct TrackRecord {
    /// Stable hash of its name.
    var hash: UInt64
    /// Where its name begins, in words of eight bytes; it ends, filled up with zeros, where the next one's begins.
    var name: UInt32
    /// Place of its campaign.
    var campaign: UInt32
}

/// A priced row, for explanations.
struct RowRecord {
    enum Scope: UInt32 {
        case all = 0
        case campaign = 1
        case campaigns = 2
        case cell = 3
    }

    /// > 0 makes promotion dearer: the row's price, with a minus for what must be reached.
    var price: Double
    var share: Double
    var attribute: UInt32
    var scope: UInt32
    /// The campaign, the cell, or the first of `count` members in `rowMembers`.
    var first: UInt32
    var count: UInt32
}
