#if canImport(Glibc)
internal import Glibc
#elseif canImport(Darwin)
internal import Darwin
#elseif canImport(Musl)
internal import Musl
#endif

/// Zeroed memory in pages of 2 MiB, as far as the system has them free: one that it has not is made of small ones.
struct HugePages {
    /// What was asked for, aligned to a page.
    let bytes: UnsafeMutableRawBufferPointer
    private let area: UnsafeMutableRawBufferPointer

    private static let pageBytes = 2 << 20
    /// Below this little is gained.
    private static let bytesMinimum = 2 * pageBytes

    /// Memory of `count` bytes; nothing where it would not be worth while, or where the system has no huge pages.
    init?(_ count: Int) {
        #if os(Linux)
        guard count >= Self.bytesMinimum else { return nil }
        let rounded = (count + Self.pageBytes - 1) & ~(Self.pageBytes - 1)
        // One more, to begin at a multiple; what is never touched is never there.
        let reserved = rounded + Self.pageBytes
        let flags = MAP_PRIVATE | Int32(MAP_ANONYMOUS)
        guard let start = mmap(nil, reserved, PROT_READ | PROT_WRITE, flags, -1, 0), start != MAP_FAILED else {
            return nil
        }
        area = UnsafeMutableRawBufferPointer(start: start, count: reserved)
        let first = start.alignedUp(toMultipleOf: Self.pageBytes)
        bytes = UnsafeMutableRawBufferPointer(start: first, count: count)
        guard madvise(first, rounded, Int32(MADV_HUGEPAGE)) == 0 else {
            giveBack()
            return nil
        }
        #else
        return nil
        #endif
    }

    /// Gives the memory back; nothing may point into it any more.
    func giveBack() {
        munmap(area.baseAddress, area.count)
    }
}
