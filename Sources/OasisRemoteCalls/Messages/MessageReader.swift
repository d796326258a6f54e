package import NIOCore

/// Cuts a call's bytes into messages, however they were cut into frames.
package struct MessageReader: Sendable {
    private let bytesMaximum: Int
    /// The compression that the call announced; nothing when it announced none.
    private let encoding: String?
    private var buffer: ByteBuffer?
    /// Length of the message whose prefix was read.
    private var length: Int?

    /// A reader that refuses messages of more than `bytesMaximum` bytes.
    package init(bytesMaximum: Int, encoding: String? = nil) {
        self.bytesMaximum = bytesMaximum
        self.encoding = encoding
    }

    /// Whether it holds bytes of a message that has not been handed out.
    package var isInsideMessage: Bool { length != nil || (buffer?.readableBytes ?? 0) > 0 }

    /// Whether `next` has something to say: a whole message, or that the one that comes is too large.
    package var isNextDecided: Bool {
        let readable = buffer?.readableBytes ?? 0
        if let length { return readable >= length }
        guard let announced = buffer.flatMap({ $0.getInteger(at: $0.readerIndex + 1, as: UInt32.self) }) else {
            return false
        }
        return announced > bytesMaximum || readable >= FramedMessage.prefixBytes + Int(announced)
    }

    /// Takes the bytes of a frame.
    package mutating func append(_ bytes: ByteBuffer) {
        guard bytes.readableBytes > 0 else { return }
        guard var buffer else {
            buffer = bytes
            return
        }
        // Gives up the other reference first, so that appending does not copy what is there.
        self.buffer = nil
        var bytes = bytes
        if let length { buffer.reserveCapacity(minimumWritableBytes: max(0, length - buffer.readableBytes)) }
        buffer.writeBuffer(&bytes)
        self.buffer = buffer
    }

    /// The next message; nothing until it is complete.
    ///
    /// - Throws: `RESOURCE_EXHAUSTED` for a message above the limit, as soon as its length is known; `UNIMPLEMENTED` for
    ///   a compressed one. Nothing can be read after that.
    package mutating func next() throws(RemoteFailure) -> ByteBuffer? {
        guard var buffer else { return nil }
        if length == nil { length = try Self.readPrefix(&buffer, bytesMaximum, encoding) }
        guard let length, let message = buffer.readSlice(length: length) else {
            self.buffer = buffer
            return nil
        }
        self.length = nil
        self.buffer = buffer.readableBytes > 0 ? buffer : nil
        return message
    }

    private static func readPrefix(
        _ buffer: inout ByteBuffer,
        _ bytesMaximum: Int,
        _ encoding: String?
    ) throws(RemoteFailure) -> Int? {
        guard let (flag, length) = buffer.readMultipleIntegers(as: (UInt8, UInt32).self) else { return nil }
        guard flag == 0 else { throw compressed(flag, encoding) }
        guard length <= bytesMaximum else {
            throw RemoteFailure(
                .resourceExhausted,
                reason: "BODY_TOO_LARGE",
                "A message may have at most \(bytesMaximum) bytes, but has \(length); send less at a time."
            )
        }
        return Int(length)
    }

    private static func compressed(_ flag: UInt8, _ encoding: String?) -> RemoteFailure {
        guard flag == 1, let encoding, encoding != "identity" else {
            return RemoteFailure(
                .internal,
                reason: "MALFORMED_REQUEST",
                "A message is marked as compressed (\(flag)), but the call's grpc-encoding names no compression."
            )
        }
        return RemoteFailure(
            .unimplemented,
            reason: "UNSUPPORTED_ENCODING",
            "Messages compressed with \(encoding.prefix(40)) are not taken; send them as they are (identity)."
        )
    }
}
