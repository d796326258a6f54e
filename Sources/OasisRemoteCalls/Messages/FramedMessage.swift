package import NIOCore
package import SwiftProtobuf

/// One message as it goes over the wire: a byte for compression, four for the length, then the message.
///
/// Source: gRPC over HTTP/2, "Length-Prefixed-Message". Protobuf writes its messages right behind the prefix.
package struct FramedMessage: Sendable {
    /// Bytes of the prefix.
    package static let prefixBytes = 5

    /// Prefix and message.
    package let buffer: ByteBuffer

    /// Takes over a buffer that begins with the prefix.
    init(prefixed buffer: ByteBuffer) {
        self.buffer = buffer
    }

    /// Frames a message that is bytes already.
    package init(framing message: ByteBuffer) {
        var message = message
        var buffer = ByteBuffer()
        buffer.reserveCapacity(Self.prefixBytes + message.readableBytes)
        buffer.writeInteger(UInt8(0))
        buffer.writeInteger(UInt32(message.readableBytes))
        buffer.writeBuffer(&message)
        self.buffer = buffer
    }

    /// Frames a message.
    ///
    /// - Throws: `INTERNAL` when it cannot be written, as beyond 2 GiB.
    package init(_ message: some Message) throws(RemoteFailure) {
        do {
            let space: Space = try message.serializedBytes()
            buffer = space.buffer
        } catch {
            throw RemoteFailure(.internal, reason: "INTERNAL", "The answer could not be written: \(error).")
        }
    }

    /// Room for a message behind its prefix.
    private struct Space: SwiftProtobufContiguousBytes {
        var buffer: ByteBuffer

        init(repeating byte: UInt8, count: Int) {
            buffer = ByteBuffer()
            buffer.reserveCapacity(FramedMessage.prefixBytes + count)
            buffer.writeInteger(UInt8(0))
            buffer.writeInteger(UInt32(count))
            buffer.writeRepeatingByte(byte, count: count)
        }

        init(_ bytes: some Sequence<UInt8>) {
            self.init(repeating: 0, count: 0)
            let count = buffer.writeBytes(bytes)
            buffer.setInteger(UInt32(count), at: 1)
        }

        var count: Int { buffer.readableBytes - FramedMessage.prefixBytes }

        func withUnsafeBytes<Result>(_ body: (UnsafeRawBufferPointer) throws -> Result) rethrows -> Result {
            try buffer.withUnsafeReadableBytes {
                try body(UnsafeRawBufferPointer(rebasing: $0[FramedMessage.prefixBytes...]))
            }
        }

        mutating func withUnsafeMutableBytes<Result>(
            _ body: (UnsafeMutableRawBufferPointer) throws -> Result
        ) rethrows -> Result {
            try buffer.withUnsafeMutableReadableBytes {
                try body(UnsafeMutableRawBufferPointer(rebasing: $0[FramedMessage.prefixBytes...]))
            }
        }
    }
}

/// The bytes of a received message, where protobuf reads them without a copy.
struct ReceivedMessage: SwiftProtobufContiguousBytes {
    var buffer: ByteBuffer

    init(_ buffer: ByteBuffer) {
        self.buffer = buffer
    }

    init(repeating byte: UInt8, count: Int) {
        buffer = ByteBuffer(repeating: byte, count: count)
    }

    init(_ bytes: some Sequence<UInt8>) {
        buffer = ByteBuffer(bytes: bytes)
    }

    var count: Int { buffer.readableBytes }

    func withUnsafeBytes<Result>(_ body: (UnsafeRawBufferPointer) throws -> Result) rethrows -> Result {
        try buffer.withUnsafeReadableBytes(body)
    }

    mutating func withUnsafeMutableBytes<Result>(
        _ body: (UnsafeMutableRawBufferPointer) throws -> Result
    ) rethrows -> Result {
        try buffer.withUnsafeMutableReadableBytes(body)
    }
}

extension ByteBuffer {
    /// Reads the message that the bytes are.
    ///
    /// - Throws: `INVALID_ARGUMENT` when they are none.
    package func decoded<Value: Message>(as _: Value.Type = Value.self) throws(RemoteFailure) -> Value {
        do {
            return try Value(serializedBytes: ReceivedMessage(self))
        } catch {
            throw .unreadable(Value.protoMessageName)
        }
    }
}

extension RemoteFailure {
    /// Bytes that are no message of the kind that the method takes.
    package static func unreadable(_ message: String) -> RemoteFailure {
        RemoteFailure(
            .invalidArgument,
            reason: "MALFORMED_REQUEST",
            "The message is not a \(message); check that the caller's protos are this server's."
        )
    }
}
