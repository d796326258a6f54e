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

    /// The first name that breaks a rule, and the rule.
    func firstFault() -> (place: Int, fault: InvalidField)? {
        let lengths = 1...UInt32(Named.Track.maximumLength)
        let isLengthFine = zip(offsets, offsets.dropFirst()).allSatisfy { lengths.contains($1 &- $0) }
        guard !(isLengthFine && bytes.withUnsafeBytes(Self.areAllowed)) else { return nil }
        for place in indices {
            do throws(InvalidField) {
                let range = Int(offsets[place])..<Int(offsets[place + 1])
                _ = try TrackID(String(decoding: bytes[range], as: UTF8.self))
            } catch {
                return (place, error)
            }
        }
        return nil
    }

    /// Whether every byte may be in a name; sixteen at a time.
    private static func areAllowed(_ bytes: UnsafeRawBufferPointer) -> Bool {
        let whole = bytes.count & ~15
        var refused = SIMD16<UInt8>.zero
        for offset in stride(from: 0, to: whole, by: 16) {
            let block = bytes.loadUnaligned(fromByteOffset: offset, as: SIMD16<UInt8>.self)
            refused |= Self.refused(block)
        }
        guard refused == .zero else { return false }
        return bytes[whole...].allSatisfy { TrackID.isAllowed($0) }
    }

    /// All ones where a byte may not be in a name.
    @inline(__always)
    private static func refused(_ block: SIMD16<UInt8>) -> SIMD16<UInt8> {
        func isWithin(_ values: SIMD16<UInt8>, _ first: UInt8, _ last: UInt8) -> SIMDMask<SIMD16<Int8>> {
            (values &- first) .<= (last - first)
        }
        let letters = isWithin(block | 0x20, UInt8(ascii: "a"), UInt8(ascii: "z"))
        // 0 to 9 and the colon follow each other, and so do - and the full stop.
        let digits = isWithin(block, UInt8(ascii: "0"), UInt8(ascii: ":"))
        let marks = isWithin(block, UInt8(ascii: "-"), UInt8(ascii: ".")) .| (block .== UInt8(ascii: "_"))
        return SIMD16<UInt8>(repeating: 0xff).replacing(with: 0, where: letters .| digits .| marks)
    }
}
