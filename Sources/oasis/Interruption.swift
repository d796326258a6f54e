internal import Foundation
internal import Synchronization

/// Ctrl-C and SIGTERM as a wish to stop work in good order; the second one ends the process at once.
enum Interruption {
    private static let signals: [(number: Int32, name: String)] = [(SIGINT, "Ctrl-C"), (SIGTERM, "SIGTERM")]

    /// Whether somebody wants the work to stop.
    static var isWanted: Bool { received.load(ordering: .relaxed) != 0 }

    /// What stopped the work, as people call it; nil when nobody did.
    static var name: String? {
        let number = received.load(ordering: .relaxed)
        return signals.first { $0.number == number }?.name
    }

    /// Hears signals as wishes while `body` works, and afterwards lets them end the process again.
    static func heard<Result, Failure: Error>(
        during body: () throws(Failure) -> Result
    ) throws(Failure) -> Result {
        // Written before any signal can come, so that the handler finds it initialised.
        received.store(0, ordering: .relaxed)
        unblock()
        for signal in signals {
            // Only what POSIX allows in a handler: a lock-free exchange, and an exit that runs no code of ours.
            _ = Foundation.signal(signal.number) { number in
                let outcome = received.compareExchange(expected: 0, desired: number, ordering: .relaxed)
                if !outcome.exchanged { _exit(128 + number) }
            }
        }
        defer { for signal in signals { _ = Foundation.signal(signal.number, SIG_DFL) } }
        return try body()
    }

    /// Lets signals through to this thread: whoever started the process may have left them blocked for its children.
    private static func unblock() {
        var set = sigset_t()
        sigemptyset(&set)
        for signal in signals { sigaddset(&set, signal.number) }
        pthread_sigmask(SIG_UNBLOCK, &set, nil)
    }
}

/// The first signal that came; 0 before.
private let received = Atomic<Int32>(0)
