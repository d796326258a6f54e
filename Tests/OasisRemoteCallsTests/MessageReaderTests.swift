import NIOCore
import OasisRemoteCalls
import Testing

@Suite("Cutting a call's bytes into messages")
struct MessageReaderTests {
    @Test("Messages come out whole, however the bytes are cut")
    func pieces() throws {
        let messages: [[UInt8]] = [[1, 2, 3], [], [9], Array(repeating: 7, count: 300)]
        let bytes = messages.flatMap { framed($0) }
        for size in [1, 2, 3, 4, 5, 6, 7, 100, bytes.count] {
            var reader = MessageReader(bytesMaximum: 300)
            var read: [[UInt8]] = []
            for start in stride(from: 0, to: bytes.count, by: size) {
                reader.append(ByteBuffer(bytes: bytes[start..<min(start + size, bytes.count)]))
                while let message = try reader.next() { read.append(Array(message.readableBytesView)) }
            }
            #expect(read == messages, "cut into pieces of \(size)")
            #expect(!reader.isInsideMessage)
        }
    }

    @Test("A message one byte above the limit is refused before it has come")
    func limit() throws {
        var reader = MessageReader(bytesMaximum: 10)
        reader.append(ByteBuffer(bytes: framed(Array(repeating: 1, count: 10))))
        let largest = try reader.next()
        #expect(largest?.readableBytes == 10)
        reader.append(ByteBuffer(bytes: framed(Array(repeating: 1, count: 11)).prefix(5)))
        #expect(reader.isNextDecided)
        let refusal = code { () throws(RemoteFailure) in try reader.next() }
        #expect(refusal == .resourceExhausted)
    }

    @Test("A compressed message is unimplemented when its encoding is named, a fault when it is not")
    func compressed() {
        let expected: [(String?, StatusCode)] = [("gzip", .unimplemented), (nil, .internal), ("identity", .internal)]
        for (encoding, expected) in expected {
            var reader = MessageReader(bytesMaximum: 10, encoding: encoding)
            reader.append(ByteBuffer(bytes: framed([1], flag: 1)))
            let refusal = code { () throws(RemoteFailure) in try reader.next() }
            #expect(refusal == expected)
        }
    }

    @Test("A message of a call that names an encoding may come as it is")
    func uncompressed() throws {
        var reader = MessageReader(bytesMaximum: 10, encoding: "gzip")
        reader.append(ByteBuffer(bytes: framed([4])))
        let message = try reader.next()
        #expect(message == ByteBuffer(bytes: [4]))
    }

    @Test("The next message is decided once its last byte is there")
    func decided() {
        var reader = MessageReader(bytesMaximum: 10)
        for byte in framed([5, 6]).dropLast() {
            reader.append(ByteBuffer(bytes: [byte]))
            #expect(!reader.isNextDecided)
            #expect(reader.isInsideMessage)
        }
        reader.append(ByteBuffer(bytes: [6]))
        #expect(reader.isNextDecided)
    }

    @Test("A frame is a zero, the length in network order, and the message")
    func frame() {
        let framed = FramedMessage(framing: ByteBuffer(bytes: [8, 9]))
        #expect(Array(framed.buffer.readableBytesView) == [0, 0, 0, 0, 2, 8, 9])
    }
}
