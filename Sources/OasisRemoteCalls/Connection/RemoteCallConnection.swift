internal import NIOCore
internal import NIOHPACK
internal import NIOHTTP2

/// One connection with all its calls.
///
/// Works on the connection's frames themselves, without a channel for each call: a unary call costs one entry in a
/// table, and all answers to what one read brought leave in one write. Frames that this writes can come back as events
/// before `write` returns, so nothing holds on to `calls` while it writes.
final class RemoteCallConnection: ChannelInboundHandler {
    typealias InboundIn = HTTP2Frame
    typealias OutboundOut = HTTP2Frame

    let eventLoop: any EventLoop
    let configuration: RemoteCallConfiguration
    var calls: [HTTP2StreamID: OpenCall] = [:]
    /// Calls that began in the read that is going on and have no timer yet.
    var untimed: [OpenCall] = []
    private var lifetime: ConnectionLifetime
    private var context: ChannelHandlerContext?
    private var isReading = false
    private var needsFlush = false
    private var lastStream = HTTP2StreamID.rootStream
    private var ticks: RepeatedTask?
    private let end: ConnectionEnd

    private static let announcementPing = HTTP2PingData(withInteger: 0x6f61_7369_7321_656e)
    private static let keepAlivePing = HTTP2PingData(withInteger: 0x6f61_7369_733f_656e)

    init(_ configuration: RemoteCallConfiguration, end: ConnectionEnd, on eventLoop: any EventLoop) {
        self.configuration = configuration
        self.eventLoop = eventLoop
        self.end = end
        lifetime = ConnectionLifetime(configuration.connection, now: .now())
    }

    func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        self.context = nil
    }

    func channelActive(context: ChannelHandlerContext) {
        // Settings speak of calls; the connection's own window starts at 64 KiB and is opened by hand.
        let increment = configuration.connection.connectionWindowBytes - 65_535
        if increment > 0 { write(.windowUpdate(windowSizeIncrement: increment), on: .rootStream) }
        flush()
        let bound = NIOLoopBound(self, eventLoop: eventLoop)
        ticks = eventLoop.scheduleRepeatedTask(initialDelay: .seconds(1), delay: .seconds(1)) { _ in
            bound.value.tick()
        }
        context.fireChannelActive()
    }

    func channelInactive(context: ChannelHandlerContext) {
        ticks?.cancel()
        let open = calls
        calls = [:]
        for (_, call) in open { abandon(call) }
        context.fireChannelInactive()
    }

    // MARK: Frames

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        isReading = true
        let frame = unwrapInboundIn(data)
        switch frame.payload {
        case .headers(let headers):
            if let call = calls[frame.streamID] {
                receive(ByteBuffer(), for: call, endsStream: headers.endStream)
            } else {
                lastStream = max(lastStream, frame.streamID)
                begin(frame.streamID, headers.headers, endsStream: headers.endStream)
            }
        case .data(let data):
            guard case .byteBuffer(let bytes) = data.data, let call = calls[frame.streamID] else { return }
            receive(bytes, for: call, endsStream: data.endStream)
        case .ping(Self.announcementPing, ack: true):
            act(on: lifetime.announcementArrived())
        default: break
        }
    }

    func channelReadComplete(context: ChannelHandlerContext) {
        isReading = false
        lifetime.heard(at: .now())
        startTimers()
        flush()
        context.fireChannelReadComplete()
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        switch event {
        case let event as NIOHTTP2WindowUpdatedEvent: windowChanged(event)
        case let event as StreamClosedEvent: closed(event.streamID)
        case is NIOHTTP2StreamCreatedEvent: lifetime.callOpened()
        case is ChannelShouldQuiesceEvent: drain()
        default: context.fireUserInboundEventTriggered(event)
        }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        // A fault of one call has reset that call, and the others go on.
        if end.isReached { context.close(promise: nil) }
    }

    private func windowChanged(_ event: NIOHTTP2WindowUpdatedEvent) {
        if event.streamID == .rootStream {
            let target = configuration.connection.connectionWindowBytes
            if let bytes = event.inboundWindowSize, let increment = ReceiveWindow.increment(from: bytes, to: target) {
                write(.windowUpdate(windowSizeIncrement: increment), on: .rootStream)
                flush()
            }
        } else if let call = calls[event.streamID] {
            call.windowBytes = event.inboundWindowSize
            openWindow(call)
        }
    }

    /// Lets a caller send on, unless what it sent still waits.
    func openWindow(_ call: OpenCall) {
        let target = configuration.connection.callWindowBytes
        guard let increment = call.windowIncrement(to: target) else { return }
        write(.windowUpdate(windowSizeIncrement: increment), on: call.stream)
        flush()
    }

    private func closed(_ stream: HTTP2StreamID) {
        if let call = calls.removeValue(forKey: stream) { abandon(call) }
        act(on: lifetime.callClosed())
    }

    private func abandon(_ call: OpenCall) {
        call.timer?.cancel()
        guard call.machine.cancel() else { return }
        call.handler?.cancel()
        configuration.onEnd(call.method.path, .cancelled)
    }

    // MARK: Lifetime

    private func tick() {
        act(on: lifetime.tick(at: .now()))
    }

    private func drain() {
        act(on: lifetime.drain(at: .now()))
        for call in Array(calls.values) where !call.machine.isOver { call.handler?.drain() }
    }

    private func act(on action: ConnectionLifetime.Action) {
        switch action {
        case .none: return
        case .ping: write(.ping(Self.keepAlivePing, ack: false), on: .rootStream)
        case .announce:
            write(.goAway(lastStreamID: .maxID, errorCode: .noError, opaqueData: nil), on: .rootStream)
            write(.ping(Self.announcementPing, ack: false), on: .rootStream)
        case .goAway(let closes):
            write(.goAway(lastStreamID: lastStream, errorCode: .noError, opaqueData: nil), on: .rootStream)
            if closes { closeSoon() }
        case .close: closeSoon()
        }
        flush()
    }

    /// Closes after what was written has been flushed.
    private func closeSoon() {
        let bound = NIOLoopBound(self, eventLoop: eventLoop)
        eventLoop.execute { bound.value.context?.close(promise: nil) }
    }

    // MARK: Writing

    func write(_ payload: HTTP2Frame.FramePayload, on stream: HTTP2StreamID, promise: EventLoopPromise<Void>? = nil) {
        guard let context else {
            promise?.fail(ChannelError.ioOnClosedChannel)
            return
        }
        needsFlush = true
        context.write(wrapOutboundOut(HTTP2Frame(streamID: stream, payload: payload)), promise: promise)
    }

    /// Sends what was written; during a read, all of it at the read's end.
    func flush() {
        guard needsFlush, !isReading else { return }
        needsFlush = false
        context?.flush()
    }
}

/// Learns from the frames that leave whether the connection was given up for a fault.
final class ConnectionEnd: NIOHTTP2FrameDelegate {
    private(set) var isReached = false

    func wroteFrame(_ frame: HTTP2Frame) {
        if case .goAway(_, let code, _) = frame.payload, code != .noError { isReached = true }
    }
}
