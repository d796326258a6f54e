internal import OasisAllocation

/// Whether a value of a type may lie at an address.
func isAligned<Value>(_ pointer: UnsafeRawPointer, to type: Value.Type) -> Bool {
    UInt(bitPattern: pointer) % UInt(MemoryLayout<Value>.alignment) == 0
}

/// Reads arguments that point into the caller's memory, and refuses what cannot be read.
///
/// What no callee can check is whether memory is as long as its count says; `oasis.h` says so.
enum Argument {
    /// No struct of ours will ever be larger: a size above it is no size.
    private static let structBytesMaximum: UInt64 = 4_096

    /// A struct that begins with its size as the caller knows it.
    static func structure<Value: BitwiseCopyable>(
        _ pointer: UnsafePointer<Value>?,
        _ name: String
    ) throws(CallFailure) -> Value {
        guard let pointer else { throw .badArgument(name, "must not be NULL") }
        try checkSize(UnsafeRawPointer(pointer), Value.self, name)
        return pointer.pointee
    }

    /// A struct to write into; what the library does not know in it stays as it is.
    static func output<Value: BitwiseCopyable>(
        _ pointer: UnsafeMutablePointer<Value>?,
        _ name: String
    ) throws(CallFailure) -> UnsafeMutablePointer<Value> {
        guard let pointer else { throw .badArgument(name, "must not be NULL") }
        try checkSize(UnsafeRawPointer(pointer), Value.self, name, mayHaveMore: true)
        return pointer
    }

    private static func checkSize<Value>(
        _ pointer: UnsafeRawPointer,
        _ type: Value.Type,
        _ name: String,
        mayHaveMore: Bool = false
    ) throws(CallFailure) {
        guard isAligned(pointer, to: type) else { throw .badArgument(name, "must be aligned like its type") }
        let size = pointer.load(as: UInt64.self)
        let known = UInt64(MemoryLayout<Value>.size)
        guard (known...structBytesMaximum).contains(size) else {
            throw .badArgument("\(name).struct_size", "must be sizeof of the struct, \(known), but is \(size)")
        }
        guard
            mayHaveMore
                || UnsafeRawBufferPointer(start: pointer + Int(known), count: Int(size - known)).allSatisfy({ $0 == 0 })
        else {
            throw .badArgument(
                "\(name).struct_size",
                "says \(size) where this library knows \(known), and what lies beyond is not zero: the library is too old"
            )
        }
    }

    /// An array that must be there unless it is empty.
    static func array<Element: BitwiseCopyable>(
        _ pointer: UnsafePointer<Element>?,
        _ count: UInt64,
        _ name: String
    ) throws(CallFailure) -> UnsafeBufferPointer<Element> {
        guard let array = try optionalArray(pointer, count, name) else {
            guard count == 0 else { throw .badArgument(name, "must not be NULL") }
            return UnsafeBufferPointer(start: nil, count: 0)
        }
        return array
    }

    /// An array that may be left out.
    static func optionalArray<Element: BitwiseCopyable>(
        _ pointer: UnsafePointer<Element>?,
        _ count: UInt64,
        _ name: String
    ) throws(CallFailure) -> UnsafeBufferPointer<Element>? {
        guard let pointer else { return nil }
        guard isAligned(UnsafeRawPointer(pointer), to: Element.self) else {
            throw .badArgument(name, "must be aligned like its elements")
        }
        guard count <= UInt64(Int.max / MemoryLayout<Element>.stride) else {
            throw .badArgument(name, "cannot have \(count) elements")
        }
        return UnsafeBufferPointer(start: pointer, count: Int(count))
    }

    /// An array to write into, which must be there unless it is empty.
    static func output<Element: BitwiseCopyable>(
        _ pointer: UnsafeMutablePointer<Element>?,
        _ count: UInt64,
        _ name: String
    ) throws(CallFailure) -> UnsafeMutableBufferPointer<Element> {
        UnsafeMutableBufferPointer(mutating: try array(UnsafePointer(pointer), count, name))
    }

    /// An array to write into, which may be left out.
    static func optionalOutput<Element: BitwiseCopyable>(
        _ pointer: UnsafeMutablePointer<Element>?,
        _ count: UInt64,
        _ name: String
    ) throws(CallFailure) -> UnsafeMutableBufferPointer<Element>? {
        try optionalArray(UnsafePointer(pointer), count, name).map { UnsafeMutableBufferPointer(mutating: $0) }
    }
}

/// Memory of the caller's, which stays as it is until the call returns: nobody has to keep it alive.
private final class CallersMemory {}

extension Column {
    /// Borrows an array of the caller's for the length of a call.
    init(borrowing elements: UnsafeBufferPointer<Element>) {
        // An empty array may be NULL, which the column replaces by an address that it never reads.
        self.init(unsafeElements: elements, owner: CallersMemory())
    }
}
