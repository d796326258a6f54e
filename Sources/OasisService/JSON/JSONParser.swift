package import NIOCore

/// Why a text is not JSON.
package struct JSONFault: Error, Hashable, Sendable {
    /// Offset in bytes from the start.
    package var offset: Int
    /// What is wrong there, as half a sentence.
    package var finding: String

    /// Says what is wrong where.
    package init(offset: Int, finding: String) {
        self.offset = offset
        self.finding = finding
    }
}

/// Reads JSON strictly as RFC 8259 has it: UTF-8 alone, no comments, no trailing commas, no duplicate keys.
package struct JSONParser {
    /// Deepest nesting that is read; more is refused, so that a hostile text cannot exhaust the stack.
    package static let depthMaximum = 64

    /// The text; it stays where it is for as long as the parser lives, because `glance` alone makes parsers.
    let bytes: UnsafeRawBufferPointer
    /// Where it reads next.
    var offset = 0
    private var depth = 0

    private init(_ bytes: UnsafeRawBufferPointer) {
        self.bytes = bytes
    }

    /// Reads one document, whose value `body` steps over; nothing but space may stand around it.
    package static func read<Value>(
        _ bytes: RawSpan,
        _ body: (inout JSONParser) throws(JSONFault) -> Value
    ) throws(JSONFault) -> Value {
        try glance(at: bytes) { parser throws(JSONFault) in
            let value = try body(&parser)
            parser.skipSpace()
            guard parser.next == nil else { throw parser.fault("there is more after the document's end") }
            return value
        }
    }

    /// Reads the beginning of a document, as far as `body` likes.
    static func glance<Value>(
        at bytes: RawSpan,
        _ body: (inout JSONParser) throws(JSONFault) -> Value
    ) throws(JSONFault) -> Value {
        try bytes.withUnsafeBytes { bytes throws(JSONFault) in
            var parser = JSONParser(bytes)
            parser.skipSpace()
            guard parser.next != nil else { throw parser.fault("the text is empty") }
            return try body(&parser)
        }
    }

    /// Reads one document.
    package static func parse(_ bytes: [UInt8]) throws(JSONFault) -> JSONValue {
        try read(bytes.span.bytes) { parser throws(JSONFault) in try parser.value() }
    }

    /// Reads one document from a text.
    package static func parse(_ text: String) throws(JSONFault) -> JSONValue {
        try parse(Array(text.utf8))
    }

    /// Reads one document from a buffer's readable bytes.
    package static func parse(_ buffer: ByteBuffer) throws(JSONFault) -> JSONValue {
        try read(buffer.readableBytesSpan) { parser throws(JSONFault) in try parser.value() }
    }

    var next: UInt8? { offset < bytes.count ? bytes[offset] : nil }

    func fault(_ finding: String) -> JSONFault { JSONFault(offset: offset, finding: finding) }

    mutating func skipSpace() {
        while offset < bytes.count {
            switch bytes[offset] {
            case 0x20, 0x09, 0x0a, 0x0d: offset += 1
            default: return
            }
        }
    }

    /// Steps over any value.
    mutating func value() throws(JSONFault) -> JSONValue {
        guard let next else { throw fault("the text ends where a value should be") }
        switch next {
        case UInt8(ascii: "{"): return try object()
        case UInt8(ascii: "["): return try array()
        case UInt8(ascii: "\""): return .string(try string())
        case UInt8(ascii: "t"): return try word("true", .bool(true))
        case UInt8(ascii: "f"): return try word("false", .bool(false))
        case UInt8(ascii: "n"): return try word("null", .null)
        case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): return try number()
        default: throw fault("no value starts like this")
        }
    }

    private mutating func word(_ word: StaticString, _ value: JSONValue) throws(JSONFault) -> JSONValue {
        let expected = UnsafeBufferPointer(start: word.utf8Start, count: word.utf8CodeUnitCount)
        guard bytes[offset...].starts(with: expected) else { throw fault("no value starts like this") }
        offset += expected.count
        return value
    }

    /// Steps into an array or object; `ascend` goes with it.
    mutating func descend() throws(JSONFault) {
        depth += 1
        if depth > Self.depthMaximum { throw fault("nesting is deeper than \(Self.depthMaximum)") }
        offset += 1
        skipSpace()
    }

    /// Leaves an array or object.
    mutating func ascend() {
        depth -= 1
    }

    private mutating func array() throws(JSONFault) -> JSONValue {
        try descend()
        defer { ascend() }
        var elements: [JSONValue] = []
        if next == UInt8(ascii: "]") {
            offset += 1
            return .array(elements)
        }
        while true {
            elements.append(try value())
            if try ends(with: UInt8(ascii: "]")) { return .array(elements) }
        }
    }

    private mutating func object() throws(JSONFault) -> JSONValue {
        try descend()
        defer { ascend() }
        var members: [JSONValue.Member] = []
        var keys = JSONKeys()
        if next == UInt8(ascii: "}") {
            offset += 1
            return .object(members)
        }
        while true {
            guard next == UInt8(ascii: "\"") else { throw fault("a key in double quotes should be here") }
            let start = offset
            let key = try string()
            guard keys.insert(key) else { throw .duplicate(key, at: start) }
            try colon()
            members.append(JSONValue.Member(key, try value()))
            if try ends(with: UInt8(ascii: "}")) { return .object(members) }
        }
    }

    /// Steps over the colon behind a key.
    mutating func colon() throws(JSONFault) {
        skipSpace()
        guard next == UInt8(ascii: ":") else { throw fault("a colon should be here") }
        offset += 1
        skipSpace()
    }

    /// Steps over a comma (false) or over the closing bracket (true).
    mutating func ends(with bracket: UInt8) throws(JSONFault) -> Bool {
        skipSpace()
        switch next {
        case bracket:
            offset += 1
            return true
        case UInt8(ascii: ","):
            offset += 1
            skipSpace()
            return false
        default:
            throw fault("a comma or \"\(Unicode.Scalar(bracket))\" should be here")
        }
    }
}

