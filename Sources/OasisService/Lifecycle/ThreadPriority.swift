internal import Foundation

/// How urgent a thread's work is to the machine.
enum ThreadPriority {
    /// Lets the calling thread, and those that it starts, give way to threads that answer requests; for good.
    ///
    /// A solve takes all the time that a core has to give. On a core that also answers requests, they would wait for it
    /// for milliseconds at a time.
    static func giveWay() {
        #if canImport(Darwin)
        _ = setpriority(PRIO_DARWIN_THREAD, 0, PRIO_DARWIN_BG)
        #else
        // Niceness is a thread's own on Linux, and 0 names the calling one.
        _ = setpriority(__priority_which_t(PRIO_PROCESS.rawValue), 0, 15)
        #endif
    }
}
