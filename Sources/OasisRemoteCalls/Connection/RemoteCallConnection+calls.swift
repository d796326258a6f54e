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
        case .call(var head):
            head.receivedAt = .now()
            guard let method = configuration.methods[head.path] else {
                return refuse(stream, Self.unknown(head.path), path: "", endsStream)
            }
            let call = OpenCall(stream, head, method, configuration.limits)
            open(call)
            if endsStream { receive(ByteBuffer(), for: call, endsStream: true) }
        }
    }

    private static func unknown(_ path: String) -> RemoteFailure {
        RemoteFailure(.unimplemented, reason: "NOT_FOUND", "There is no method \(path.prefix(200)) here.")
    }

    private func refuse(_ stream: HTTP2StreamID, _ failure: RemoteFailure, path: String, _ endsStream: Bool) {
        configuration.onEnd(path, failure.code)
        writeEnd(ResponseHeaders.failure(failure, alone: true), on: stream, resets: !endsStream)
    }

    private func open(_ call: OpenCall) {
        calls[call.stream] = call
        if call.deadline != nil { untimed.append(call) }
        guard case .handler(let makeHandler) = call.method.answering else { return }
        do throws(RemoteFailure) {
            call.handler = try makeHandler(call.head, CallReply(self, call.stream))
        } catch {
            finish(call, error)
        }
    }

    /// Takes bytes of a call and hands over the messages that are complete.
    func receive(_ bytes: ByteBuffer, for call: OpenCall, endsStream: Bool) {
        call.machine.append(bytes, endsStream: endsStream)
        pump(call)
    }

    /// Hands over messages until there are none, or the method takes none.
    private func pump(_ call: OpenCall) {
        while takesMessages(call) {
            switch call.machine.next() {
            case .wait: return
            case .message(let message): deliver(message, call)
            case .halfClose: halfClose(call)
            case .fail(let failure): fail(call, failure)
            }
        }
    }

    private func takesMessages(_ call: OpenCall) -> Bool {
        guard let handler = call.handler else { return true }
        return handler.isReady && call.unsentBytes <= configuration.connection.unsentBytesMaximum
    }

    private func deliver(_ message: ByteBuffer, _ call: OpenCall) {
        if let deadline = call.deadline, NIODeadline.now() >= deadline { return fail(call, Self.tooLate) }
        do throws(RemoteFailure) {
            switch call.method.answering {
            case .unary(let answer):
                write(try answer(message, call.head), for: call, promise: nil)
                finish(call, nil)
            case .handler: try call.handler?.receive(message)
            }
        } catch {
            fail(call, error)
        }
    }

    private func halfClose(_ call: OpenCall) {
        do throws(RemoteFailure) {
            try call.handler?.halfClose()
        } catch {
            fail(call, error)
        }
    }

    /// The handler takes messages again.
    func resume(_ stream: HTTP2StreamID) {
        guard let call = calls[stream] else { return }
        pump(call)
        openWindow(call)
        flush()
    }

    // MARK: Answering

    /// Sends one of a handler's messages, and remembers its bytes until they have left.
    func send(_ message: FramedMessage, on stream: HTTP2StreamID) {
        guard let call = calls[stream] else { return }
        let bytes = message.buffer.readableBytes
        call.unsentBytes += bytes
        let promise = eventLoop.makePromise(of: Void.self)
        let bound = NIOLoopBound((self, call), eventLoop: eventLoop)
        promise.futureResult.whenComplete { _ in
            let (connection, call) = bound.value
            connection.sent(bytes, for: call)
        }
        write(message, for: call, promise: promise)
        flush()
    }

    private func sent(_ bytes: Int, for call: OpenCall) {
        let unsent = call.unsentBytes
        call.unsentBytes = unsent - bytes
        let maximum = configuration.connection.unsentBytesMaximum
        if unsent > maximum, unsent - bytes <= maximum { resume(call.stream) }
    }

    private func write(_ message: FramedMessage, for call: OpenCall, promise: EventLoopPromise<Void>?) {
        switch call.machine.send() {
        case .openingFirst:
            write(.headers(.init(headers: ResponseHeaders.opening)), on: call.stream)
            write(.data(.init(data: .byteBuffer(message.buffer))), on: call.stream, promise: promise)
        case .message:
            write(.data(.init(data: .byteBuffer(message.buffer))), on: call.stream, promise: promise)
        case .drop: promise?.fail(ChannelError.outputClosed)
        }
    }

    // MARK: Ending

    /// Ends a call with a fault that its handler does not know of.
    private func fail(_ call: OpenCall, _ failure: RemoteFailure) {
        finish(call, failure)
        call.handler?.cancel()
    }

    /// Ends a call at its handler's wish.
    func finish(_ stream: HTTP2StreamID, _ failure: RemoteFailure?) {
        if let call = calls[stream] { finish(call, failure) }
    }

    /// Ends a call, well or with a failure.
    private func finish(_ call: OpenCall, _ failure: RemoteFailure?) {
        let (ending, stream) = (call.machine.finish(), call.stream)
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
        for call in untimed where !call.machine.isOver {
            guard let deadline = call.deadline else { continue }
            let bound = NIOLoopBound((self, call), eventLoop: eventLoop)
            call.timer = eventLoop.scheduleTask(deadline: deadline) {
                let (connection, call) = bound.value
                connection.fail(call, Self.tooLate)
            }
        }
        untimed.removeAll(keepingCapacity: true)
    }
}
