/// A set of event keys in one block of memory, open addressing at half load.
struct EventSet: Sendable {
    /// High and low words, one pair for each slot; a low word of zero, which no key has, is free.
    private var slots: [UInt64]
    private(set) var count = 0
    private let leastSlots: Int

    /// An empty set with room for `capacity` keys before it grows.
    init(capacity: Int = 1_024) {
        var size = 2_048
        while size < 2 * capacity { size *= 2 }
        leastSlots = size
        slots = [UInt64](repeating: 0, count: 2 * size)
    }

    /// Whether `key` is there.
    func contains(_ key: EventKey) -> Bool {
        slots.withUnsafeBufferPointer { slots in
            let place = Self.place(of: key, in: slots)
            return slots[place + 1] != 0
        }
    }

    /// Adds a key; false when it was there.
    mutating func insert(_ key: EventKey) -> Bool {
        if 4 * (count + 1) > slots.count { grow() }
        let isNew = slots.withUnsafeMutableBufferPointer { slots in
            let place = Self.place(of: key, in: UnsafeBufferPointer(slots))
            guard slots[place + 1] == 0 else { return false }
            (slots[place], slots[place + 1]) = (key.high, key.low)
            return true
        }
        if isNew { count += 1 }
        return isNew
    }

    /// The set without `keys`; costs as much as the set is large.
    func subtracting(_ keys: [EventKey]) -> EventSet {
        let gone = Set(keys)
        var rest = EventSet(capacity: leastSlots / 2)
        for key in self.keys where !gone.contains(key) { _ = rest.insert(key) }
        return rest
    }

    /// Every key, in no order.
    var keys: some Sequence<EventKey> {
        stride(from: 0, to: slots.count, by: 2).lazy
            .filter { slots[$0 + 1] != 0 }
            .map { EventKey(high: slots[$0], low: slots[$0 + 1]) }
    }

    private mutating func grow() {
        var larger = EventSet(capacity: slots.count / 2)
        for key in keys { _ = larger.insert(key) }
        self = larger
    }

    /// The slot that holds `key`, or the free one where it belongs.
    private static func place(of key: EventKey, in slots: UnsafeBufferPointer<UInt64>) -> Int {
        let mask = slots.count - 2
        var place = Int(truncatingIfNeeded: key.low) & mask
        while slots[place + 1] != 0, slots[place] != key.high || slots[place + 1] != key.low {
            place = (place + 2) & mask
        }
        return place
    }
}

/// Says of a key that it is surely not in a set, or that it may be; wrong about few of those that are not.
///
/// A Bloom filter of 64-byte blocks, ten bits a key, seven of them set: one cache line a question. Source: Putze, Sanders
/// and Singler, "Cache-, hash- and space-efficient Bloom filters" (2007).
struct EventFilter: Sendable {
    private static let wordsPerBlock = 8
    /// Nine bits of the key's low word name each.
    private static let bitsPerKey = 7

    /// Blocks of eight words.
    private(set) var words: [UInt64]

    /// An empty filter for `count` keys.
    init(count: Int) {
        words = [UInt64](repeating: 0, count: max(1, (10 * count + 511) / 512) * Self.wordsPerBlock)
    }

    /// A filter that was written before.
    init(words: [UInt64]) {
        self.words = words
    }

    mutating func insert(_ key: EventKey) {
        let block = block(of: key)
        var bits = key.low >> 1
        for _ in 0..<Self.bitsPerKey {
            words[block + Int(bits >> 6 & 7)] |= 1 << (bits & 63)
            bits >>= 9
        }
    }

    func mayContain(_ key: EventKey) -> Bool {
        let block = block(of: key)
        return words.withUnsafeBufferPointer { words in
            var bits = key.low >> 1
            for _ in 0..<Self.bitsPerKey {
                guard words[block + Int(bits >> 6 & 7)] & 1 << (bits & 63) != 0 else { return false }
                bits >>= 9
            }
            return true
        }
    }

    private func block(of key: EventKey) -> Int {
        let blocks = UInt64(words.count / Self.wordsPerBlock)
        return Int(key.high.multipliedFullWidth(by: blocks).high) * Self.wordsPerBlock
    }
}
