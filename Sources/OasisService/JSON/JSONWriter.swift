package import NIOCore

/// Writes JSON members in the order given, numbers as their shortest text that reads back as the same number.
package struct JSONWriter {
    /// What was written.
    package private(set) var buffer = ByteBuffer()
    private var needsComma = false

    /// An empty document.
    package init() {}

    /// An object, whose members `body` writes.
    package mutating func object(_ body: (inout JSONWriter) throws -> Void) rethrows {
        try enclosed("{", "}", body)
    }

    /// An array, whose elements `body` writes.
    package mutating func array(_ body: (inout JSONWriter) throws -> Void) rethrows {
        try enclosed("[", "]", body)
    }

    private mutating func enclosed(
        _ opening: StaticString,
        _ closing: StaticString,
        _ body: (inout JSONWriter) throws -> Void
    ) rethrows {
        separate()
        buffer.writeStaticString(opening)
        needsComma = false
        try body(&self)
        buffer.writeStaticString(closing)
        needsComma = true
    }

    private mutating func separate() {
        if needsComma { buffer.writeInteger(UInt8(ascii: ",")) }
        needsComma = true
    }

    /// A member's key; its value must follow.
    package mutating func key(_ key: String) {
        separate()
        quoted(key)
        buffer.writeInteger(UInt8(ascii: ":"))
        needsComma = false
    }

    /// A string.
    package mutating func string(_ text: String) {
        separate()
        quoted(text)
    }

    /// A whole number.
    package mutating func number(_ value: some BinaryInteger) {
        separate()
        buffer.writeString(String(value))
    }

    /// A number; null when it is not finite.
    package mutating func number(_ value: Double) {
        separate()
        buffer.writeString(value.isFinite ? value.description : "null")
    }

    /// A number; null when it is not finite.
    package mutating func number(_ value: Float) {
        separate()
        buffer.writeString(value.isFinite ? value.description : "null")
    }

    /// True or false.
    package mutating func bool(_ value: Bool) {
        separate()
        buffer.writeStaticString(value ? "true" : "false")
    }

    /// Null.
    package mutating func null() {
        separate()
        buffer.writeStaticString("null")
    }

    /// A member with a string, or null.
    package mutating func member(_ key: String, _ text: String?) {
        self.key(key)
        if let text { string(text) } else { null() }
    }

    /// A member with a whole number, or null.
    package mutating func member<Whole: BinaryInteger>(_ key: String, _ value: Whole?) {
        self.key(key)
        if let value { number(value) } else { null() }
    }

    /// A member with a number, or null.
    package mutating func member(_ key: String, _ value: Double?) {
        self.key(key)
        if let value { number(value) } else { null() }
    }

    /// A member with true or false.
    package mutating func member(_ key: String, _ value: Bool) {
        self.key(key)
        bool(value)
    }

    /// A member with an array; `body` writes each element.
    package mutating func member<Element>(
        _ key: String,
        each elements: some Sequence<Element>,
        _ body: (inout JSONWriter, Element) -> Void
    ) {
        self.key(key)
        array { writer in for element in elements { body(&writer, element) } }
    }

    /// Any document.
    package mutating func value(_ value: JSONValue) {
        switch value {
        case .null: null()
        case .bool(let bool): self.bool(bool)
        case .integer(let integer): number(integer)
        case .number(let number): self.number(number)
        case .string(let text): string(text)
        case .array(let elements): array { writer in for element in elements { writer.value(element) } }
        case .object(let members):
            object { writer in
                for member in members {
                    writer.key(member.key)
                    writer.value(member.value)
                }
            }
        }
    }

    private mutating func quoted(_ text: String) {
        buffer.writeInteger(UInt8(ascii: "\""))
        if text.utf8.contains(where: { $0 < 0x20 || $0 == UInt8(ascii: "\"") || $0 == UInt8(ascii: "\\") }) {
            for byte in text.utf8 { escaped(byte) }
        } else {
            buffer.writeString(text)
        }
        buffer.writeInteger(UInt8(ascii: "\""))
    }

    private mutating func escaped(_ byte: UInt8) {
        switch byte {
        case UInt8(ascii: "\""): buffer.writeStaticString("\\\"")
        case UInt8(ascii: "\\"): buffer.writeStaticString("\\\\")
        case UInt8(ascii: "\n"): buffer.writeStaticString("\\n")
        case UInt8(ascii: "\r"): buffer.writeStaticString("\\r")
        case UInt8(ascii: "\t"): buffer.writeStaticString("\\t")
        case 0..<0x20: buffer.writeString("\\u00" + (byte < 16 ? "0" : "") + String(byte, radix: 16))
        default: buffer.writeInteger(byte)
        }
    }
}
