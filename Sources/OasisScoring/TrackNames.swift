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

    /// Whether every byte may be in a name; eight at a time.
    private static func areAllowed(_ bytes: UnsafeRawBufferPointer) -> Bool {
        let words = bytes.count / 8
        var allowed = everyHighBit
        for word in 0..<words {
            allowed &= Self.allowed(bytes.loadUnaligned(fromByteOffset: word &* 8, as: UInt64.self))
        }
        guard allowed == everyHighBit else { return false }
        return bytes[(words * 8)...].allSatisfy { TrackID.isAllowed($0) }
    }

    private static var everyHighBit: UInt64 { 0x8080_8080_8080_8080 }

    /// The highest bit of each byte that may be in a name, and nothing else.
    ///
    /// Sums alone, so that the loop becomes vector instructions.
    @inline(__always)
    private static func allowed(_ word: UInt64) -> UInt64 {
        // Without the highest bits no sum carries into its neighbour.
        let low = word & ~everyHighBit
        let letters = isWithin(low | 0x2020_2020_2020_2020, UInt8(ascii: "a"), UInt8(ascii: "z"))
        // 0 to 9 and the colon follow each other, and so do - and the full stop.
        let digits = isWithin(low, UInt8(ascii: "0"), UInt8(ascii: ":"))
        let marks = isWithin(low, UInt8(ascii: "-"), UInt8(ascii: "."))
        let underscores = isWithin(low, UInt8(ascii: "_"), UInt8(ascii: "_"))
        return (letters | digits | marks | underscores) & ~word & everyHighBit
    }

    /// The highest bit of each byte, all of them below 0x80, from `first` to `last`; other bits are noise.
    ///
    /// Bytes from `first` on reach the highest bit when 0x80 − `first` is added, those above `last` when 0x7f − `last` is.
    @inline(__always)
    private static func isWithin(_ bytes: UInt64, _ first: UInt8, _ last: UInt8) -> UInt64 {
        let every: UInt64 = 0x0101_0101_0101_0101
        return (bytes &+ UInt64(0x80 - first) &* every) & ~(bytes &+ UInt64(0x7f - last) &* every)
    }
}
