/// An immutable, contiguous run of plain values and whoever keeps their memory alive.
///
/// Loops over millions of candidates read `base` directly; everything else uses the subscript. The memory may be
/// ours (copied from an array) or mapped from a file: the column holds on to its owner either way.
public struct Column<Element: BitwiseCopyable & Sendable>: Sendable {
    // Sendable by hand: the memory is never written after this value exists (both initialisers say so), and the owner
    // is only held, never called.
    private struct Storage: @unchecked Sendable {
        let elements: UnsafeBufferPointer<Element>
        let owner: AnyObject
    }

    private let storage: Storage

    /// Copies an array into memory of its own.
    public init(_ elements: [Element]) {
        let memory = Memory<Element>(capacity: elements.count)
        // All at once: element by element, an unspecialised copy of millions takes as long as a solve.
        elements.withUnsafeBufferPointer { elements in
            if let start = elements.baseAddress { memory.base.update(from: start, count: elements.count) }
        }
        storage = Storage(elements: UnsafeBufferPointer(start: memory.base, count: elements.count), owner: memory)
    }

    /// Adopts memory kept alive by `owner`, which must not change or unmap it while any copy of the column exists.
    package init(unsafeElements elements: UnsafeBufferPointer<Element>, owner: AnyObject) {
        storage = Storage(elements: elements, owner: owner)
    }

    /// Adopts the first `count` elements of working memory, which nobody may write to from now on.
    init(_ memory: Memory<Element>, count: Int) {
        storage = Storage(elements: UnsafeBufferPointer(start: memory.base, count: count), owner: memory)
    }

    /// Number of elements.
    public var count: Int { storage.elements.count }

    /// One element; traps when `index` is outside 0 ..< `count`.
    public subscript(index: Int) -> Element {
        precondition(index >= 0 && index < count, "column index out of range")
        return storage.elements[index]
    }

    /// A copy as an array.
    public var array: [Element] { Array(storage.elements) }

    /// First element; valid while the column (or any copy of it) lives, never written through.
    package var base: UnsafePointer<Element> {
        storage.elements.baseAddress ?? UnsafePointer(Memory<Element>.nowhere)
    }

    /// The elements as a buffer, valid while the column lives.
    package var unsafeElements: UnsafeBufferPointer<Element> { storage.elements }
}
