/// The keys of one object, to find one that is given twice.
///
/// Two keys are the same when their UTF-8 bytes are, as RFC 8259 compares them; Swift's `==` would take "é" written with
/// one code point and with two for the same.
struct JSONKeys {
    private struct Key: Hashable {
        var text: String

        static func == (left: Key, right: Key) -> Bool {
            left.text == right.text && left.text.utf8.elementsEqual(right.text.utf8)
        }

        func hash(into hasher: inout Hasher) {
            var text = text
            text.withUTF8 { hasher.combine(bytes: UnsafeRawBufferPointer($0)) }
        }
    }

    /// Objects of ordinary size are quicker to look through than to hash.
    private static let fewMaximum = 12

    private var few: [Key] = []
    private var many: Set<Key> = []

    /// Adds a key; false when it was there already.
    mutating func insert(_ text: String) -> Bool {
        let key = Key(text: text)
        if many.isEmpty {
            if few.contains(key) { return false }
            few.append(key)
            if few.count > Self.fewMaximum { many = Set(few) }
            return true
        }
        return many.insert(key).inserted
    }
}

extension JSONFault {
    /// A key that its object has already.
    static func duplicate(_ key: String, at offset: Int) -> JSONFault {
        JSONFault(offset: offset, finding: "the key \"\(key.prefix(100))\" is given twice")
    }
}
