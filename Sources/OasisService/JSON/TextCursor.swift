internal import OasisMarket

/// Writes text into memory that the caller made large enough, without a check and a call for each piece.
///
/// The invariant of everything here: `ScoreMessage.reply`, the only user, adds up the most bytes that each piece can take
/// before it begins, and debug builds check each write against that.
struct TextCursor {
    private let memory: UnsafeMutableRawBufferPointer
    /// Bytes written.
    private(set) var count = 0

    init(_ memory: UnsafeMutableRawBufferPointer) {
        self.memory = memory
    }

    @inline(__always)
    private mutating func append(_ bytes: UnsafeRawBufferPointer) {
        UnsafeMutableRawBufferPointer(rebasing: memory[count..<(count + bytes.count)]).copyMemory(from: bytes)
        count += bytes.count
    }

    @inline(__always)
    mutating func append(_ text: StaticString) {
        append(UnsafeRawBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
    }

    /// Text that needs no escaping.
    @inline(__always)
    mutating func append(plain text: String) {
        var text = text
        text.withUTF8 { append(UnsafeRawBufferPointer($0)) }
    }

    /// A name, which by its rule has no character that JSON escapes.
    @inline(__always)
    mutating func append<Kind>(_ name: Identifier<Kind>) {
        append(plain: name.text)
    }

    /// The shortest text that reads back as the same number; null when it is not finite.
    mutating func append(_ number: Float) {
        if number.isFinite { append(plain: number.description) } else { append("null") }
    }

    /// The shortest text that reads back as the same number; null when it is not finite.
    mutating func append(_ number: Double) {
        if number.isFinite { append(plain: number.description) } else { append("null") }
    }

    mutating func append(_ number: Int64) {
        var rest = number.magnitude
        if number < 0 { append("-") }
        let start = count
        repeat {
            let (quotient, digit) = rest.quotientAndRemainder(dividingBy: 10)
            memory[count] = UInt8(ascii: "0") + UInt8(truncatingIfNeeded: digit)
            count += 1
            rest = quotient
        } while rest > 0
        memory[start..<count].reverse()
    }

    /// Bytes in base64url, without padding.
    mutating func append(base64URL bytes: [UInt8]) {
        count += Base64URL.encode(bytes, into: UnsafeMutableRawBufferPointer(rebasing: memory[count...]))
    }
}
