internal import COasisHeader
internal import OasisMarket

extension Argument {
    /// A text of the caller's, as a value of ours.
    static func text(_ text: oasis_text, _ name: String, bytesMaximum: Int = 4_096) throws(CallFailure) -> String {
        let bytes = try array(text.bytes, text.length, name)
        guard bytes.count <= bytesMaximum else {
            throw .refused(name, nil, "must have at most \(bytesMaximum) bytes, but has \(bytes.count)")
        }
        guard let text = String(validating: UnsafeRawBufferPointer(bytes), as: UTF8.self) else {
            throw .refused(name, nil, "must be UTF-8")
        }
        return text
    }

    /// A name of the caller's.
    static func identifier<Kind>(_ text: oasis_text, _ name: String) throws(CallFailure) -> Identifier<Kind> {
        let text = try self.text(text, name)
        do throws(InvalidField) {
            return try Identifier(text)
        } catch {
            throw .refused(name, nil, error.rule)
        }
    }

    /// The bytes of names that lie one after the other, after their offsets were checked against them.
    static func names(
        _ names: oasis_text,
        _ offsets: UnsafeBufferPointer<UInt32>,
        fields: (names: String, offsets: String)
    ) throws(CallFailure) -> UnsafePointer<UInt8> {
        let bytes = try array(names.bytes, names.length, fields.names)
        for place in 1..<max(1, offsets.count) where offsets[place] < offsets[place - 1] {
            throw .refused(fields.offsets, place, "must not be below the entry before it, but is \(offsets[place])")
        }
        let end = offsets.last ?? 0
        guard end <= bytes.count else {
            throw .refused(
                fields.offsets,
                offsets.count - 1,
                "must end within the \(bytes.count) bytes of names, but ends at \(end)"
            )
        }
        guard let start = bytes.baseAddress else {
            // All names are empty; their address is never read.
            return UnsafePointer(bitPattern: 1)!
        }
        return UnsafeRawPointer(start).assumingMemoryBound(to: UInt8.self)
    }
}

/// Writes as much of a text as fits into a fixed array of characters with its NUL, never half a character.
func write<Characters>(_ text: String, to characters: inout Characters) {
    withUnsafeMutableBytes(of: &characters) { bytes in
        var text = text
        text.withUTF8 { text in
            var count = min(text.count, bytes.count - 1)
            if count < text.count { while count > 0, text[count] & 0xc0 == 0x80 { count -= 1 } }
            bytes.copyBytes(from: text[..<count])
            bytes[count] = 0
        }
    }
}
