internal import Foundation
internal import GRDB

/// How an event's id is stored: a lower-case UUID as its 16 bytes, any other id as its text.
///
/// Most producers send UUIDs, and the index that keeps events unique is most of what a batch writes. Two ids never share
/// a key, because only the one way of writing a UUID is taken for one.
enum EventKey {
    static func stored(_ id: String) -> DatabaseValue {
        uuidBytes(id)?.databaseValue ?? id.databaseValue
    }

    private static func uuidBytes(_ id: String) -> Data? {
        guard id.utf8.count == 36 else { return nil }
        var bytes = Data(capacity: 16)
        var high: UInt8?
        for (index, character) in id.utf8.enumerated() {
            if [8, 13, 18, 23].contains(index) {
                guard character == UInt8(ascii: "-") else { return nil }
                continue
            }
            guard let digit = digit(character) else { return nil }
            if let first = high {
                bytes.append(first << 4 | digit)
                high = nil
            } else {
                high = digit
            }
        }
        return bytes
    }

    private static func digit(_ character: UInt8) -> UInt8? {
        switch character {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): character - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): character - UInt8(ascii: "a") + 10
        default: nil
        }
    }
}
