/// Uninitialised-then-zeroed working memory for plain values, freed with its last reference.
///
/// The solver's loops hold `base` in a local and never touch this object, so they neither count references nor check
/// for exclusive access.
final class Memory<Element: BitwiseCopyable> {
    let base: UnsafeMutablePointer<Element>
    let capacity: Int

    /// All bits zero, which is 0 for every numeric type used here.
    init(capacity: Int) {
        self.capacity = capacity
        base = .allocate(capacity: max(capacity, 1))
        UnsafeMutableRawPointer(base)
            .initializeMemory(as: UInt8.self, repeating: 0, count: max(capacity, 1) * MemoryLayout<Element>.stride)
    }

    /// For memory that is written before it is read.
    init(uninitialized capacity: Int) {
        self.capacity = capacity
        base = .allocate(capacity: max(capacity, 1))
    }

    deinit { base.deallocate() }

    /// A non-null address for empty columns; never read.
    static var nowhere: UnsafeMutablePointer<Element> {
        UnsafeMutablePointer(bitPattern: MemoryLayout<Element>.alignment)!
    }
}
