#if canImport(Glibc)
internal import Glibc
#elseif canImport(Darwin)
internal import Darwin
#elseif canImport(Musl)
internal import Musl
#endif

#if !_endian(little)
#error("snapshots are little-endian and used in place")
#endif

/// A snapshot's bytes, mapped from a file or held in memory, until the last reference goes; aligned to 64 bytes.
///
/// A look-up goes anywhere in tens of megabytes, and with pages of 4 KiB most of its time is finding out where a page is.
/// So large snapshots lie in huge pages where the system has them: a file is read into them, and mapped elsewhere.
///
/// A mapped file keeps its bytes when it is replaced or removed. It must never be changed in place: reading past the end
/// of a truncated file ends the process. So `save` makes a new file under a temporary name, read-only, and renames it.
// Sendable because nothing writes to the bytes once `init` is over; `bytes` is read-only from then on.
package final class SnapshotMemory: @unchecked Sendable {
    /// All of it, as long as somebody holds on to this object.
    let bytes: UnsafeRawBufferPointer
    private let owner: Owner

    /// What is given back in the end.
    private enum Owner {
        case allocation
        case mapping
        case hugePages(HugePages)
    }

    static let alignment = 64

    /// Zeroed memory of `count` bytes that `fill` writes to.
    init(count: Int, fill: (UnsafeMutableRawBufferPointer) -> Void) {
        if let pages = HugePages(count) {
            fill(pages.bytes)
            bytes = UnsafeRawBufferPointer(pages.bytes)
            owner = .hugePages(pages)
            return
        }
        let memory = UnsafeMutableRawBufferPointer.allocate(byteCount: max(count, 1), alignment: Self.alignment)
        memory.initializeMemory(as: UInt8.self, repeating: 0)
        let filled = UnsafeMutableRawBufferPointer(rebasing: memory.prefix(count))
        fill(filled)
        bytes = UnsafeRawBufferPointer(filled)
        owner = .allocation
    }

    /// A copy of bytes.
    convenience init(copying source: UnsafeRawBufferPointer) {
        self.init(count: source.count) { $0.copyMemory(from: source) }
    }

    /// Opens a file.
    package init(mapping path: String) throws(SnapshotFile.Fault) {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw Self.fault("cannot be opened") }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
            throw SnapshotFile.Fault(section: "file", rule: "must be a regular file")
        }
        let count = Int(status.st_size)
        guard count > 0 else { throw SnapshotFile.Fault(section: "header", rule: "is cut short: 0 bytes") }
        if let pages = HugePages(count) {
            guard Self.moveAll(count, { Self.take(descriptor, pages.bytes, from: $0) }) else {
                pages.giveBack()
                throw Self.fault("cannot be read")
            }
            bytes = UnsafeRawBufferPointer(pages.bytes)
            owner = .hugePages(pages)
            return
        }
        #if os(Linux)
        // All of it is about to be read for its checksums: one call instead of a fault for each few pages.
        let flags = MAP_PRIVATE | Int32(MAP_POPULATE)
        #else
        let flags = MAP_PRIVATE
        #endif
        guard let start = mmap(nil, count, PROT_READ, flags, descriptor, 0), start != MAP_FAILED else {
            throw Self.fault("cannot be mapped")
        }
        bytes = UnsafeRawBufferPointer(start: start, count: count)
        owner = .mapping
    }

    /// A copy of the bytes.
    package var copy: [UInt8] { withExtendedLifetime(self) { Array(bytes) } }

    deinit {
        let memory = UnsafeMutableRawBufferPointer(mutating: bytes)
        switch owner {
        case .allocation: memory.baseAddress?.deallocate()
        case .mapping: munmap(memory.baseAddress, memory.count)
        case .hugePages(let pages): pages.giveBack()
        }
    }

    /// Writes the bytes to a new file that appears at `path` whole, on disk and read-only, or not at all.
    package func save(to path: String) throws(SnapshotFile.Fault) {
        let draft = path + ".partial"
        unlink(draft)
        let descriptor = open(draft, O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, 0o444)
        guard descriptor >= 0 else { throw Self.fault("cannot be written") }
        var isWhole = Self.moveAll(bytes.count) { Self.put(descriptor, bytes, from: $0) }
        isWhole = isWhole && fsync(descriptor) == 0
        isWhole = close(descriptor) == 0 && isWhole
        guard isWhole, rename(draft, path) == 0 else {
            let fault = Self.fault("cannot be written")
            unlink(draft)
            throw fault
        }
    }

    /// Has `step` move bytes from a place on until all `count` are moved; says whether they were.
    private static func moveAll(_ count: Int, _ step: (Int) -> Int) -> Bool {
        var moved = 0
        while moved < count {
            let more = step(moved)
            if more > 0 { moved += more } else if more == 0 || errno != EINTR { return false }
        }
        return true
    }

    private static func put(_ descriptor: Int32, _ bytes: UnsafeRawBufferPointer, from place: Int) -> Int {
        write(descriptor, bytes.baseAddress.map { $0 + place }, bytes.count - place)
    }

    private static func take(_ descriptor: Int32, _ bytes: UnsafeMutableRawBufferPointer, from place: Int) -> Int {
        read(descriptor, bytes.baseAddress.map { $0 + place }, bytes.count - place)
    }

    private static func fault(_ what: String) -> SnapshotFile.Fault {
        SnapshotFile.Fault(section: "file", rule: "\(what): \(String(cString: strerror(errno)))")
    }
}
