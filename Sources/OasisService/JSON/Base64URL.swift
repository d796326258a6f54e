/// Bytes as text for URLs and JSON, without padding (RFC 4648, section 5).
package enum Base64URL {
    private static let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_".utf8)

    private static let values: [UInt8] = {
        var values = [UInt8](repeating: 0xff, count: 256)
        for (value, letter) in alphabet.enumerated() { values[Int(letter)] = UInt8(value) }
        return values
    }()

    /// Both letters of every twelve bits, the first in the lower byte.
    private static let pairs: [UInt16] = (0..<4_096)
        .map { UInt16(alphabet[$0 >> 6]) | UInt16(alphabet[$0 & 63]) << 8 }

    /// The text of `bytes`.
    package static func encode(_ bytes: [UInt8]) -> String {
        let length = encodedLength(bytes.count)
        return String(unsafeUninitializedCapacity: length) { text in
            encode(bytes, into: UnsafeMutableRawBufferPointer(text))
        }
    }

    /// How many letters `count` bytes take.
    static func encodedLength(_ count: Int) -> Int { (count * 4 + 2) / 3 }

    /// Writes the text of `bytes` to the beginning of `text`, which has room for it; gives its length.
    static func encode(_ bytes: [UInt8], into text: UnsafeMutableRawBufferPointer) -> Int {
        precondition(text.count >= encodedLength(bytes.count))
        return bytes.withUnsafeBufferPointer { bytes in
            pairs.withUnsafeBufferPointer { pairs in
                let whole = bytes.count / 3
                for group in 0..<whole {
                    let first = UInt32(bytes[group * 3]) << 16
                    let three = first | UInt32(bytes[group * 3 + 1]) << 8 | UInt32(bytes[group * 3 + 2])
                    let four = UInt32(pairs[Int(three >> 12)]) | UInt32(pairs[Int(three & 0xfff)]) << 16
                    text.storeBytes(of: four.littleEndian, toByteOffset: group * 4, as: UInt32.self)
                }
                return whole * 4 + encodeRest(bytes[(whole * 3)...], into: text, at: whole * 4)
            }
        }
    }

    private static func encodeRest(
        _ bytes: Slice<UnsafeBufferPointer<UInt8>>,
        into text: UnsafeMutableRawBufferPointer,
        at start: Int
    ) -> Int {
        guard let first = bytes.first else { return 0 }
        let second = bytes.dropFirst().first
        let bits = Int(first) << 16 | Int(second ?? 0) << 8
        let letters = [bits >> 18, bits >> 12 & 63, bits >> 6 & 63].prefix(second == nil ? 2 : 3)
        for (place, value) in letters.enumerated() { text[start + place] = alphabet[value] }
        return letters.count
    }

    /// The bytes behind `text`; nothing when it is no such text.
    ///
    /// Each byte string has exactly one text.
    package static func decode(_ text: String) -> [UInt8]? {
        var bytes: [UInt8] = []
        var (held, bits): (UInt32, UInt32) = (0, 0)
        for letter in text.utf8 {
            let value = values[Int(letter)]
            guard value != 0xff else { return nil }
            held = held << 6 | UInt32(value)
            bits += 6
            if bits >= 8 {
                bits -= 8
                bytes.append(UInt8(truncatingIfNeeded: held >> bits))
            }
        }
        guard bits < 6, held & (1 << bits - 1) == 0 else { return nil }
        return bytes
    }
}
