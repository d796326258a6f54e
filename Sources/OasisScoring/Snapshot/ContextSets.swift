/// Sets of names (surfaces, or markets) as rows of bits; set 0 holds every name, also those that are not listed.
///
/// Bit 0 of a row stands for names that are not listed, bit i + 1 for name i.
struct ContextSets {
    /// Names in the order of their bits.
    private(set) var names: [String] = []
    private(set) var sets: [[Int]] = [[]]
    private var placeOfName: [String: Int] = [:]
    private var placeOfSet: [[Int]: UInt32] = [[]: 0]

    static func wordsPerSet(names: Int) -> Int { (names + 1 + 63) / 64 }

    var byteCount: Int { sets.count * Self.wordsPerSet(names: names.count) * 8 }

    /// The place of a set, which is added unless it is there; an empty one is everywhere.
    mutating func place(of texts: [String]) -> UInt32 {
        var members: [Int] = []
        for text in texts {
            let place = placeOfName[text] ?? names.count
            if place == names.count {
                names.append(text)
                placeOfName[text] = place
            }
            members.append(place)
        }
        members.sort()
        if let place = placeOfSet[members] { return place }
        placeOfSet[members] = UInt32(sets.count)
        sets.append(members)
        return UInt32(sets.count - 1)
    }

    func write(to bytes: UnsafeMutableRawBufferPointer) {
        let words = bytes.bindMemory(to: UInt64.self)
        let stride = Self.wordsPerSet(names: names.count)
        for word in 0..<stride { words[word] = .max }
        for (set, members) in sets.enumerated() {
            for member in members { words[set * stride + (member + 1) / 64] |= 1 << UInt64((member + 1) % 64) }
        }
    }
}

/// The same sets where they lie in a file.
struct MappedContextSets {
    let names: [String]
    private let placeOfName: [String: Int]
    private let words: UnsafePointer<UInt64>
    private let wordsPerSet: Int
    let setCount: Int

    /// Nothing when the bytes are no whole number of sets.
    init?(names: [String], bytes: UnsafeRawBufferPointer) {
        self.names = names
        placeOfName = Dictionary(names.enumerated().map { ($1, $0 + 1) }, uniquingKeysWith: { first, _ in first })
        wordsPerSet = ContextSets.wordsPerSet(names: names.count)
        guard let start = bytes.baseAddress, bytes.count > 0, bytes.count % (wordsPerSet * 8) == 0 else { return nil }
        words = start.assumingMemoryBound(to: UInt64.self)
        setCount = bytes.count / (wordsPerSet * 8)
        guard (0..<wordsPerSet).allSatisfy({ words[$0] == .max }) else { return nil }
    }

    /// The sets that one name is in.
    func membership(of name: String) -> Membership {
        let bit = placeOfName[name] ?? 0
        return Membership(words: words + bit / 64, stride: wordsPerSet, shift: UInt64(bit % 64))
    }

    /// The names of a set; none for everywhere.
    func members(of set: UInt32) -> [String] {
        guard set != 0 else { return [] }
        return names.indices.filter { membership(at: $0 + 1).isMember(of: set) }.map { names[$0] }
    }

    private func membership(at bit: Int) -> Membership {
        Membership(words: words + bit / 64, stride: wordsPerSet, shift: UInt64(bit % 64))
    }

    /// Which sets a name is in, one bit of each.
    struct Membership {
        let words: UnsafePointer<UInt64>
        let stride: Int
        let shift: UInt64

        @inline(__always)
        func isMember(of set: UInt32) -> Bool {
            words[Int(truncatingIfNeeded: set) &* stride] >> shift & 1 != 0
        }
    }
}
