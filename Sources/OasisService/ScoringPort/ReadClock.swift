internal import NIOCore

/// Notes when a connection's bytes are read, before anything is made of them.
///
/// A request's time runs from its first byte, and with many requests in one read, or one in many, nobody further in can
/// tell when that was.
final class ReadClock: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias InboundOut = ByteBuffer

    private var firstOfRequest: NIODeadline?
    private var latest = NIODeadline.now()

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        latest = .now()
        if firstOfRequest == nil { firstOfRequest = latest }
        context.fireChannelRead(data)
    }

    /// When the first byte was read of the request whose head is complete now.
    func requestBegan() -> NIODeadline {
        firstOfRequest ?? latest
    }

    /// What is read from now on belongs to the next request; what was read already came in the latest read.
    func requestEnded() {
        firstOfRequest = nil
    }
}
