internal import NIOCore
internal import NIOHPACK
internal import NIOHTTP2

extension RemoteCallConnection {
    // MARK: Arriving

    /// Begins a call, or refuses it.
    func begin(_ stream: HTTP2StreamID, _ headers: HPACKHeaders, endsStream: Bool) {
        switch CallHead.read(headers, limits: configuration.limits) {
        case .notRemoteCall:
            writeEnd(ResponseHeaders.notRemoteCall, on: stream, resets: !endsStream)
        case .refused(let failure):
            refuse(stream, failure, path: "", endsStream)
        case .call(let head):
            guard let method = configuration.methods[head.path] else {
                return refuse(stream, Self.unknown(head.path), path: "", endsStream)
            }
            open(stream, OpenCall(head, method, configuration.limits, now: .now()))
            receive(ByteBuffer(), on: stream, endsStream: endsStream)
        }
    }

    private static func unknown(_ path: String) -> RemoteFailure {
        RemoteFailure(.unimplemented, reason: "NOT_FOUND", "There is no method \(path.prefix(200)) here.")
    }

    private func refuse(_ stream: HTTP2StreamID, _ failure: RemoteFailure, path: String, _ endsStream: Bool) {
        configuration.onEnd(path, failure.code)
        writeEnd(ResponseHeaders.failure(failure, alone: true), on: stream, resets: !endsStream)
    }

    private func open(_ stream: HTTP2StreamID, _ call: OpenCall) {
        calls[stream] = call
        if call.deadline != nil { untimed.append(stream) }
        guard case .handler(let makeHandler) = call.method.answering else { return }
        do throws(RemoteFailure) {
            let handler = try makeHandler(call.head, CallReply(self, stream))
            calls[stream]?.handler = handler
        } catch {
            finish(stream, error)
        }
    }

    /// Takes bytes of a call and hands over the messages that are complete.
    func receive(_ bytes: ByteBuffer, on stream: HTTP2StreamID, endsStream: Bool) {
        calls[stream]?.machine.append(bytes, endsStream: endsStream)
        pump(stream)
    }

    /// Hands over messages until there are none, or the method takes none.
    func pump(_ stream: HTTP2StreamID) {
        while takesMessages(stream), let arrival = calls[stream]?.machine.next() {
            switch arrival {
            case .wait: return
            case .message(let message): deliver(message, stream)
            case .halfClose: halfClose(stream)
            case .fail(let failure): fail(stream, failure)
            }
        }
    }

    private func takesMessages(_ stream: HTTP2StreamID) -> Bool {
        guard let call = calls[stream] else { return false }
        guard let handler = call.handler else { return true }
        return handler.isReady && call.unsentBytes <= configuration.connection.unsentBytesMaximum
    }

    private func deliver(_ message: ByteBuffer, _ stream: HTTP2StreamID) {
        guard let call = calls[stream] else { return }
        if let deadline = call.deadline, NIODeadline.now() >= deadline { return fail(stream, Self.tooLate) }
        do throws(RemoteFailure) {
            switch call.method.answering {
            case .unary(let answer): answerUnary(try answer(message, call.head), stream)
            case .handler: try call.handler?.receive(message)
            }
        } catch {
            fail(stream, error)
        }
    }

    private func halfClose(_ stream: HTTP2StreamID) {
        do throws(RemoteFailure) {
            try calls[stream]?.handler?.halfClose()
        } catch {
            fail(stream, error)
        }
    }

    /// The handler takes messages again.
    func resume(_ stream: HTTP2StreamID) {
        pump(stream)
        openWindow(stream)
        flush()
    }

    // MARK: Answering

    private func answerUnary(_ message: FramedMessage, _ stream: HTTP2StreamID) {
        write(message, on: stream, promise: nil)
        finish(stream, nil)
    }

    /// Sends one of a handler's messages, and remembers its bytes until they have left.
    func send(_ message: FramedMessage, on stream: HTTP2StreamID) {
        guard calls[stream] != nil else { return }
        let bytes = message.buffer.readableBytes
        calls[stream]?.unsentBytes += bytes
        let promise = eventLoop.makePromise(of: Void.self)
        let bound = NIOLoopBound(self, eventLoop: eventLoop)
        promise.futureResult.whenComplete { _ in bound.value.sent(bytes, on: stream) }
        write(message, on: stream, promise: promise)
        flush()
    }

