package import NIOCore

/// One request of a client's.
package struct HTTPCall: Sendable {
    /// What is asked for.
    package enum Method: String, Hashable, Sendable {
        case get = "GET"
        case put = "PUT"
        case post = "POST"
    }

    /// What is asked for.
    package var method: Method
    /// Path and query.
    package var path: String
    /// Headers beside `Host`, `Content-Type` and `Content-Length`.
    package var headers: [(name: String, value: String)]
    /// What the body is.
    package var contentType: String
    /// The body; empty for none.
    package var body: ByteBuffer

    /// Gathers a call.
    package init(
        _ method: Method,
        _ path: String,
        headers: [(name: String, value: String)] = [],
        contentType: String = "application/json",
        body: ByteBuffer = ByteBuffer()
    ) {
        self.method = method
        self.path = path
        self.headers = headers
        self.contentType = contentType
        self.body = body
    }
}

/// A server's whole answer.
package struct HTTPAnswer: Hashable, Sendable {
    /// HTTP status.
    package var status: Int
    /// The `ETag` header.
    package var entityTag: String?
    /// The body.
    package var body: ByteBuffer

    /// Gathers an answer.
    package init(status: Int, entityTag: String? = nil, body: ByteBuffer) {
        self.status = status
        self.entityTag = entityTag
        self.body = body
    }
}

/// Why a call has no answer.
package enum HTTPFailure: Error, Hashable, Sendable, CustomStringConvertible {
    /// Nothing listens there: the call was not sent.
    case unreachable(String)
    /// The connection broke; whether the server acted on the call is not known.
    case connectionLost(String)
    /// A connection kept from an earlier call turned out to be broken; whether the server acted on the call is not known,
    /// but most likely it had closed the connection before.
    case staleConnection(String)
    /// No answer in time; whether the server acted on the call is not known.
    case deadlinePassed
    /// The answer is longer than the client takes.
    case answerTooLarge(maximumBytes: Int)

    /// Half a sentence for people.
    package var description: String {
        switch self {
        case .unreachable(let cause): "nothing answers there (\(cause))"
        case .connectionLost(let cause): "the connection broke before the answer came (\(cause))"
        case .staleConnection(let cause): "a connection kept from an earlier call broke (\(cause))"
        case .deadlinePassed: "no answer came in time"
        case .answerTooLarge(let maximum): "the answer is longer than \(maximum) bytes"
        }
    }
}
