/// `grpc-message` may hold printable ASCII alone; everything else is written as `%` and two digits for each byte.
///
/// Source: gRPC over HTTP/2, "Responses".
package enum PercentEncoding {
    /// Writes `text` so that it can stand in a header.
    package static func encode(_ text: String) -> String {
        guard text.utf8.contains(where: { !isPlain($0) }) else { return text }
        var encoded = ""
        for byte in text.utf8 {
            if isPlain(byte) {
                encoded.unicodeScalars.append(Unicode.Scalar(byte))
            } else {
                encoded += byte < 16 ? "%0" : "%"
                encoded += String(byte, radix: 16, uppercase: true)
            }
        }
        return encoded
    }

    private static func isPlain(_ byte: UInt8) -> Bool {
        (0x20...0x7e).contains(byte) && byte != UInt8(ascii: "%")
    }
}
