internal import NIOCore
internal import NIOHPACK

/// One connection of the load generator: speaks just enough HTTP/2 to call a unary method and to see each answer's status.
///
/// Frames are made and cut here, because a whole client would cost more than the server it measures.
final class LoadConnection: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private let plan: LoadPlan
    private let promise: EventLoopPromise<LoadCount>
    private let eventLoop: any EventLoop
    private var context: ChannelHandlerContext?
    private var frames = HTTP2FrameReader()
    private var requests: RequestWriter
    private var decoder: HPACKDecoder
    private var count = LoadCount()
    /// When each call began or should have, by (stream − 1) / 2; 0 once it has ended.
    private var starts: [UInt64] = []
    private var openCalls = 0
    /// Calls that the server takes at once.
    private var openCallsMaximum = Int.max
    private var nextMessage: Int
    private var sentOnSchedule = 0.0
    private var isSettled = false
    private var isOver = false
    /// Bytes received that the server has not been given back.
    private var owedBytes = 0
    /// Bytes that the server takes before it must be heard of again.
    private var sendWindowBytes = 65_535

    init(_ plan: LoadPlan, firstMessage: Int, _ promise: EventLoopPromise<LoadCount>, on eventLoop: any EventLoop) {
        self.plan = plan
        self.promise = promise
        self.eventLoop = eventLoop
        nextMessage = firstMessage % plan.messages.count
        requests = RequestWriter(path: plan.path, authority: plan.authority)
        decoder = HPACKDecoder(allocator: ByteBufferAllocator())
    }

    func handlerAdded(context: ChannelHandlerContext) { self.context = context }
    func handlerRemoved(context: ChannelHandlerContext) { self.context = nil }

    func channelActive(context: ChannelHandlerContext) {
        context.writeAndFlush(wrapOutboundOut(HTTP2Frames.preface), promise: nil)
        let bound = NIOLoopBound(self, eventLoop: eventLoop)
        eventLoop.scheduleTask(deadline: plan.end + plan.patience) { bound.value.stop("calls were left unanswered") }
    }

    func channelInactive(context: ChannelHandlerContext) { stop("the server closed the connection") }

    func errorCaught(context: ChannelHandlerContext, error: any Error) { stop("\(error)") }

    // MARK: Receiving

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        frames.append(unwrapInboundIn(data))
        while let frame = frames.next() { receive(frame) }
    }

    func channelReadComplete(context: ChannelHandlerContext) {
        if owedBytes > 1 << 28 {
            context.write(wrapOutboundOut(HTTP2Frames.windowUpdate(owedBytes)), promise: nil)
            owedBytes = 0
        }
        if case .closed = plan.pace { sendWhatAnswersAllow() }
        context.flush()
    }

    private func receive(_ frame: HTTP2Frames.Received) {
        switch frame.kind {
        case .data: owedBytes += frame.payload.readableBytes
        case .headers: receiveHeaders(frame)
        case .resetStream: end(frame.stream, failure: "a call was reset")
        case .settings where frame.flags & 1 == 0: settle(frame)
        case .ping where frame.flags & 1 == 0:
            context?.write(wrapOutboundOut(HTTP2Frames.pingAnswer(frame.payload)), promise: nil)
        case .windowUpdate where frame.stream == 0:
            sendWindowBytes +=
                frame.payload.getInteger(at: frame.payload.readerIndex, as: UInt32.self).map { Int($0) } ?? 0
        case .goAway: stop("the server said that it goes away")
        default: break
        }
        if frame.kind == .data, frame.flags & 1 != 0 { end(frame.stream, failure: "a call ended without a status") }
    }

    private func receiveHeaders(_ frame: HTTP2Frames.Received) {
        var block = frame.payload
        guard frame.flags & 0x4 != 0, let headers = try? decoder.decodeHeaders(from: &block) else {
            return stop("headers could not be read")
        }
        guard frame.flags & 1 != 0 else { return }
        let status = headers.first(name: "grpc-status") ?? "none"
        end(frame.stream, failure: status == "0" ? nil : "grpc-status \(status)")
    }

    private func settle(_ frame: HTTP2Frames.Received) {
        openCallsMaximum = HTTP2Frames.concurrentStreamsMaximum(frame.payload) ?? openCallsMaximum
        context?.write(wrapOutboundOut(HTTP2Frames.settingsAnswer), promise: nil)
        guard !isSettled else { return }
        isSettled = true
        // The server opens its window right behind its settings, so the first calls wait for one turn.
        let bound = NIOLoopBound(self, eventLoop: eventLoop)
        eventLoop.execute { bound.value.begin() }
    }

    private func begin() {
        switch plan.pace {
        case .open: sendWhatTimeAllows()
        case .closed: sendWhatAnswersAllow()
        }
        context?.flush()
    }

    private func end(_ stream: Int, failure: String?) {
        let index = (stream - 1) / 2
        guard starts.indices.contains(index), starts[index] != 0 else { return }
        let start = starts[index]
        starts[index] = 0
        openCalls -= 1
        if start >= plan.measured.uptimeNanoseconds {
            if let failure {
                count.fail(failure)
            } else {
                count.latencies.add(nanoseconds: NIODeadline.now().uptimeNanoseconds &- start)
            }
        }
        stopWhenDone()
    }

    private func stopWhenDone() {
        if openCalls == 0, NIODeadline.now() >= plan.end { stop(nil) }
    }

    private func stop(_ reason: String?) {
        guard !isOver else { return }
        isOver = true
        if let reason { for start in starts where start >= plan.measured.uptimeNanoseconds { count.fail(reason) } }
        if let reason, count.latencies.total == 0 { count.fail(reason) }
        promise.succeed(count)
        context?.close(promise: nil)
    }

    // MARK: Sending

    private func sendWhatAnswersAllow() {
        guard isSettled, !isOver, case .closed(let streams) = plan.pace else { return }
        let now = NIODeadline.now()
        guard now < plan.end else { return stopWhenDone() }
        while openCalls < streams, send(since: now) {}
    }

    /// Sends every call whose time has come, and comes back when the next one's has.
    private func sendWhatTimeAllows() {
        guard !isOver, case .open(let first, let gap) = plan.pace else { return }
        let now = NIODeadline.now()
        var due = first + .nanoseconds(Int64(sentOnSchedule * gap))
        while due <= now, due < plan.end, send(since: due) {
            count.sentLateMaxNanoseconds = max(count.sentLateMaxNanoseconds, UInt64((now - due).nanoseconds))
            sentOnSchedule += 1
            due = first + .nanoseconds(Int64(sentOnSchedule * gap))
        }
        context?.flush()
        guard due < plan.end else {
            let bound = NIOLoopBound(self, eventLoop: eventLoop)
            eventLoop.scheduleTask(deadline: plan.end) { bound.value.stopWhenDone() }
            return
        }
        let bound = NIOLoopBound(self, eventLoop: eventLoop)
        eventLoop.scheduleTask(deadline: max(due, NIODeadline.now())) { bound.value.sendWhatTimeAllows() }
    }

    /// Sends one call, unless the server has no room for its bytes, or takes no more calls at once: a call too many would
    /// be a fault of ours, and the server would end the connection.
    private func send(since start: NIODeadline) -> Bool {
        let message = plan.messages[nextMessage]
        guard sendWindowBytes >= message.readableBytes, openCalls < openCallsMaximum, let context else { return false }
        sendWindowBytes -= message.readableBytes
        nextMessage = (nextMessage + 1) % plan.messages.count
        starts.append(start.uptimeNanoseconds)
        openCalls += 1
        context.write(wrapOutboundOut(requests.next(message)), promise: nil)
        return true
    }
}
