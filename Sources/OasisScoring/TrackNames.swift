public import OasisMarket

/// The names of a request's candidates: their UTF-8 bytes side by side, and where each ends.
///
/// Readers of JSON or gRPC append bytes without making a string of each; whoever wants a name gets one.
public struct TrackNames: Hashable, Sendable, RandomAccessCollection {
    private(set) var bytes: [UInt8] = []
    /// Where names begin, and where the last one ends: one more than there are names.
    private(set) var offsets: [UInt32] = [0]

    /// No names.
    public init() {}

    /// Names that are known to be valid.
    public init(_ tracks: some Collection<TrackID>) {
        reserve(names: tracks.count, bytes: tracks.reduce(0) { $0 + $1.text.utf8.count })
        for track in tracks { append(track) }
    }

    /// Names as a reader cut them; they are checked when the request is made.
    ///
    /// - Parameters:
    ///   - bytes: the UTF-8 bytes of all names, side by side.
    ///   - offsets: where names begin, from 0 on, and where the last one ends; rising, up to the count of `bytes`.
    package init(bytes: [UInt8], offsets: [UInt32]) {
        precondition(offsets.first == 0 && Int(offsets.last ?? 0) == bytes.count)
        self.bytes = bytes
        self.offsets = offsets
    }

    /// Makes room for so many more names of so many bytes together.
    public mutating func reserve(names: Int, bytes: Int) {
        offsets.reserveCapacity(offsets.count + names)
        self.bytes.reserveCapacity(self.bytes.count + bytes)
    }

    /// Adds a name.
    public mutating func append(_ track: TrackID) {
        bytes.append(contentsOf: track.text.utf8)
        offsets.append(UInt32(truncatingIfNeeded: bytes.count))
    }

    /// Adds a name's bytes; they are checked when the request is made.
    public mutating func append(utf8: UnsafeRawBufferPointer) {
        bytes.append(contentsOf: utf8)
        offsets.append(UInt32(truncatingIfNeeded: bytes.count))
    }

    /// 0.
    public var startIndex: Int { 0 }
    /// How many names there are.
    public var endIndex: Int { offsets.count - 1 }

    /// A name, as a value of its own.
    public subscript(position: Int) -> TrackID {
        let range = Int(offsets[position])..<Int(offsets[position + 1])
        return TrackID(trusted: String(decoding: bytes[range], as: UTF8.self))
    }

    /// The first of `count` names that breaks a rule, and the rule.
    ///
    /// Name i reaches from `offsets[i]` to `offsets[i + 1]`; offsets do not fall.
    static func firstFault(
        _ bytes: UnsafePointer<UInt8>,
        offsets: UnsafePointer<UInt32>,
        count: Int
    ) -> (place: Int, fault: InvalidField)? {
        func name(_ place: Int) -> UnsafeRawBufferPointer {
            let start = Int(offsets[place])
            return UnsafeRawBufferPointer(start: bytes + start, count: Int(offsets[place + 1]) - start)
        }
        let lengths = 1...UInt32(Named.Track.maximumLength)
        let isLengthFine = (0..<count).allSatisfy { lengths.contains(offsets[$0 + 1] &- offsets[$0]) }
        let all = UnsafeRawBufferPointer(start: bytes + Int(offsets[0]), count: Int(offsets[count]) - Int(offsets[0]))
        guard !(isLengthFine && areAllowed(all)) else { return nil }
        for place in 0..<count {
            do throws(InvalidField) {
                _ = try TrackID(String(decoding: name(place), as: UTF8.self))
            } catch {
                return (place, error)
            }
        }
        return nil
    }

    /// Whether every byte may be in a name; sixteen at a time.
    private static func areAllowed(_ bytes: UnsafeRawBufferPointer) -> Bool {
        let every = SIMD16<UInt8>(repeating: 0x80)
        var allowed = every
        var offset = 0
        while offset + 16 <= bytes.count {
            allowed &= Self.allowed(bytes.loadUnaligned(fromByteOffset: offset, as: SIMD16<UInt8>.self))
            offset += 16
        }
        guard allowed == every else { return false }
        return bytes[offset...].allSatisfy { TrackID.isAllowed($0) }
    }

    /// The highest bit of each byte that may be in a name, and nothing else.
    ///
    /// Sums alone, because comparisons of vectors do not become vector instructions: of bytes below 0x80, those from `first`
    /// on reach the highest bit when 0x80 − `first` is added, and those above `last` when 0x7f − `last` is.
    @inline(__always)
    private static func allowed(_ block: SIMD16<UInt8>) -> SIMD16<UInt8> {
        let folded = block | 0x20
        let letters = (folded &+ (0x80 - UInt8(ascii: "a"))) & ~(folded &+ (0x7f - UInt8(ascii: "z")))
        // 0 to 9 and the colon follow each other, and so do - and the full stop.
        let digits = (block &+ (0x80 - UInt8(ascii: "0"))) & ~(block &+ (0x7f - UInt8(ascii: ":")))
        let marks = (block &+ (0x80 - UInt8(ascii: "-"))) & ~(block &+ (0x7f - UInt8(ascii: ".")))
        let underscores = (block &+ (0x80 - UInt8(ascii: "_"))) & ~(block &+ (0x7f - UInt8(ascii: "_")))
        return (letters | digits | marks | underscores) & ~block & 0x80
    }
}
