package import NIOCore
internal import NIOHTTP2

/// What a call's handler answers through; used on the call's event loop alone.
///
/// What is sent after the call has ended is dropped.
package struct CallReply {
    private let connection: RemoteCallConnection
    private let stream: HTTP2StreamID

    init(_ connection: RemoteCallConnection, _ stream: HTTP2StreamID) {
        self.connection = connection
        self.stream = stream
    }

    /// The call's event loop.
    package var eventLoop: any EventLoop { connection.eventLoop }

    /// Sends a message.
    package func send(_ message: FramedMessage) {
        connection.send(message, on: stream)
    }

    /// Ends the call, well or with a failure.
    package func finish(_ failure: RemoteFailure? = nil) {
        connection.finish(stream, failure)
    }

    /// Says that the handler takes messages again.
    package func resume() {
        connection.resume(stream)
    }
}
