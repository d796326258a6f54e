/// Why bytes are no message of the kind that was expected.
package enum WireFault: Error, Hashable, Sendable {
    /// A field, a number or a group ends behind the bytes.
    case truncated
    /// A number, a tag or a group breaks the format.
    case malformed
    /// Messages or groups nest too deep.
    case tooDeep
    /// A text is not UTF-8.
    case invalidText
}

/// Reads protobuf's wire format, field by field, from bytes that outlive it.
///
/// Takes and refuses exactly what swift-protobuf does, so that a message means the same whoever reads it. Source:
/// protobuf.dev, "Encoding".
///
/// Every load stays inside the bytes: `0 <= position <= end <= count`, and bytes are loaded only after `end - position`
/// was found to be at least as many.
package struct WireReader {
    /// How deep messages and groups may nest, the outermost message included; swift-protobuf's own limit.
    private static let depthMaximum = 100
    /// Bytes that are copied and looked at together.
    private static let blockBytes = 16

    private let base: UnsafeRawPointer?
    private var position: Int
    private let end: Int
    /// How many more levels may nest in this one.
    private var depthLeft: Int

    /// A reader of one message's bytes.
    package init(_ bytes: UnsafeRawBufferPointer) {
        base = bytes.baseAddress
        position = 0
        end = bytes.count
        depthLeft = Self.depthMaximum - 1
    }

    private init(_ base: UnsafeRawPointer?, _ range: Range<Int>, depthLeft: Int) {
        self.base = base
        position = range.lowerBound
        end = range.upperBound
        self.depthLeft = depthLeft
    }

    /// A reader of the message that a field's body is.
    package func message(in body: Range<Int>) throws(WireFault) -> WireReader {
        guard depthLeft > 0 else { throw .tooDeep }
        return WireReader(base, body, depthLeft: depthLeft - 1)
    }

    /// A reader of the packed numbers that a field's body is.
    package func part(_ body: Range<Int>) -> WireReader {
        WireReader(base, body, depthLeft: depthLeft)
    }

    /// Whether everything has been read.
    package var isAtEnd: Bool { position == end }

    /// The next field's tag, or nothing at the message's end.
    package mutating func nextTag() throws(WireFault) -> WireTag? {
        guard position < end else { return nil }
        return try tag()
    }

    @inline(__always)
    private mutating func tag() throws(WireFault) -> WireTag {
        let number = try varint()
        guard number < UInt64(UInt32.max), let tag = WireTag(UInt32(truncatingIfNeeded: number)) else {
            throw .malformed
        }
        return tag
    }

    /// A number of up to 64 bits in groups of seven, the lowest first.
    @inline(__always)
    package mutating func varint() throws(WireFault) -> UInt64 {
        guard position < end, let base else { throw .truncated }
        let first = base.load(fromByteOffset: position, as: UInt8.self)
        guard first & 0x80 != 0 else {
            position += 1
            return UInt64(first)
        }
        return try longVarint(base, first)
    }

    private mutating func longVarint(_ base: UnsafeRawPointer, _ first: UInt8) throws(WireFault) -> UInt64 {
        var value = UInt64(first & 0x7f)
        var shift: UInt64 = 7
        var next = position + 1
        while true {
            guard next < end, shift <= 63 else { throw .malformed }
            let byte = base.load(fromByteOffset: next, as: UInt8.self)
            next += 1
            value |= UInt64(byte & 0x7f) &<< shift
            guard byte & 0x80 != 0 else { break }
            shift += 7
        }
        position = next
        return value
    }

    /// Where the body of a text, of bytes, of a message or of packed numbers lies.
    @inline(__always)
    package mutating func body() throws(WireFault) -> Range<Int> {
        let length = try varint()
        guard length < 0x7fff_ffff else { throw .malformed }
        guard length <= UInt64(end - position) else { throw .truncated }
        let start = position
        position += Int(length)
        return start..<position
    }

    /// The body of a text.
    @inline(__always)
    package mutating func text() throws(WireFault) -> Range<Int> {
        let body = try body()
        guard isPlain(body) || isUnicode(body) else { throw .invalidText }
        return body
    }

    private func isPlain(_ body: Range<Int>) -> Bool {
        Self.isASCII(UnsafeRawBufferPointer(rebasing: UnsafeRawBufferPointer(start: base, count: end)[body]))
    }

    private static func isASCII(_ bytes: UnsafeRawBufferPointer) -> Bool {
        guard let start = bytes.baseAddress else { return true }
        let highest: UInt64 = 0x8080_8080_8080_8080
        var (even, odd): (UInt64, UInt64) = (0, 0)
        var offset = 0
        while offset + blockBytes <= bytes.count {
            even |= start.loadUnaligned(fromByteOffset: offset, as: UInt64.self)
            odd |= start.loadUnaligned(fromByteOffset: offset + 8, as: UInt64.self)
            offset += blockBytes
        }
        while offset < bytes.count {
            even |= UInt64(start.load(fromByteOffset: offset, as: UInt8.self))
            offset += 1
        }
        return (even | odd) & highest == 0
    }

    private func isUnicode(_ body: Range<Int>) -> Bool {
        String(validating: UnsafeRawBufferPointer(start: base, count: end)[body], as: UTF8.self) != nil
    }

    /// The bodies of a text whose tag was read and of all that follow it with the same tag, side by side.
    ///
    /// `offsets` gets 0 and the end of each.
    package mutating func texts(
        _ tag: WireTag,
        into bytes: inout [UInt8],
        offsets: inout [UInt32]
    ) throws(WireFault) {
        guard offsets.isEmpty else {
            let body = try text()
            bytes.append(contentsOf: UnsafeRawBufferPointer(start: base, count: end)[body])
            return offsets.append(UInt32(truncatingIfNeeded: bytes.count))
        }
        // The usual case: all names come in a row. Each takes two bytes more than its letters, so there is room.
        let room = end - position
        var (reader, fault) = (self, WireFault?.none)
        bytes = [UInt8](unsafeUninitializedCapacity: room + Self.blockBytes) { target, count in
            offsets = [UInt32](unsafeUninitializedCapacity: room / 2 + 2) { ends, endCount in
                do throws(WireFault) {
                    try reader.copyRun(of: tag, to: target, ends, &endCount)
                } catch {
                    fault = error
                }
                count = endCount == 0 ? 0 : Int(ends[endCount - 1])
            }
        }
        if let fault { throw fault }
        try Self.requireUnicode(bytes, offsets)
        self = reader
    }

    /// Copies bodies until another tag comes; `target` has room for them and a block, `ends` for one more than there are.
    private mutating func copyRun(
        of tag: WireTag,
        to target: UnsafeMutableBufferPointer<UInt8>,
        _ ends: UnsafeMutableBufferPointer<UInt32>,
        _ endCount: inout Int
    ) throws(WireFault) {
        guard let target = UnsafeMutableRawPointer(target.baseAddress), let ends = ends.baseAddress else { return }
        ends[0] = 0
        endCount = 1
        var count = 0
        repeat {
            let body = try body()
            copy(body, to: target + count)
            count += body.count
            ends[endCount] = UInt32(truncatingIfNeeded: count)
            endCount += 1
        } while try isNext(tag)
    }

    /// Appends a column of numbers of fixed size, written as they lie in memory: Swift's machines are all little-endian.
    package mutating func packed<Number: BitwiseCopyable>(into column: inout [Number]) throws(WireFault) {
        let body = try body()
        let (count, rest) = body.count.quotientAndRemainder(dividingBy: MemoryLayout<Number>.stride)
        guard rest == 0 else { throw .truncated }
        guard count > 0, let base else { return }
        let start = base + body.lowerBound
        let numbers = [Number](unsafeUninitializedCapacity: count) { target, initialized in
            UnsafeMutableRawBufferPointer(target)
                .copyMemory(from: UnsafeRawBufferPointer(start: start, count: body.count))
            initialized = count
        }
        if column.isEmpty { column = numbers } else { column += numbers }
    }

    /// Copies a body; the target has room for it and a block.
    ///
    /// By whole blocks while the message goes on behind the body: what is copied too much is written over by the next one.
    @inline(__always)
    private func copy(_ body: Range<Int>, to target: UnsafeMutableRawPointer) {
        guard let base else { return }
        guard body.upperBound + Self.blockBytes <= end else {
            return target.copyMemory(from: base + body.lowerBound, byteCount: body.count)
        }
        var offset = 0
        while offset < body.count {
            let block = base.loadUnaligned(fromByteOffset: body.lowerBound + offset, as: SIMD16<UInt8>.self)
            target.storeBytes(of: block, toByteOffset: offset, as: SIMD16<UInt8>.self)
            offset += Self.blockBytes
        }
    }

    /// Refuses texts of which one is not UTF-8; ASCII is told at once.
    private static func requireUnicode(_ bytes: [UInt8], _ offsets: [UInt32]) throws(WireFault) {
        guard !bytes.withUnsafeBytes({ isASCII($0) }) else { return }
        for (start, end) in zip(offsets, offsets.dropFirst())
        where String(validating: bytes[Int(start)..<Int(end)], as: UTF8.self) == nil {
            throw .invalidText
        }
    }

    /// Passes over the next tag when it is this one.
    @inline(__always)
    private mutating func isNext(_ tag: WireTag) throws(WireFault) -> Bool {
        let start = position
        if try nextTag() == tag { return true }
        position = start
        return false
    }

    /// A number of four bytes.
    package mutating func fixed32() throws(WireFault) -> UInt32 {
        UInt32(littleEndian: try load())
    }

    /// A number of eight bytes.
    package mutating func fixed64() throws(WireFault) -> UInt64 {
        UInt64(littleEndian: try load())
    }

    private mutating func load<Number: FixedWidthInteger & BitwiseCopyable>() throws(WireFault) -> Number {
        guard end - position >= MemoryLayout<Number>.size, let base else { throw .truncated }
        defer { position += MemoryLayout<Number>.size }
        return base.loadUnaligned(fromByteOffset: position, as: Number.self)
    }

    /// Passes over the field of a tag, whatever it is.
    package mutating func skip(_ tag: WireTag) throws(WireFault) {
        switch tag.kind {
        case .varint: _ = try varint()
        case .fixed64: _ = try fixed64()
        case .fixed32: _ = try fixed32()
        case .lengthDelimited:
            let length = try varint()
            guard length <= UInt64(end - position) else { throw .truncated }
            position += Int(length)
        case .startGroup: try skipGroup(tag)
        case .endGroup: throw .truncated
        }
    }

    private mutating func skipGroup(_ start: WireTag) throws(WireFault) {
        guard depthLeft > 0 else { throw .tooDeep }
        depthLeft -= 1
        while let tag = try nextTag() {
            guard tag.kind == .endGroup else {
                try skip(tag)
                continue
            }
            guard tag.field == start.field else { throw .malformed }
            depthLeft += 1
            return
        }
        throw .truncated
    }
}

/// A field's number and how its value is written.
package struct WireTag: Hashable, Sendable {
    /// How a value is written.
    package enum Kind: UInt32, Sendable {
        case varint = 0
        case fixed64 = 1
        case lengthDelimited = 2
        case startGroup = 3
        case endGroup = 4
        case fixed32 = 5
    }

    /// Field number and kind as they are written.
    package let bits: UInt32

    /// Nothing when there is no such tag.
    init?(_ bits: UInt32) {
        guard bits >= 8, bits & 7 <= 5 else { return nil }
        self.bits = bits
    }

    /// The tag of a field.
    package init(_ field: UInt32, _ kind: Kind) {
        bits = field << 3 | kind.rawValue
    }

    /// The field's number, at least 1.
    package var field: UInt32 { bits >> 3 }

    /// How its value is written.
    package var kind: Kind {
        guard let kind = Kind(rawValue: bits & 7) else { preconditionFailure("a tag without a kind was let through") }
        return kind
    }
}
