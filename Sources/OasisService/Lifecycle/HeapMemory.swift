#if canImport(Glibc)
internal import Glibc
#endif

/// Memory that the process was given and uses no more.
enum HeapMemory {
    /// Gives whole free pages back to the machine.
    ///
    /// A plan takes hundreds of megabytes on threads of its own, and glibc keeps what they free for those threads: until
    /// the next plan, and beside what everybody else needs meanwhile. Takes milliseconds, so it is for the planner's
    /// threads. Elsewhere than with glibc the allocator is left to itself.
    static func giveBack() {
        #if canImport(Glibc)
        _ = malloc_trim(0)
        #endif
    }
}
