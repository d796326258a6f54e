internal import NIOCore
internal import NIOHTTP2

/// A call of a connection; used on the connection's event loop alone.
///
/// A class, because it outlives its place in the connection's table: an answer that is written may end the stream before
/// the write returns.
final class OpenCall {
    let stream: HTTP2StreamID
    var machine: CallStateMachine
    let method: RemoteMethod
    let head: CallHead
    /// What answers it; nothing for unary methods.
    var handler: (any CallHandler)?
    /// When it must be over.
    let deadline: NIODeadline?
    /// Ends it at its deadline; nothing until it has outlived the read in which it began.
    var timer: Scheduled<Void>?
    /// Bytes that the caller may still send; nothing when it has sent all.
    var windowBytes: Int?
    /// Bytes sent by the handler that have not left yet.
    var unsentBytes = 0

    /// A call that begins with its head; a unary one must arrive in time whether or not its caller set a deadline.
    init(_ stream: HTTP2StreamID, _ head: CallHead, _ method: RemoteMethod, _ limits: CallLimits) {
        self.stream = stream
        self.head = head
        self.method = method
        let now = head.receivedAt
        let timeout = head.timeout.map { now + .nanoseconds($0.nanoseconds) }
        let arrival = method.shape == .unary ? now + .nanoseconds(Int64(limits.requestSeconds * 1e9)) : nil
        if let timeout, let arrival { deadline = min(timeout, arrival) } else { deadline = timeout ?? arrival }
        machine = CallStateMachine(
            shape: method.shape,
            messageBytesMaximum: limits.messageBytes,
            encoding: head.encoding
        )
    }

    /// Bytes by which to open the window again: to `target`, once half of it is used up and what came is taken.
    func windowIncrement(to target: Int) -> Int? {
        guard let windowBytes, !machine.isOver, !machine.isFull else { return nil }
        return ReceiveWindow.increment(from: windowBytes, to: target)
    }
}

/// How much the other side may send before it hears of us again.
package enum ReceiveWindow {
    /// Bytes by which to open a window again; nothing while more than half of `target` is left.
    package static func increment(from bytes: Int, to target: Int) -> Int? {
        bytes <= target / 2 ? target - bytes : nil
    }
}
