#if canImport(Glibc)
internal import Glibc
#elseif canImport(Darwin)
internal import Darwin
#elseif canImport(Musl)
internal import Musl
#endif

/// A file mapped read-only into memory until the last reference goes.
///
/// Should another process truncate the file while it is mapped, reading past its new end faults; problem directories
/// are written once and files replaced whole.
final class MappedFile {
    let bytes: UnsafeRawBufferPointer

    /// - Throws: `ProblemFileError` naming `name` when the file cannot be opened or mapped.
    init(path: String, name: String) throws(ProblemFileError) {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else {
            throw ProblemFileError(name, nil, "must be readable: \(String(cString: strerror(errno)))")
        }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
            throw ProblemFileError(name, nil, "must be a regular file")
        }
        let size = Int(status.st_size)
        guard size > 0 else { throw ProblemFileError(name, nil, "must not be empty") }
        guard let start = mmap(nil, size, PROT_READ, MAP_PRIVATE, descriptor, 0), start != MAP_FAILED else {
            throw ProblemFileError(name, nil, "could not be mapped: \(String(cString: strerror(errno)))")
        }
        bytes = UnsafeRawBufferPointer(start: start, count: size)
    }

    deinit { munmap(UnsafeMutableRawPointer(mutating: bytes.baseAddress), bytes.count) }
}

/// Whether something exists at `path`.
func fileExists(_ path: String) -> Bool { access(path, F_OK) == 0 }

/// Writes bytes to `path` by way of a temporary file beside it, so that a reader sees the old file or the new one.
func writeFile(_ path: String, name: String, _ parts: [UnsafeRawBufferPointer]) throws(ProblemFileError) {
    let temporary = path + ".partial"
    guard let file = fopen(temporary, "wb") else {
        throw ProblemFileError(name, nil, "could not be written: \(String(cString: strerror(errno)))")
    }
    var isComplete = true
    for part in parts where part.count > 0 {
        isComplete = isComplete && fwrite(part.baseAddress, 1, part.count, file) == part.count
    }
    isComplete = fclose(file) == 0 && isComplete
    guard isComplete, rename(temporary, path) == 0 else {
        let reason = String(cString: strerror(errno))
        unlink(temporary)
        throw ProblemFileError(name, nil, "could not be written: \(reason)")
    }
}

/// Makes a directory and those above it, unless they are there.
func makeDirectory(_ path: String) throws(ProblemFileError) {
    if isDirectory(path) { return }
    if mkdir(path, 0o777) == 0 { return }
    if errno == ENOENT, let slash = path.lastIndex(of: "/"), slash > path.startIndex {
        try makeDirectory(String(path[..<slash]))
        if isDirectory(path) || mkdir(path, 0o777) == 0 { return }
    }
    throw ProblemFileError(path, nil, "could not be made a directory: \(String(cString: strerror(errno)))")
}

private func isDirectory(_ path: String) -> Bool {
    var status = stat()
    return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
}

/// The most memory this process has had resident, in bytes.
public func peakMemoryBytes() -> Int {
    var usage = rusage()
    #if canImport(Glibc)
    let result = getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
    #else
    let result = getrusage(RUSAGE_SELF, &usage)
    #endif
    guard result == 0 else { return 0 }
    #if canImport(Darwin)
    return Int(usage.ru_maxrss)
    #else
    return Int(usage.ru_maxrss) * 1024
    #endif
}
