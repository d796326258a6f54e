package import NIOCore
package import SwiftProtobuf

/// A method that can be called.
package struct RemoteMethod: Sendable {
    /// Answers one message with one, on the event loop; must not block.
    package typealias UnaryAnswer = @Sendable (ByteBuffer, CallHead) throws(RemoteFailure) -> FramedMessage
    /// Makes what answers one call.
    package typealias HandlerFactory = @Sendable (CallHead, CallReply) throws(RemoteFailure) -> any CallHandler

    enum Answering: Sendable {
        case unary(UnaryAnswer)
        case handler(HandlerFactory)
    }

    /// Its path: `/oasis.v1.PromotionScoring/Score`.
    package let path: String
    /// How many messages go each way.
    package let shape: CallShape
    let answering: Answering

    /// A method that is answered at once.
    package static func unary(_ path: String, bytes answer: @escaping UnaryAnswer) -> RemoteMethod {
        RemoteMethod(path: path, shape: .unary, answering: .unary(answer))
    }

    /// A method that is answered at once, message for message.
    package static func unary<Request: Message, Response: Message>(
        _ path: String,
        _ answer: @escaping @Sendable (Request, CallHead) throws(RemoteFailure) -> Response
    ) -> RemoteMethod {
        unary(path) { (bytes: ByteBuffer, head: CallHead) throws(RemoteFailure) -> FramedMessage in
            try FramedMessage(answer(bytes.decoded(), head))
        }
    }

    /// A method that has something to remember between messages.
    package static func streaming(
        _ path: String,
        _ shape: CallShape,
        handler: @escaping HandlerFactory
    ) -> RemoteMethod {
        RemoteMethod(path: path, shape: shape, answering: .handler(handler))
    }
}

/// What answers one call; used on the call's event loop alone.
package protocol CallHandler: AnyObject {
    /// Whether it takes a message now; when it does again, it says so with `CallReply.resume`.
    var isReady: Bool { get }

    /// Takes the next message.
    ///
    /// - Throws: What ends the call.
    func receive(_ message: ByteBuffer) throws(RemoteFailure)

    /// No more messages come.
    ///
    /// - Throws: What ends the call.
    func halfClose() throws(RemoteFailure)

    /// The caller gave up, its deadline has passed, or the connection is gone: nothing can be sent any more.
    func cancel()

    /// The server stops: calls that would go on for ever should end.
    func drain()
}

extension CallHandler {
    /// Always.
    package var isReady: Bool { true }

    /// Nothing to clean up.
    package func cancel() {}

    /// The call ends by itself.
    package func drain() {}
}
