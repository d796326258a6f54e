import Foundation
import Testing

/// A socket to a port of this machine, used from threads of its own so that waiting never starves the server under test.
final class Socket: Sendable {
    private let descriptor: Int32

    init(port: Int, timeoutSeconds: Int = 10) throws {
        descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var timeout = timeval(tv_sec: timeoutSeconds, tv_usec: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &timeout, socklen_t(MemoryLayout<timeval>.size))
        setsockopt(descriptor, SOL_SOCKET, SO_SNDTIMEO, &timeout, socklen_t(MemoryLayout<timeval>.size))
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = UInt16(port).bigEndian
        address.sin_addr.s_addr = inet_addr("127.0.0.1")
        let result = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        guard result == 0 else { throw POSIXError(.init(rawValue: errno) ?? .ECONNREFUSED) }
    }

    deinit { close(descriptor) }

    /// Sends everything, or as much as the other side takes before it closes.
    func send(_ text: String) {
        let bytes = Array(text.utf8)
        var sent = 0
        while sent < bytes.count {
            let count = bytes[sent...].withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) }
            guard count > 0 else { return }
            sent += count
        }
    }

    /// One answer; nothing when the connection was closed before it.
    func receive(withoutBody: Bool = false) -> Answer? {
        var head: [UInt8] = []
        while !head.suffix(4).elementsEqual(Array("\r\n\r\n".utf8)) {
            guard let byte = read(1)?.first else { return nil }
            head.append(byte)
        }
        var lines = String(decoding: head, as: UTF8.self).components(separatedBy: "\r\n")
        let status = Int(lines.removeFirst().split(separator: " ")[1]) ?? 0
        if status == 100 { return Answer(status: status, headers: [:], body: "") }
        var headers: [String: String] = [:]
        for line in lines where line.contains(":") {
            let parts = line.split(separator: ":", maxSplits: 1)
            headers[parts[0].lowercased()] = parts[1].trimmingCharacters(in: .whitespaces)
        }
        let length = withoutBody ? 0 : headers["content-length"].flatMap(Int.init) ?? 0
        guard let body = read(length) else { return nil }
        return Answer(status: status, headers: headers, body: String(decoding: body, as: UTF8.self))
    }

    /// Whether the other side closed the connection, within the timeout.
    func isClosed() -> Bool {
        var byte: UInt8 = 0
        return Foundation.read(descriptor, &byte, 1) == 0
    }

    private func read(_ count: Int) -> [UInt8]? {
        var bytes = [UInt8](repeating: 0, count: count)
        var received = 0
        while received < count {
            let more = bytes[received...]
                .withUnsafeMutableBytes { Foundation.read(descriptor, $0.baseAddress, $0.count) }
            guard more > 0 else { return nil }
            received += more
        }
        return bytes
    }
}

/// An HTTP answer.
struct Answer: Sendable {
    var status: Int
    /// By lower-case names.
    var headers: [String: String]
    var body: String
}

/// Runs something that blocks on a thread made for it.
func onThread<Value: Sendable>(_ body: @escaping @Sendable () throws -> Value) async throws -> Value {
    try await withCheckedThrowingContinuation { continuation in
        Thread.detachNewThread { continuation.resume(with: Result { try body() }) }
    }
}

/// The text of a request.
func requestText(
    _ method: String,
    _ path: String,
    _ headers: [String: String] = [:],
    body: String? = nil
) -> String {
    var text = "\(method) \(path) HTTP/1.1\r\nhost: test\r\n"
    for (name, value) in headers { text += "\(name): \(value)\r\n" }
    if let body { text += "content-length: \(body.utf8.count)\r\n\r\n" + body } else { text += "\r\n" }
    return text
}
