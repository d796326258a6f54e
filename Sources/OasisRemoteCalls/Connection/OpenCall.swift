internal import NIOCore

/// A call of a connection.
struct OpenCall {
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
