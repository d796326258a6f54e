package import NIOCore
package import NIOHTTP1

/// A request of the scoring port, complete with its body.
package struct AssembledRequest: Sendable {
    /// Method, target and headers.
    package var head: HTTPRequestHead
    /// The body.
    package var body: ByteBuffer

    /// The target's path, without the query.
    package var path: Substring {
        head.uri.prefix { $0 != "?" }
    }
}

/// Puts one request after the other together from its parts; knows the limits and no sockets.
package struct RequestAssembly: Sendable {
    /// What the connection has to do after a part.
    package enum Action: Sendable {
        /// Wait for more.
        case wait
        /// Tell the client to send the body, then wait.
        case sendContinue
        /// Answer a complete request.
        case handle(AssembledRequest)
        /// Answer with a refusal and close: what follows on this connection cannot be told apart from the body.
        case refuse(ServiceFailure)
    }

    private enum State {
        case idle
        /// A head, as much of the body as has come, and how long it was announced to be.
        case receiving(HTTPRequestHead, ByteBuffer, announced: Int)
        /// Refused; whatever still comes is dropped until the connection is closed.
        case refused
    }

    private var state = State.idle
    private let bodyBytesMaximum: Int

    /// An assembly for one connection.
    package init(bodyBytesMaximum: Int) {
        self.bodyBytesMaximum = bodyBytesMaximum
    }

    /// Whether a request has begun and its end has not come.
    package var isReceiving: Bool {
        if case .receiving = state { true } else { false }
    }

    /// Takes the next part.
    package mutating func receive(_ part: HTTPServerRequestPart) -> Action {
        switch (part, state) {
        case (_, .refused): return .wait
        case (.head(let head), _): return begin(head)
        case (.body(let bytes), .receiving(let head, var body, let announced)):
            // Gives up the other reference first, so that appending does not copy the body each time.
            state = .idle
            guard body.readableBytes + bytes.readableBytes <= bodyBytesMaximum else { return refuse(tooLarge) }
            Self.append(bytes, to: &body, announced: announced)
            state = .receiving(head, body, announced: announced)
            return .wait
        case (.end, .receiving(let head, let body, _)):
            state = .idle
            return .handle(AssembledRequest(head: head, body: body))
        case (.body, .idle), (.end, .idle): return .wait
        }
    }

    /// Ends the connection's requests with a refusal, for what did not come as parts: garbage, or nothing in time.
    package mutating func refuse(_ failure: ServiceFailure) -> Action {
        if case .refused = state { return .wait }
        state = .refused
        return .refuse(failure)
    }

    private var tooLarge: ServiceFailure {
        ServiceFailure(.bodyTooLarge, "The body may have at most \(bodyBytesMaximum) bytes; send fewer at a time.")
    }

    /// A body that comes in one piece is taken as it is; one in pieces gets its room at once.
    private static func append(_ bytes: ByteBuffer, to body: inout ByteBuffer, announced: Int) {
        if body.readableBytes == 0 {
            if bytes.readableBytes >= announced {
                body = bytes
                return
            }
            body.reserveCapacity(announced)
        }
        body.writeImmutableBuffer(bytes)
    }

    private mutating func begin(_ head: HTTPRequestHead) -> Action {
        let length = head.headers.first(name: "content-length").flatMap(Int.init)
        if length == nil, [.POST, .PUT, .PATCH].contains(head.method), !Self.isChunked(head) {
            return refuse(
                ServiceFailure(.lengthRequired, "Send the body's Content-Length, or Transfer-Encoding: chunked.")
            )
        }
        if let length, length > bodyBytesMaximum { return refuse(tooLarge) }
        state = .receiving(head, ByteBuffer(), announced: length ?? 0)
        guard head.headers.contains(name: "expect") else { return .wait }
        return head.headers[canonicalForm: "expect"].contains { $0.lowercased() == "100-continue" }
            ? .sendContinue : .wait
    }

    private static func isChunked(_ head: HTTPRequestHead) -> Bool {
        head.headers[canonicalForm: "transfer-encoding"].contains { $0.lowercased() == "chunked" }
    }
}
