internal import NIOCore
internal import OasisMessages

/// Writes a message field by field, right behind the prefix with which it goes over the wire.
///
/// Written the way swift-protobuf writes it: nothing for a field that has its default value. Whoever writes fields in the
/// order of their numbers gets the same bytes. Source: protobuf.dev, "Encoding".
package struct MessageWriter: Sendable {
    private var buffer = ByteBuffer()

    /// A writer with room for so many bytes; it makes more when they do not suffice.
    package init(reservingBytes capacity: Int = 512) {
        buffer.reserveCapacity(FramedMessage.prefixBytes + capacity)
        buffer.writeInteger(UInt8(0))
        buffer.writeInteger(UInt32(0))
    }

    /// The message with its prefix.
    package consuming func framed() -> FramedMessage {
        buffer.setInteger(UInt32(buffer.readableBytes - FramedMessage.prefixBytes), at: buffer.readerIndex + 1)
        return FramedMessage(prefixed: buffer)
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
        buffer.writeBytes(bytes)
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
        buffer.writeInteger(value, endianness: .little)
    }

    /// A number.
    package mutating func double(_ field: UInt32, _ value: Double) {
        fixed64(field, value.bitPattern)
    }

    /// A number of single precision.
    package mutating func float(_ field: UInt32, _ value: Float) {
        guard value.bitPattern != 0 else { return }
        tag(field, .fixed32)
        buffer.writeInteger(value.bitPattern, endianness: .little)
    }

    /// Whole numbers in a row, also of an enumeration.
    package mutating func packed(_ field: UInt32, _ values: some Collection<Int64>) {
        guard !values.isEmpty else { return }
        message(field) { writer in
            for value in values { writer.varint(UInt64(bitPattern: value)) }
        }
    }

    /// A message, written by `body`; also one without fields.
    package mutating func message(_ field: UInt32, _ body: (inout MessageWriter) -> Void) {
        tag(field, .lengthDelimited)
        // One byte holds the length of most messages; what follows is moved to make room for a longer one.
        let place = buffer.writerIndex
        buffer.writeInteger(UInt8(0))
        body(&self)
        let length = buffer.writerIndex - place - 1
        let more = Self.varintBytes(UInt64(length)) - 1
        if more > 0 {
            buffer.writeRepeatingByte(0, count: more)
            // Both ends lie inside what was just written.
            _ = try? buffer.copyBytes(at: place + 1, to: place + 1 + more, length: length)
        }
        let end = buffer.writerIndex
        buffer.moveWriterIndex(to: place)
        varint(UInt64(length))
        buffer.moveWriterIndex(to: end)
    }

    private static func varintBytes(_ value: UInt64) -> Int {
        max(1, (70 - value.leadingZeroBitCount) / 7)
    }

    private mutating func tag(_ field: UInt32, _ kind: WireTag.Kind) {
        varint(UInt64(WireTag(field, kind).bits))
    }

    private mutating func varint(_ value: UInt64) {
        var rest = value
        while rest > 0x7f {
            buffer.writeInteger(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        buffer.writeInteger(UInt8(truncatingIfNeeded: rest))
    }
}
