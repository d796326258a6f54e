/// Objects whose members are known beforehand.
extension JSONParser {
    /// Steps over an object: `read` steps over the value of each member in `names`, and is told its place there.
    ///
    /// Members of other names are read and forgotten; a key that is given twice is refused, whatever it is.
    mutating func members(
        _ names: [StaticString],
        _ read: (inout JSONParser, Int) throws(JSONFault) -> Void
    ) throws(JSONFault) {
        try descend()
        defer { ascend() }
        var seen: UInt64 = 0
        var others = JSONKeys()
        if next == UInt8(ascii: "}") {
            offset += 1
            return
        }
        while true {
            guard next == UInt8(ascii: "\"") else { throw fault("a key in double quotes should be here") }
            let start = offset
            let place = try key(names, &seen, &others, at: start)
            try colon()
            if let place { try read(&self, place) } else { _ = try value() }
            if try ends(with: UInt8(ascii: "}")) { return }
        }
    }

    private mutating func key(
        _ names: [StaticString],
        _ seen: inout UInt64,
        _ others: inout JSONKeys,
        at start: Int
    ) throws(JSONFault) -> Int? {
        let place: Int
        if let plain = plainKey(names) {
            place = plain
        } else {
            let key = try string()
            // Also a known name may be spelled with escapes.
            guard let known = names.firstIndex(where: { key == "\($0)" }) else {
                guard others.insert(key) else { throw .duplicate(key, at: start) }
                return nil
            }
            place = known
        }
        guard seen & 1 << place == 0 else { throw .duplicate("\(names[place])", at: start) }
        seen |= 1 << place
        return place
    }

    /// Steps over a key that is one of `names` letter for letter.
    private mutating func plainKey(_ names: [StaticString]) -> Int? {
        let rest = UnsafeRawBufferPointer(rebasing: bytes[(offset + 1)...])
        for (place, name) in names.enumerated() {
            let count = name.utf8CodeUnitCount
            guard rest.count > count, rest[count] == UInt8(ascii: "\"") else { continue }
            let expected = UnsafeRawBufferPointer(start: name.utf8Start, count: count)
            guard rest.prefix(count).elementsEqual(expected) else { continue }
            offset += count + 2
            return place
        }
        return nil
    }
}
