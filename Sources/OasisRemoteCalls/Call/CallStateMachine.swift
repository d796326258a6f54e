package import NIOCore

/// One call from its head to its end: what may be handed to the method, what may be sent, and what a fault means.
///
/// Knows no sockets, frames or clocks. Whoever drives it appends what arrives, asks `next` until it says `wait`, and
/// sends only what it is told to.
package struct CallStateMachine: Sendable {
    /// What to do with what has arrived.
    package enum Arrival: Sendable {
        /// Nothing until more arrives.
        case wait
        /// Hand over a message.
        case message(ByteBuffer)
        /// Tell the method that no more messages come.
        case halfClose
        /// End the call with a failure.
        case fail(RemoteFailure)
    }

    /// How to send a message.
    package enum Sending: Hashable, Sendable {
        /// The opening headers first, then the message.
        case openingFirst
        /// The message.
        case message
        /// Nothing: the call is over.
        case drop
    }

    /// How to end a call.
    package enum Ending: Hashable, Sendable {
        /// With headers alone. `resets` when the caller must be told to stop sending.
        case alone(resets: Bool)
        /// With trailers behind what was sent.
        case trailers(resets: Bool)
        /// Not at all: it is over.
        case drop
    }

    private enum Inbound {
        case open
        /// The caller has sent all; what arrived may still wait to be handed over.
        case ended
        /// The method knows that the caller has sent all.
        case handedOver
        /// Whatever arrives is dropped.
        case ignored
    }

    private enum Outbound {
        case idle
        case opened
        case ended
    }

    private let shape: CallShape
    private var reader: MessageReader
    private var inbound = Inbound.open
    private var outbound = Outbound.idle
    /// A message that is held back until it is sure that it is the only one.
    private var held: ByteBuffer?
    private var hasDelivered = false
    private var isCallerDone = false

    /// A call of a method with this shape.
    package init(shape: CallShape, messageBytesMaximum: Int, encoding: String? = nil) {
        self.shape = shape
        reader = MessageReader(bytesMaximum: messageBytesMaximum, encoding: encoding)
    }

    /// Whether the call has been ended or cancelled.
    package var isOver: Bool { outbound == .ended }

    /// Whether something waits to be handed over, so that the caller should not send more yet.
    package var isFull: Bool { inbound == .open && reader.isNextDecided }

    // MARK: What arrives

    /// Takes the bytes of a frame.
    package mutating func append(_ bytes: ByteBuffer, endsStream: Bool) {
        isCallerDone = isCallerDone || endsStream
        guard inbound == .open else { return }
        reader.append(bytes)
        if endsStream { inbound = .ended }
    }

    /// What to do next with what has arrived.
    package mutating func next() -> Arrival {
        switch inbound {
        case .handedOver, .ignored: return .wait
        case .open, .ended: break
        }
        do throws(RemoteFailure) {
            guard let message = try reader.next() else { return try end() }
            guard shape.takesOneMessage else { return .message(message) }
            guard held == nil else { throw cardinality("more than one") }
            held = message
            return next()
        } catch {
            inbound = .ignored
            return .fail(error)
        }
    }

    /// What to do once no further message is there.
    private mutating func end() throws(RemoteFailure) -> Arrival {
        guard inbound == .ended else { return .wait }
        if reader.isInsideMessage {
            throw RemoteFailure(
                .internal,
                reason: "MALFORMED_REQUEST",
                "The call ended inside a message; check how the caller frames its messages."
            )
        }
        if let message = held {
            held = nil
            hasDelivered = true
            return .message(message)
        }
        if shape.takesOneMessage, !hasDelivered { throw cardinality("none") }
        inbound = .handedOver
        return .halfClose
    }

    private func cardinality(_ count: String) -> RemoteFailure {
        RemoteFailure(
            .unimplemented,
            reason: "MALFORMED_REQUEST",
            "This method takes exactly one message, but \(count) came."
        )
    }

    // MARK: What is sent

    /// How to send a message.
    package mutating func send() -> Sending {
        switch outbound {
        case .idle:
            outbound = .opened
            return .openingFirst
        case .opened: return .message
        case .ended: return .drop
        }
    }

    /// How to end the call, well or not.
    package mutating func finish() -> Ending {
        defer {
            outbound = .ended
            inbound = .ignored
        }
        switch outbound {
        case .idle: return .alone(resets: !isCallerDone)
        case .opened: return .trailers(resets: !isCallerDone)
        case .ended: return .drop
        }
    }

    /// The caller gave up, or the connection is gone.
    ///
    /// - Returns: Whether the method has to be told.
    package mutating func cancel() -> Bool {
        defer {
            outbound = .ended
            inbound = .ignored
        }
        return outbound != .ended
    }
}
