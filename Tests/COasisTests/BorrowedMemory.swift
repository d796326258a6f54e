import COasisHeader

/// Arrays as C has them, freed together.
final class BorrowedMemory {
    private var blocks: [UnsafeMutableRawPointer] = []

    deinit { for block in blocks { block.deallocate() } }

    func copy<Element: BitwiseCopyable>(_ elements: [Element]) -> UnsafePointer<Element> {
        UnsafePointer(room(elements))
    }

    /// Memory to write into, with `elements` in it.
    func room<Element: BitwiseCopyable>(_ elements: [Element]) -> UnsafeMutablePointer<Element> {
        let memory = UnsafeMutablePointer<Element>.allocate(capacity: max(elements.count, 1))
        memory.initialize(from: elements, count: elements.count)
        blocks.append(UnsafeMutableRawPointer(memory))
        return memory
    }

    func text(_ text: String) -> oasis_text {
        let bytes = Array(text.utf8).map { CChar(bitPattern: $0) }
        return oasis_text(bytes: copy(bytes), length: UInt64(bytes.count))
    }
}
