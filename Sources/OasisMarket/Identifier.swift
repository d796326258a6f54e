/// A name from outside, checked once at the door: 1 to 128 characters out of letters, digits and `. _ : -`.
///
/// `Kind` only tells one family of names from another, so that a track can never be passed for a campaign.
public struct Identifier<Kind>: Hashable, Comparable, Sendable {
    /// The name as it was given.
    public let text: String

    /// Checks `text` against the rule above.
    public init(_ text: String) throws(InvalidField) {
        let bytes = text.utf8
        guard (1...128).contains(bytes.count), bytes.allSatisfy(Self.isAllowed) else {
            throw InvalidField("", "must be 1 to 128 characters of A-Z a-z 0-9 . _ : -, but is \"\(text.prefix(140))\"")
        }
        self.text = text
    }

    /// For names that this program makes itself; a bad one is a programmer's error.
    package init(trusted text: String) {
        self.text = text
    }

    private static func isAllowed(_ byte: UInt8) -> Bool {
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

struct AnyCodingKey: CodingKey {
    let stringValue: String
    var intValue: Int? { nil }

    init(_ text: String) { stringValue = text }
    init?(stringValue: String) { self.stringValue = stringValue }
    init?(intValue: Int) { nil }
}

/// The kinds of names.
public enum NameKind {
    /// A campaign's.
    public enum Campaign {}
    /// A recording's, whatever track URIs it has.
    public enum Song {}
    /// A playable track's.
    public enum Track {}
    /// An artist's.
    public enum Artist {}
    /// A licensor's.
    public enum Licensor {}
    /// A tier of licensors.
    public enum Tier {}
    /// A surface's: radio, autoplay, mix.
    public enum Surface {}
    /// A market's: a country code.
    public enum Market {}
    /// A listener's pseudonym.
    public enum Listener {}
    /// A score request's.
    public enum Request {}
}

/// Names a campaign.
public typealias CampaignID = Identifier<NameKind.Campaign>
/// Names a song (a recording).
public typealias SongID = Identifier<NameKind.Song>
/// Names a track (a URI that plays a song).
public typealias TrackID = Identifier<NameKind.Track>
/// Names an artist.
public typealias ArtistID = Identifier<NameKind.Artist>
/// Names a licensor: a label or a distributor.
public typealias LicensorID = Identifier<NameKind.Licensor>
/// Names a licensor's tier: `major`, `independent`.
public typealias TierID = Identifier<NameKind.Tier>
/// Names a surface: `radio`, `autoplay`, `mix`.
public typealias SurfaceID = Identifier<NameKind.Surface>
/// Names a market: `DE`, `US`.
public typealias MarketID = Identifier<NameKind.Market>
/// A listener's pseudonym; never a name or an address.
public typealias ListenerID = Identifier<NameKind.Listener>
/// Names a score request; the same one again means the same request again.
public typealias RequestID = Identifier<NameKind.Request>