extension JSONParser {
    private mutating func number() throws(JSONFault) -> JSONValue {
        let start = offset
        if next == UInt8(ascii: "-") { offset += 1 }
        let whole = digits()
        guard whole > 0 else { throw fault("a digit should be here") }
        guard whole == 1 || bytes[offset - whole] != UInt8(ascii: "0") else {
            throw JSONFault(offset: start, finding: "a number may not start with 0")
        }
        var isWhole = true
        if next == UInt8(ascii: ".") {
            isWhole = false
            offset += 1
            guard digits() > 0 else { throw fault("a digit should be here") }
        }
        if next == UInt8(ascii: "e") || next == UInt8(ascii: "E") {
            isWhole = false
            offset += 1
            if next == UInt8(ascii: "+") || next == UInt8(ascii: "-") { offset += 1 }
            guard digits() > 0 else { throw fault("a digit should be here") }
        }
        let text = String(decoding: bytes[start..<offset], as: UTF8.self)
        if isWhole, let integer = Int64(text) { return .integer(integer) }
        guard let number = Double(text), number.isFinite else {
            throw JSONFault(offset: start, finding: "the number is out of range")
        }
        return .number(number)
    }

    private mutating func digits() -> Int {
        let start = offset
        while let byte = next, byte >= UInt8(ascii: "0"), byte <= UInt8(ascii: "9") { offset += 1 }
        return offset - start
    }

    /// Steps over a string.
    mutating func string() throws(JSONFault) -> String {
        guard next == UInt8(ascii: "\"") else { throw fault("a string in double quotes should be here") }
        offset += 1
        let start = offset
        while let byte = next {
            switch byte {
            case UInt8(ascii: "\""):
                let text = try utf8(bytes[start..<offset], at: start)
                offset += 1
                return text
            case UInt8(ascii: "\\"):
                return try escapedString(from: start)
            case 0..<0x20:
                throw fault("a control character must be escaped")
            default:
                offset += 1
            }
        }
        throw fault("the text ends inside a string")
    }

    private mutating func escapedString(from start: Int) throws(JSONFault) -> String {
        var unescaped = Array(bytes[start..<offset])
        while let byte = next {
            switch byte {
            case UInt8(ascii: "\""):
                offset += 1
                return try utf8(unescaped, at: start)
            case UInt8(ascii: "\\"):
                offset += 1
                unescaped.append(contentsOf: Array(String(try escape()).utf8))
            case 0..<0x20:
                throw fault("a control character must be escaped")
            default:
                unescaped.append(byte)
                offset += 1
            }
        }
        throw fault("the text ends inside a string")
    }

    private func utf8(_ slice: some Collection<UInt8>, at start: Int) throws(JSONFault) -> String {
        guard let text = String(validating: slice, as: UTF8.self) else {
            throw JSONFault(offset: start, finding: "the string is not UTF-8")
        }
        return text
    }

    private mutating func escape() throws(JSONFault) -> Unicode.Scalar {
        guard let byte = next else { throw fault("the text ends inside a string") }
        offset += 1
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): return Unicode.Scalar(byte)
        case UInt8(ascii: "b"): return "\u{8}"
        case UInt8(ascii: "f"): return "\u{c}"
        case UInt8(ascii: "n"): return "\n"
        case UInt8(ascii: "r"): return "\r"
        case UInt8(ascii: "t"): return "\t"
        case UInt8(ascii: "u"): return try unicodeEscape()
        default: throw fault("no escape looks like this")
        }
    }

    private mutating func unicodeEscape() throws(JSONFault) -> Unicode.Scalar {
        let first = try fourHexDigits()
        if let scalar = Unicode.Scalar(first) { return scalar }
        guard (0xd800..<0xdc00).contains(first), next == UInt8(ascii: "\\") else {
            throw fault("half a surrogate pair")
        }
        offset += 1
        guard next == UInt8(ascii: "u") else { throw fault("half a surrogate pair") }
        offset += 1
        let second = try fourHexDigits()
        guard (0xdc00..<0xe000).contains(second),
            let scalar = Unicode.Scalar(0x1_0000 + (first - 0xd800) << 10 + (second - 0xdc00))
        else { throw fault("half a surrogate pair") }
        return scalar
    }

    private mutating func fourHexDigits() throws(JSONFault) -> UInt32 {
        var value: UInt32 = 0
        for _ in 0..<4 {
            guard let byte = next, let digit = Character(Unicode.Scalar(byte)).hexDigitValue else {
                throw fault("four hexadecimal digits should be here")
            }
            value = value << 4 | UInt32(digit)
            offset += 1
        }
        return value
    }
}
