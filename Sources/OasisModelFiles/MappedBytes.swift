package import OasisLogFiles

#if canImport(Glibc)
internal import Glibc
#elseif canImport(Darwin)
internal import Darwin
#elseif canImport(Musl)
internal import Musl
#endif

/// A file mapped read-only into memory until the last reference goes.
///
/// Should another process truncate the file while it is mapped, reading past its new end faults: files are replaced
/// whole.
package final class MappedBytes {
    /// The file's bytes.
    package let bytes: UnsafeRawBufferPointer

    /// - Throws: `InvalidTable` when the file cannot be read.
    package init(_ path: String) throws(InvalidTable) {
        func fault(_ rule: String) -> InvalidTable { InvalidTable(file: path, line: nil, rule: rule) }
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw fault("must be a readable file: \(String(cString: strerror(errno)))") }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
            throw fault("must be a regular file")
        }
        let size = Int(status.st_size)
        guard size > 0 else { throw fault("must not be empty") }
        guard let start = mmap(nil, size, PROT_READ, MAP_PRIVATE, descriptor, 0), start != MAP_FAILED else {
            throw fault("could not be mapped: \(String(cString: strerror(errno)))")
        }
        bytes = UnsafeRawBufferPointer(start: start, count: size)
    }

    deinit { munmap(UnsafeMutableRawPointer(mutating: bytes.baseAddress), bytes.count) }
}

/// Writes bytes to `path` by way of a temporary file beside it, so that a reader sees the old file or the new one.
func writeWhole(_ path: String, _ parts: [UnsafeRawBufferPointer]) throws(InvalidTable) {
    let temporary = path + ".partial"
    func fault() -> InvalidTable {
        InvalidTable(file: path, line: nil, rule: "could not be written: \(String(cString: strerror(errno)))")
    }
    guard let file = fopen(temporary, "wb") else { throw fault() }
    var isComplete = true
    for part in parts where part.count > 0 {
        isComplete = isComplete && fwrite(part.baseAddress, 1, part.count, file) == part.count
    }
    isComplete = isComplete && fflush(file) == 0 && fsync(fileno(file)) == 0
    isComplete = fclose(file) == 0 && isComplete
    guard isComplete, rename(temporary, path) == 0 else {
        let fault = fault()
        unlink(temporary)
        throw fault
    }
}
