internal import NIOCore
internal import NIOHTTP1

/// A reply as the bytes of HTTP/1.1.
///
/// Written in one piece: the scoring port answers small bodies at high rates, where parts, header lists and an encoder
/// between them cost more than the bytes.
enum ReplyText {
    /// Tells a client that its body is welcome.
    static let `continue` = ByteBuffer(string: "HTTP/1.1 100 Continue\r\n\r\n")

    /// Head and body of a reply; the body is left out after `HEAD`.
    static func bytes(of reply: ServiceReply, keepsAlive: Bool, isHead: Bool) -> ByteBuffer {
        let length = reply.body.readableBytes
        var text = ByteBuffer()
        text.reserveCapacity(256 + length)
        write(status: reply.status, to: &text)
        text.writeStaticString("content-type: ")
        text.writeString(reply.contentType.rawValue)
        text.writeStaticString("\r\ncontent-length: ")
        text.writeString(String(length))
        for field in reply.headers {
            text.writeStaticString("\r\n")
            text.writeString(field.name)
            text.writeStaticString(": ")
            text.writeString(field.value)
        }
        if !keepsAlive { text.writeStaticString("\r\nconnection: close") }
        text.writeStaticString("\r\n\r\n")
        if !isHead { text.writeImmutableBuffer(reply.body) }
        return text
    }

    private static func write(status: Int, to text: inout ByteBuffer) {
        if status == 200 {
            text.writeStaticString("HTTP/1.1 200 OK\r\n")
        } else {
            text.writeString("HTTP/1.1 \(status) \(HTTPResponseStatus(statusCode: status).reasonPhrase)\r\n")
        }
    }
}
