public import OasisAllocation

/// An element type of the problem directory and its NumPy name.
public protocol NumPyElement: BitwiseCopyable, Sendable {
    /// NumPy's type descriptor, such as `<f4`: little-endian, kind, bytes.
    static var numPyDescriptor: String { get }
}

extension Double: NumPyElement {
    /// Little-endian binary64.
    public static var numPyDescriptor: String { "<f8" }
}
extension Float: NumPyElement {
    /// Little-endian binary32.
    public static var numPyDescriptor: String { "<f4" }
}
extension Int64: NumPyElement {
    /// Little-endian 64-bit integers.
    public static var numPyDescriptor: String { "<i8" }
}
extension Int32: NumPyElement {
    /// Little-endian 32-bit integers.
    public static var numPyDescriptor: String { "<i4" }
}
extension Int8: NumPyElement {
    /// 8-bit integers.
    public static var numPyDescriptor: String { "|i1" }
}
extension UInt8: NumPyElement {
    /// 8-bit unsigned integers.
    public static var numPyDescriptor: String { "|u1" }
}

/// Reads and writes one-dimensional `.npy` files, format version 1.0
/// (numpy.org/doc/stable/reference/generated/numpy.lib.format.html).
public enum NumPyFile {
    private static let magic: [UInt8] = [0x93] + Array("NUMPY".utf8)
    private static let preludeCount = 10

    /// Maps a file and hands out its elements without copying.
    ///
    /// - Parameters:
    ///   - path: Where the file is.
    ///   - name: What errors call it.
    ///   - element: The element type that the file must hold.
    /// - Returns: A column over the mapped file, which stays mapped while the column lives.
    /// - Throws: `ProblemFileError` unless the file is exactly a one-dimensional, little-endian array of `Element`.
    public static func read<Element: NumPyElement>(
        _ path: String,
        name: String,
        as element: Element.Type = Element.self
    ) throws(ProblemFileError) -> Column<Element> {
        let file = try MappedFile(path: path, name: name)
        let (header, dataStart) = try headerText(file.bytes, name)
        let count = try elementCount(header, name, descriptor: Element.numPyDescriptor)
        let (size, overflows) = count.multipliedReportingOverflow(by: MemoryLayout<Element>.size)
        let found = file.bytes.count - dataStart
        guard !overflows, found == size else {
            throw ProblemFileError(
                name,
                nil,
                "must hold \(count) elements after its header, \(size) bytes, but holds \(found) bytes"
            )
        }
        guard count > 0 else { return Column([]) }
        let data = UnsafeRawBufferPointer(rebasing: file.bytes[dataStart...])
        guard let start = data.baseAddress, Int(bitPattern: start) % MemoryLayout<Element>.alignment == 0 else {
            // Old writers aligned data to 16 bytes, so this is rare: copy.
            return Column((0..<count).map { data.loadUnaligned(fromByteOffset: $0 * size / count, as: Element.self) })
        }
        // The mapping is read-only for good, and the column keeps it.
        return Column(unsafeElements: data.bindMemory(to: Element.self), owner: file)
    }

    /// Writes elements as a version 1.0 file with its data aligned to 64 bytes, replacing the file whole.
    ///
    /// - Throws: `ProblemFileError` when the file cannot be written.
    public static func write<Element: NumPyElement>(
        _ column: Column<Element>,
        to path: String,
        name: String
    ) throws(ProblemFileError) {
        try write(column.unsafeElements, to: path, name: name)
    }

    /// As for a column, without a copy of the elements.
    ///
    /// - Throws: `ProblemFileError` when the file cannot be written.
    public static func write<Element: NumPyElement>(
        _ elements: [Element],
        to path: String,
        name: String
    ) throws(ProblemFileError) {
        let written = elements.withUnsafeBufferPointer { elements in
            Result<Void, ProblemFileError> { () throws(ProblemFileError) in
                try write(elements, to: path, name: name)
            }
        }
        try written.get()
    }

    private static func write<Element: NumPyElement>(
        _ elements: UnsafeBufferPointer<Element>,
        to path: String,
        name: String
    ) throws(ProblemFileError) {
        var header = "{'descr': '\(Element.numPyDescriptor)', 'fortran_order': False, 'shape': (\(elements.count),), }"
        let unpadded = preludeCount + header.utf8.count + 1
        header += String(repeating: " ", count: (64 - unpadded % 64) % 64) + "\n"
        let length = header.utf8.count
        let prelude = magic + [1, 0, UInt8(length & 0xff), UInt8(length >> 8)] + Array(header.utf8)
        let written = prelude.withUnsafeBytes { prelude in
            Result<Void, ProblemFileError> { () throws(ProblemFileError) in
                try writeFile(path, name: name, [prelude, UnsafeRawBufferPointer(elements)])
            }
        }
        try written.get()
    }

    private static func headerText(
        _ bytes: UnsafeRawBufferPointer,
        _ name: String
    ) throws(ProblemFileError) -> (String, Int) {
        guard bytes.count >= preludeCount, bytes.prefix(magic.count).elementsEqual(magic) else {
            throw ProblemFileError(name, nil, "must begin with the .npy magic bytes")
        }
        guard bytes[6] == 1, bytes[7] == 0 else {
            throw ProblemFileError(name, nil, "must be .npy version 1.0, but is \(bytes[6]).\(bytes[7])")
        }
        let end = preludeCount + Int(bytes[8]) + Int(bytes[9]) << 8
        guard end <= bytes.count else {
            throw ProblemFileError(name, nil, "must hold its whole header, but ends inside it")
        }
        let header = bytes[preludeCount..<end]
        guard header.allSatisfy({ $0 < 0x80 }) else {
            throw ProblemFileError(name, nil, "must have an ASCII header")
        }
        return (String(decoding: header, as: UTF8.self), end)
    }

    private static func elementCount(
        _ header: String,
        _ name: String,
        descriptor: String
    ) throws(ProblemFileError) -> Int {
        guard let fields = NumPyHeader(header) else {
            throw ProblemFileError(
                name,
                nil,
                "must have a header with exactly 'descr', 'fortran_order' and 'shape', but has \(header)"
            )
        }
        let found = fields.descriptor
        // One byte has no order: NumPy writes |, and < is as good.
        guard found == descriptor || (descriptor.hasPrefix("|") && found == "<" + descriptor.dropFirst()) else {
            throw ProblemFileError(name, nil, "must have dtype \(descriptor), but has \(found)")
        }
        guard !fields.isFortranOrder || fields.shape.count <= 1 else {
            throw ProblemFileError(name, nil, "must not be in fortran_order")
        }
        guard fields.shape.count == 1 else {
            throw ProblemFileError(name, nil, "must have one dimension, but has \(fields.shape.count)")
        }
        return fields.shape[0]
    }
}
