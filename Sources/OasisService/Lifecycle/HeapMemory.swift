internal import Foundation

/// Memory that the process was given and uses no more.
enum HeapMemory {
    /// Gives whole free pages back to the machine.
    ///
    /// A plan takes hundreds of megabytes on threads of its own, and glibc keeps what they free for those threads: until
    /// the next plan, and beside what everybody else needs meanwhile. Takes milliseconds, so it is for the planner's
    /// threads. Where the C library has no such call, its allocator is left to itself.
    static func giveBack() {
        _ = trim?(0)
    }

    /// glibc's `malloc_trim`, which takes the bytes to keep at the top; Swift's module of the C library leaves it out.
    private static let trim: (@convention(c) @Sendable (Int) -> CInt)? = dlsym(nil, "malloc_trim")
        .map {
            unsafeBitCast($0, to: (@convention(c) @Sendable (Int) -> CInt).self)
        }
}
