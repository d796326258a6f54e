internal import Foundation
internal import GRDB
internal import OasisMarket

/// How an event's id is stored: a lower-case UUID as its 16 bytes, any other id as its text.
///
/// Most producers send UUIDs. Two ids are never stored alike, because only the one way of writing a UUID is taken for
/// one.
enum StoredID {
    /// The first and the last eight bytes of a UUID.
    case uuid(UInt64, UInt64)
    case text(String)

    /// The stored form of an id.
    init(_ id: String) {
        var copy = id
        self = copy.withUTF8(Self.uuid) ?? .text(id)
    }

    /// The stored form as it was read back.
    init(_ value: DatabaseValue) {
        switch value.storage {
        case .blob(let bytes) where bytes.count == 16:
            self = bytes.withUnsafeBytes { bytes in
                .uuid(
                    UInt64(bigEndian: bytes.loadUnaligned(as: UInt64.self)),
                    UInt64(bigEndian: bytes.loadUnaligned(fromByteOffset: 8, as: UInt64.self))
                )
            }
        default: self = .text(String.fromDatabaseValue(value) ?? "")
        }
    }

    var databaseValue: DatabaseValue {
        switch self {
        case .uuid(let high, let low):
            withUnsafeBytes(of: (high.bigEndian, low.bigEndian)) { Data($0) }.databaseValue
        case .text(let text): text.databaseValue
        }
    }

    /// Whether it is stored as text.
    var isText: Bool {
        if case .text = self { true } else { false }
    }

    private static func uuid(_ text: UnsafeBufferPointer<UInt8>) -> StoredID? {
        guard text.count == 36 else { return nil }
        var words: (UInt64, UInt64) = (0, 0)
        for (index, character) in text.enumerated() {
            if index == 8 || index == 13 || index == 18 || index == 23 {
                guard character == UInt8(ascii: "-") else { return nil }
                continue
            }
            guard let digit = digit(character) else { return nil }
            if index < 18 { words.0 = words.0 << 4 | digit } else { words.1 = words.1 << 4 | digit }
        }
        return .uuid(words.0, words.1)
    }

    private static func digit(_ character: UInt8) -> UInt64? {
        switch character {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): UInt64(character - UInt8(ascii: "0"))
        case UInt8(ascii: "a")...UInt8(ascii: "f"): UInt64(character - UInt8(ascii: "a") + 10)
        default: nil
        }
    }
}

extension StoredID: Comparable {
    /// SQLite's order: texts by their bytes, then UUIDs by theirs.
    static func < (left: StoredID, right: StoredID) -> Bool {
        switch (left, right) {
        case (.text(let left), .text(let right)): left.utf8.lexicographicallyPrecedes(right.utf8)
        case (.uuid(let high, let low), .uuid(let otherHigh, let otherLow)): (high, low) < (otherHigh, otherLow)
        case (.text, .uuid): true
        case (.uuid, .text): false
        }
    }
}

/// The bytes of many ids side by side, so that they stay where they are while a statement looks at them.
struct StoredIDs {
    private var bytes: [UInt8] = []
    private var ends: [Int] = []

    /// Gathers ids in their order.
    init(_ ids: some Collection<StoredID>) {
        bytes.reserveCapacity(24 * ids.count)
        ends.reserveCapacity(ids.count)
        for id in ids {
            switch id {
            case .uuid(let high, let low):
                withUnsafeBytes(of: (high.bigEndian, low.bigEndian)) { bytes.append(contentsOf: $0) }
            case .text(var text): text.withUTF8 { bytes.append(contentsOf: $0) }
            }
            ends.append(bytes.count)
        }
    }

    /// Hands a look-up of an id's bytes to `body`, which must not keep it.
    func withBytes<Value>(_ body: ((Int) -> UnsafeRawBufferPointer) throws -> Value) rethrows -> Value {
        try bytes.withUnsafeBytes { bytes in
            try body { index in
                UnsafeRawBufferPointer(rebasing: bytes[(index == 0 ? 0 : ends[index - 1])..<ends[index]])
            }
        }
    }
}

/// What an event is recognised by: 127 bits of hash over its source and its id, and a bit that is always set.
///
/// Two events share a key by chance once in 2¹²⁷ pairs: among ten billion events, with a probability below 10⁻¹⁸.
struct EventKey: Hashable {
    let high: UInt64
    let low: UInt64

    init(high: UInt64, low: UInt64) {
        self.high = high
        self.low = low
    }

    /// The key of an id from the source with this number.
    init(source: Int64, _ id: StoredID) {
        // Keyed by `oasis-ev` and `ent keys`, and by whether bytes are a UUID or a text that happens to be as long.
        let first = 0x6f61_7369_732d_6576 ^ UInt64(bitPattern: source)
        let second = 0x656e_7420_6b65_7973 ^ UInt64(bitPattern: source)
        switch id {
        case .uuid(let start, let end):
            high = StableHash(key0: first, key1: 1).hash(start, end)
            low = StableHash(key0: second, key1: 2).hash(start, end) | 1
        case .text(let text):
            high = StableHash(key0: first, key1: 3).hash(text)
            low = StableHash(key0: second, key1: 4).hash(text) | 1
        }
    }
}
