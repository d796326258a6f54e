package import NIOCore

/// An answer before any port has put it into HTTP.
package struct ServiceReply: Hashable, Sendable {
    /// Media types that are answered with.
    package enum ContentType: String, Hashable, Sendable {
        case json = "application/json"
        case commaSeparated = "text/csv; charset=utf-8"
        case prometheusText = "text/plain; version=0.0.4; charset=utf-8"
    }

    /// HTTP status.
    package var status: Int
    /// What the body is.
    package var contentType: ContentType
    /// Headers beside `Content-Type` and `Content-Length`.
    package var headers: [HeaderField]
    /// The body.
    package var body: ByteBuffer

    /// Gathers an answer.
    package init(
        status: Int = 200,
        contentType: ContentType = .json,
        headers: [HeaderField] = [],
        body: ByteBuffer
    ) {
        self.status = status
        self.contentType = contentType
        self.headers = headers
        self.body = body
    }

    /// An answer with a JSON document.
    package init(status: Int = 200, headers: [HeaderField] = [], _ value: JSONValue) {
        var writer = JSONWriter()
        writer.value(value)
        self.init(status: status, headers: headers, body: writer.buffer)
    }
}