    private func sent(_ bytes: Int, on stream: HTTP2StreamID) {
        guard let unsent = calls[stream]?.unsentBytes else { return }
        calls[stream]?.unsentBytes = unsent - bytes
        let maximum = configuration.connection.unsentBytesMaximum
        if unsent > maximum, unsent - bytes <= maximum { resume(stream) }
    }

    private func write(_ message: FramedMessage, on stream: HTTP2StreamID, promise: EventLoopPromise<Void>?) {
        switch calls[stream]?.machine.send() {
        case .openingFirst:
            write(.headers(.init(headers: ResponseHeaders.opening)), on: stream)
            write(.data(.init(data: .byteBuffer(message.buffer))), on: stream, promise: promise)
        case .message:
            write(.data(.init(data: .byteBuffer(message.buffer))), on: stream, promise: promise)
        case .drop, nil: promise?.fail(ChannelError.outputClosed)
        }
    }

    // MARK: Ending

    /// Ends a call with a fault that its handler does not know of.
    private func fail(_ stream: HTTP2StreamID, _ failure: RemoteFailure) {
        let handler = calls[stream]?.handler
        finish(stream, failure)
        handler?.cancel()
    }

    /// Ends a call, well or with a failure.
    func finish(_ stream: HTTP2StreamID, _ failure: RemoteFailure?) {
        guard let ending = calls[stream]?.machine.finish(), let call = calls[stream] else { return }
        call.timer?.cancel()
        // A reset would overtake answers that still wait for room, and undo them.
        let mayReset = call.unsentBytes == 0
        switch ending {
        case .drop: return
        case .alone(let resets):
            var success = ResponseHeaders.opening
            if failure == nil { success.add(contentsOf: ResponseHeaders.success) }
            let headers = failure.map { ResponseHeaders.failure($0, alone: true) } ?? success
            writeEnd(headers, on: stream, resets: resets && mayReset)
        case .trailers(let resets):
            let headers = failure.map { ResponseHeaders.failure($0, alone: false) } ?? ResponseHeaders.success
            writeEnd(headers, on: stream, resets: resets && mayReset)
        }
        configuration.onEnd(call.method.path, failure?.code ?? .ok)
    }

    /// Writes a call's last headers; a caller that still sends is told to stop.
    private func writeEnd(_ headers: HPACKHeaders, on stream: HTTP2StreamID, resets: Bool) {
        write(.headers(.init(headers: headers, endStream: true)), on: stream)
        if resets { write(.rstStream(.noError), on: stream) }
        flush()
    }

    // MARK: Deadlines

    private static var tooLate: RemoteFailure {
        RemoteFailure(.deadlineExceeded, reason: "DEADLINE_EXCEEDED", "The call's time was over before its answer.")
    }

    /// Gives a timer to each new call that its read has not ended; most need none.
    func startTimers() {
        guard !untimed.isEmpty else { return }
        for stream in untimed {
            guard let call = calls[stream], !call.machine.isOver, let deadline = call.deadline else { continue }
            let bound = NIOLoopBound(self, eventLoop: eventLoop)
            calls[stream]?.timer = eventLoop.scheduleTask(deadline: deadline) {
                bound.value.fail(stream, Self.tooLate)
            }
        }
        untimed.removeAll(keepingCapacity: true)
    }
}

extension OpenCall {
    /// A call that begins at `now`; a unary one must arrive in time whether or not its caller set a deadline.
    init(_ head: CallHead, _ method: RemoteMethod, _ limits: CallLimits, now: NIODeadline) {
        let timeout = head.timeout.map { now + .nanoseconds($0.nanoseconds) }
        let arrival = method.shape == .unary ? now + .nanoseconds(Int64(limits.requestSeconds * 1e9)) : nil
        deadline = [timeout, arrival].compactMap { $0 }.min()
        self.head = head
        self.method = method
        machine = CallStateMachine(
            shape: method.shape,
            messageBytesMaximum: limits.messageBytes,
            encoding: head.encoding
        )
    }
}
