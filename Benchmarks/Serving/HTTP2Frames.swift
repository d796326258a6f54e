internal import NIOCore
internal import NIOHPACK

/// The frames of HTTP/2 that the load generator sends and reads.
///
/// Source: RFC 9113, sections 4 and 6.
enum HTTP2Frames {
    enum Kind: UInt8 {
        case data = 0
        case headers = 1
        case resetStream = 3
        case settings = 4
        case ping = 6
        case goAway = 7
        case windowUpdate = 8
        case other = 255
    }

    struct Received {
        var kind: Kind
        var flags: UInt8
        var stream: Int
        var payload: ByteBuffer
    }

    /// Largest payload that every server takes.
    static let payloadMaximum = 16_384

    /// Opens a connection on which the server may send as much as it likes.
    static var preface: ByteBuffer {
        var buffer = ByteBuffer(string: "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n")
        writeHead(to: &buffer, length: 6, .settings, flags: 0, stream: 0)
        buffer.writeInteger(UInt16(4))
        buffer.writeInteger(UInt32(Int32.max))
        buffer.writeImmutableBuffer(windowUpdate(Int(Int32.max) - 65_535))
        return buffer
    }

    static var settingsAnswer: ByteBuffer {
        var buffer = ByteBuffer()
        writeHead(to: &buffer, length: 0, .settings, flags: 1, stream: 0)
        return buffer
    }

    /// What SETTINGS say of calls that may be open at once; nothing when they do not say.
    ///
    /// Source: RFC 9113, section 6.5.
    static func concurrentStreamsMaximum(_ settings: ByteBuffer) -> Int? {
        var (settings, maximum) = (settings, Int?.none)
        while let (name, value) = settings.readMultipleIntegers(as: (UInt16, UInt32).self) {
            if name == 3 { maximum = Int(value) }
        }
        return maximum
    }

    static func windowUpdate(_ increment: Int) -> ByteBuffer {
        var buffer = ByteBuffer()
        writeHead(to: &buffer, length: 4, .windowUpdate, flags: 0, stream: 0)
        buffer.writeInteger(UInt32(increment))
        return buffer
    }

    static func pingAnswer(_ payload: ByteBuffer) -> ByteBuffer {
        var buffer = ByteBuffer()
        writeHead(to: &buffer, length: payload.readableBytes, .ping, flags: 1, stream: 0)
        buffer.writeImmutableBuffer(payload)
        return buffer
    }

    static func writeHead(to buffer: inout ByteBuffer, length: Int, _ kind: Kind, flags: UInt8, stream: Int) {
        buffer.writeInteger(UInt8(length >> 16))
        buffer.writeInteger(UInt16(length & 0xffff))
        buffer.writeInteger(kind.rawValue)
        buffer.writeInteger(flags)
        buffer.writeInteger(UInt32(stream))
    }
}

/// Cuts what arrives into frames.
struct HTTP2FrameReader {
    private var buffer = ByteBuffer()

    mutating func append(_ bytes: ByteBuffer) {
        if buffer.readableBytes == 0 { buffer = bytes } else { buffer.writeImmutableBuffer(bytes) }
    }

    mutating func next() -> HTTP2Frames.Received? {
        let start = buffer.readerIndex
        guard let head = buffer.getInteger(at: start, as: UInt32.self), buffer.readableBytes >= 9 else { return nil }
        let length = Int(head >> 8)
        guard buffer.readableBytes >= 9 + length, let flags = buffer.getInteger(at: start + 4, as: UInt8.self),
            let stream = buffer.getInteger(at: start + 5, as: UInt32.self)
        else { return nil }
        buffer.moveReaderIndex(forwardBy: 9)
        guard let payload = buffer.readSlice(length: length) else { return nil }
        let kind = HTTP2Frames.Kind(rawValue: UInt8(head & 0xff)) ?? .other
        return HTTP2Frames.Received(kind: kind, flags: flags, stream: Int(stream & 0x7fff_ffff), payload: payload)
    }
}

/// Writes calls: headers and message in one buffer.
struct RequestWriter {
    private var headers: HPACKHeaders
    private var encoder = HPACKEncoder(allocator: ByteBufferAllocator())
    private var stream = 1
    /// The header block once every field of it is in the server's table; the same bytes from then on.
    private var block: ByteBuffer?

    init(path: String, authority: String) {
        headers = [
            ":method": "POST", ":scheme": "http", ":path": path, ":authority": authority, "te": "trailers",
            "content-type": "application/grpc", "user-agent": "serving-benchmark",
        ]
    }

    mutating func next(_ message: ByteBuffer) -> ByteBuffer {
        let block = headerBlock()
        var buffer = ByteBuffer()
        buffer.reserveCapacity(block.readableBytes + message.readableBytes + 32)
        HTTP2Frames.writeHead(to: &buffer, length: block.readableBytes, .headers, flags: 0x4, stream: stream)
        buffer.writeImmutableBuffer(block)
        var rest = message
        while rest.readableBytes > 0 {
            let length = min(rest.readableBytes, HTTP2Frames.payloadMaximum)
            let ends: UInt8 = length == rest.readableBytes ? 1 : 0
            HTTP2Frames.writeHead(to: &buffer, length: length, .data, flags: ends, stream: stream)
            if var part = rest.readSlice(length: length) { buffer.writeBuffer(&part) }
        }
        stream += 2
        return buffer
    }

    private mutating func headerBlock() -> ByteBuffer {
        if let block { return block }
        var fresh = ByteBuffer()
        do {
            try encoder.encode(headers: headers, to: &fresh)
        } catch {
            preconditionFailure("headers of this program's own cannot be written: \(error)")
        }
        if stream > 1 { block = fresh }
        return fresh
    }
}
