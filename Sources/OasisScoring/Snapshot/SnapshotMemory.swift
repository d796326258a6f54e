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
/// A mapped file keeps its bytes when it is replaced or removed. It must never be changed in place: reading past the end
/// of a truncated file ends the process. So `save` makes a new file under a temporary name, read-only, and renames it.
// Sendable because nothing writes to the bytes once `init` is over; `bytes` is read-only from then on.
package final class SnapshotMemory: @unchecked Sendable {
    /// All of it, as long as somebody holds on to this object.
    let bytes: UnsafeRawBufferPointer
    private let isMapped: Bool

    static let alignment = 64

    /// Zeroed memory of `count` bytes that `fill` writes to.
    init(count: Int, fill: (UnsafeMutableRawBufferPointer) -> Void) {
        let memory = UnsafeMutableRawBufferPointer.allocate(byteCount: max(count, 1), alignment: Self.alignment)
        memory.initializeMemory(as: UInt8.self, repeating: 0)
        let filled = UnsafeMutableRawBufferPointer(rebasing: memory.prefix(count))
        fill(filled)
        bytes = UnsafeRawBufferPointer(filled)
        isMapped = false
    }

    /// A copy of bytes.
    convenience init(copying source: UnsafeRawBufferPointer) {
        self.init(count: source.count) { $0.copyMemory(from: source) }
    }

    /// Maps a file.
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
        isMapped = true
    }

    /// A copy of the bytes.
    package var copy: [UInt8] { withExtendedLifetime(self) { Array(bytes) } }

    deinit {
        let memory = UnsafeMutableRawBufferPointer(mutating: bytes)
        if isMapped { munmap(memory.baseAddress, memory.count) } else { memory.baseAddress?.deallocate() }
    }

    /// Writes the bytes to a new file that appears at `path` whole, on disk and read-only, or not at all.
    package func save(to path: String) throws(SnapshotFile.Fault) {
        let draft = path + ".partial"
        unlink(draft)
        let descriptor = open(draft, O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, 0o444)
        guard descriptor >= 0 else { throw Self.fault("cannot be written") }
        var isWhole = true
        var written = 0
        while isWhole, written < bytes.count {
            let step = Self.put(descriptor, UnsafeRawBufferPointer(rebasing: bytes[written...]))
            if step > 0 { written += step } else { isWhole = step < 0 && errno == EINTR }
        }
        isWhole = isWhole && fsync(descriptor) == 0
        isWhole = close(descriptor) == 0 && isWhole
        guard isWhole, rename(draft, path) == 0 else {
            let fault = Self.fault("cannot be written")
            unlink(draft)
            throw fault
        }
    }

    private static func put(_ descriptor: Int32, _ bytes: UnsafeRawBufferPointer) -> Int {
        write(descriptor, bytes.baseAddress, bytes.count)
    }

    private static func fault(_ what: String) -> SnapshotFile.Fault {
        SnapshotFile.Fault(section: "file", rule: "\(what): \(String(cString: strerror(errno)))")
    }
}
