/// A name from outside, checked once at the door: letters, digits and `. _ : -`, at most `Kind.maximumLength` of them.
///
/// `Kind` also tells one family of names from another, so that a track can never be passed for a campaign.
public struct Identifier<Kind: NameKind>: Hashable, Comparable, Sendable {
    /// The name as it was given.
    public let text: String

    /// Checks `text` against the rule above.
    public init(_ text: String) throws(InvalidField) {
        let bytes = text.utf8
        guard (1...Kind.maximumLength).contains(bytes.count), bytes.allSatisfy(Self.isAllowed) else {
            throw InvalidField(
                "",
                "must be 1 to \(Kind.maximumLength) characters of A-Z a-z 0-9 . _ : -, but is \"\(text.prefix(140))\""
            )
        }
        self.text = text
    }

    /// For names that this program makes itself; a bad one is a programmer's error.
    package init(trusted text: String) {
        self.text = text
    }

    /// Whether a name may contain this byte.
    package static func isAllowed(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"):
            true
        case UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: ":"), UInt8(ascii: "-"):
            true
        default:
            false
        }
    }

    /// Orders by UTF-8 bytes, the same on every machine.
    public static func < (left: Self, right: Self) -> Bool {
        left.text < right.text
    }
}

extension Identifier: CustomStringConvertible {
    /// The name itself.
    public var description: String { text }
}

extension Identifier: Codable {
    /// Reads a JSON string and checks it.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        let text = try container.decode(String.self)
        do throws(InvalidField) {
            try self.init(text)
        } catch {
            throw DecodingError.dataCorruptedError(in: container, debugDescription: error.rule)
        }
    }

    /// Writes a JSON string.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(text)
    }
}

extension Identifier: CodingKeyRepresentable {
    /// Lets a dictionary keyed by identifiers be a JSON object.
    public var codingKey: any CodingKey { AnyCodingKey(text) }

    /// Reads a JSON object's key, or nothing when it breaks the rule.
    public init?(codingKey: some CodingKey) {
        guard let identifier = try? Self(codingKey.stringValue) else { return nil }
        self = identifier
    }
}

extension Decoder {
    /// Refuses an object with a key that `Keys` does not know, for documents whose fields may be left out.
    package func refuseKeys<Keys: CodingKey>(otherThan keys: Keys.Type) throws {
        for key in try container(keyedBy: AnyCodingKey.self).allKeys where Keys(stringValue: key.stringValue) == nil {
            throw DecodingError.dataCorrupted(
                .init(codingPath: codingPath + [key], debugDescription: "must not be there: nobody knows this field")
            )
        }
    }
}

struct AnyCodingKey: CodingKey {
    let stringValue: String
    var intValue: Int? { nil }

    init(_ text: String) { stringValue = text }
    init?(stringValue: String) { self.stringValue = stringValue }
    init?(intValue: Int) { nil }
}

extension Identifier {
    /// 64-bit hash of the name, the same on every machine and in every version: receipts, snapshots and the ledger carry
    /// it.
    public var stableHash: UInt64 { StableHash.ofNames.hash(text) }
}

extension StableHash {
    /// The hash of names: SipHash-2-4 under the keys `oasis-id` and `entifier`, read as big-endian words.
    @inlinable public static var ofNames: StableHash {
        StableHash(key0: 0x6f61_7369_732d_6964, key1: 0x656e_7469_6669_6572)
    }
}

/// A family of names.
public protocol NameKind: SendableMetatype {
    /// Most characters a name of this family may have.
    static var maximumLength: Int { get }
}

extension NameKind {
    /// 128, unless the family needs shorter ones.
    public static var maximumLength: Int { 128 }
}

/// The families of names.
public enum Named {
    /// Campaigns.
    public enum Campaign: NameKind {}
    /// Recordings, whatever track URIs they have.
    public enum Song: NameKind {}
    /// Playable tracks.
    public enum Track: NameKind {}
    /// Artists.
    public enum Artist: NameKind {}
    /// Licensors.
    public enum Licensor: NameKind {}
    /// Artists' teams.
    public enum Team: NameKind {}
    /// Tiers of licensors.
    public enum Tier: NameKind {}
    /// Surfaces.
    ///
    /// Receipts carry the name itself, so it is short.
    public enum Surface: NameKind {
        /// 20 characters.
        public static var maximumLength: Int { 20 }
    }
    /// Markets.
    ///
    /// Receipts carry the name itself, so it is short.
    public enum Market: NameKind {
        /// 8 characters.
        public static var maximumLength: Int { 8 }
    }
    /// Listeners' pseudonyms.
    public enum Listener: NameKind {}
    /// Score requests.
    public enum Request: NameKind {}
    /// Layers of experiments.
    ///
    /// Replies carry the name, so it is short.
    public enum ExperimentLayer: NameKind {
        /// 32 characters.
        public static var maximumLength: Int { 32 }
    }
    /// Arms of experiments.
    ///
    /// Replies carry the name, so it is short.
    public enum ExperimentArm: NameKind {
        /// 32 characters.
        public static var maximumLength: Int { 32 }
    }
}

/// Names a campaign.
public typealias CampaignID = Identifier<Named.Campaign>
/// Names a song (a recording).
public typealias SongID = Identifier<Named.Song>
/// Names a track (a URI that plays a song).
public typealias TrackID = Identifier<Named.Track>
/// Names an artist.
public typealias ArtistID = Identifier<Named.Artist>
/// Names a licensor: a label or a distributor.
public typealias LicensorID = Identifier<Named.Licensor>
/// Names an artist's team: whoever selects songs for it.
public typealias TeamID = Identifier<Named.Team>
/// Names a licensor's tier: `major`, `independent`.
public typealias TierID = Identifier<Named.Tier>
/// Names a surface: `radio`, `autoplay`, `mix`.
public typealias SurfaceID = Identifier<Named.Surface>
/// Names a market: `DE`, `US`.
public typealias MarketID = Identifier<Named.Market>
/// A listener's pseudonym; never a name or an address.
public typealias ListenerID = Identifier<Named.Listener>
/// Names a score request; the same one again means the same request again.
public typealias RequestID = Identifier<Named.Request>
/// Names a layer of experiments.
public typealias ExperimentLayerID = Identifier<Named.ExperimentLayer>
/// Names an arm within its layer.
public typealias ExperimentArmID = Identifier<Named.ExperimentArm>
