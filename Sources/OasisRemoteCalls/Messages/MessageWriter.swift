internal import NIOCore
internal import OasisMessages

/// Writes a message field by field, right behind the prefix with which it goes over the wire.
///
/// Written the way swift-protobuf writes it: nothing for a field that has its default value. Whoever writes fields in the
/// order of their numbers gets the same bytes. Source: protobuf.dev, "Encoding".
///
/// What does not fit is counted and not written, so that the room that it takes is known: see `FramedMessage`.
package struct MessageWriter: ~Copyable {
    /// Room for `capacity` bytes, of which nothing behind the first `count` is written.
    private let memory: UnsafeMutableRawPointer
    private let capacity: Int
    /// Bytes of the message so far, whether or not they fit.
    private(set) var count = 0

    init(_ memory: UnsafeMutableRawPointer, capacity: Int) {
        self.memory = memory
        self.capacity = capacity
    }

    /// A text.
    package mutating func text(_ field: UInt32, _ value: String) {
        var value = value
        value.withUTF8 { bytes in
            if !bytes.isEmpty { body(field, UnsafeRawBufferPointer(bytes)) }
        }
    }

    /// Bytes.
    package mutating func bytes(_ field: UInt32, _ value: [UInt8]) {
        value.withUnsafeBytes { bytes in
            if !bytes.isEmpty { body(field, bytes) }
        }
    }

    private mutating func body(_ field: UInt32, _ bytes: UnsafeRawBufferPointer) {
        tag(field, .lengthDelimited)
        varint(UInt64(bytes.count))
        if let start = bytes.baseAddress, count + bytes.count <= capacity {
            (memory + count).copyMemory(from: start, byteCount: bytes.count)
        }
        count += bytes.count
    }

    /// A whole number, also of an enumeration.
    package mutating func number(_ field: UInt32, _ value: Int64) {
        guard value != 0 else { return }
        tag(field, .varint)
        varint(UInt64(bitPattern: value))
    }

    /// A whole number of eight bytes.
    package mutating func fixed64(_ field: UInt32, _ value: UInt64) {
        guard value != 0 else { return }
        tag(field, .fixed64)
        store(value)
    }

    /// A number.
    package mutating func double(_ field: UInt32, _ value: Double) {
        fixed64(field, value.bitPattern)
    }

    /// A number of single precision.
    package mutating func float(_ field: UInt32, _ value: Float) {
        guard value.bitPattern != 0 else { return }
        tag(field, .fixed32)
        store(value.bitPattern)
    }

    /// `count` whole numbers in a row, also of an enumeration.
    package mutating func packed(_ field: UInt32, count: Int, _ number: (Int) -> Int64) {
        guard count > 0 else { return }
        message(field) { writer in
            for place in 0..<count { writer.varint(UInt64(bitPattern: number(place))) }
        }
    }

    /// A message, written by `body`; also one without fields.
    package mutating func message(_ field: UInt32, _ body: (inout MessageWriter) -> Void) {
        tag(field, .lengthDelimited)
        // One byte holds the length of most messages; what follows is moved to make room for a longer one.
        let place = count
        count += 1
        body(&self)
        let length = count - place - 1
        let more = Self.varintBytes(UInt64(length)) - 1
        if more > 0, count + more <= capacity {
            (memory + place + 1 + more).copyMemory(from: memory + place + 1, byteCount: length)
        }
        let end = count + more
        count = place
        varint(UInt64(length))
        count = end
    }

    private static func varintBytes(_ value: UInt64) -> Int {
        max(1, (70 - value.leadingZeroBitCount) / 7)
    }

    private mutating func tag(_ field: UInt32, _ kind: WireTag.Kind) {
        varint(UInt64(WireTag(field, kind).bits))
    }

    @inline(__always)
    private mutating func varint(_ value: UInt64) {
        var rest = value
        while rest > 0x7f {
            store(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        store(UInt8(truncatingIfNeeded: rest))
    }

    /// A number as it lies in memory: Swift's machines are all little-endian.
    @inline(__always)
    private mutating func store(_ value: some FixedWidthInteger & BitwiseCopyable) {
        let bytes = MemoryLayout.size(ofValue: value)
        if count + bytes <= capacity { (memory + count).storeBytes(of: value, as: type(of: value)) }
        count += bytes
    }
}

extension FramedMessage {
    /// Writes a message into room for `reserved` bytes; has `write` do it once more where they did not suffice.
    package init(reserving reserved: Int = 512, _ write: (inout MessageWriter) -> Void) {
        var capacity = reserved
        while true {
            var buffer = ByteBuffer()
            buffer.reserveCapacity(Self.prefixBytes + capacity)
            buffer.writeInteger(UInt8(0))
            buffer.writeInteger(UInt32(0))
            var needed = 0
            buffer.writeWithUnsafeMutableBytes(minimumWritableBytes: capacity) { memory in
                guard let start = memory.baseAddress else { return 0 }
                var writer = MessageWriter(start, capacity: memory.count)
                write(&writer)
                needed = writer.count
                return needed <= memory.count ? needed : 0
            }
            if buffer.readableBytes == Self.prefixBytes + needed {
                buffer.setInteger(UInt32(needed), at: buffer.readerIndex + 1)
                self.init(prefixed: buffer)
                return
            }
            capacity = needed
        }
    }
}
