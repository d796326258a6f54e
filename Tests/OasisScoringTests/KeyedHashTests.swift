import Crypto
import OasisMarket
import OasisScoring
import Testing

@Suite("Keyed hashes")
struct KeyedHashTests {
    private func bytes(_ digits: String) -> [UInt8] {
        let digits = Array(digits.utf8)
        return stride(from: 0, to: digits.count, by: 2)
            .compactMap { UInt8(String(decoding: digits[$0..<($0 + 2)], as: UTF8.self), radix: 16) }
    }

    // RFC 4231, sections 4.2, 4.3, 4.4 and 4.7.
    @Test(
        "They give the codes of RFC 4231",
        arguments: [
            (
                [UInt8](repeating: 0x0b, count: 20), Array("Hi There".utf8),
                "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7"
            ),
            (
                Array("Jefe".utf8), Array("what do ya want for nothing?".utf8),
                "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"
            ),
            (
                [UInt8](repeating: 0xaa, count: 20), [UInt8](repeating: 0xdd, count: 50),
                "773ea91e36800e46854db8ebd09181a72959098b3ef8c122d9635514ced565fe"
            ),
            (
                [UInt8](repeating: 0xaa, count: 131),
                Array("Test Using Larger Than Block-Size Key - Hash Key First".utf8),
                "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54"
            ),
        ]
    )
    func standard(secret: [UInt8], message: [UInt8], code: String) {
        #expect(KeyedHash(secret: secret).code(of: message) == bytes(code))
    }

    @Test("They agree with another implementation for secrets and messages of every length")
    func everyLength() {
        var random = SeededGenerator(seed: 11)
        for length in 0..<300 {
            let secret = (0..<random.index(below: 150)).map { _ in UInt8(random.index(below: 256)) }
            let message = (0..<length).map { _ in UInt8(random.index(below: 256)) }
            let theirs = HMAC<SHA256>.authenticationCode(for: message, using: SymmetricKey(data: secret))
            #expect(KeyedHash(secret: secret).code(of: message) == Array(theirs))
        }
    }

    @Test("A code may be cut, and is then the beginning of the whole one")
    func cut() {
        let hash = KeyedHash(secret: Array("secret".utf8))
        let message = Array("message".utf8)
        var code = [UInt8](repeating: 0, count: 14)
        code.withUnsafeMutableBytes { code in message.withUnsafeBytes { hash.sign($0, into: code) } }
        #expect(code == Array(hash.code(of: message).prefix(14)))
    }
}
