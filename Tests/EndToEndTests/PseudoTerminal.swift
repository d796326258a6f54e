import Foundation
import Synchronization

/// A terminal without a screen, which keeps what is written on it.
final class PseudoTerminal {
    /// Where the command writes.
    let commandSide: FileHandle
    private let written = Written()

    /// Everything written so far.
    var text: String { String(decoding: written.bytes.withLock { $0 }, as: UTF8.self) }

    init() throws {
        var (ours, command): (Int32, Int32) = (-1, -1)
        guard openpty(&ours, &command, nil, nil, nil) == 0 else {
            throw ServerUnderTest.Failure(description: "no terminal can be opened")
        }
        commandSide = FileHandle(fileDescriptor: command, closeOnDealloc: true)
        let descriptor = ours
        let written = written
        Thread.detachNewThread {
            written.read(from: descriptor)
            close(descriptor)
        }
    }

    /// The command has its own copy by now; with ours open, reading would never end.
    func closeCommandSide() { try? commandSide.close() }

    private final class Written: Sendable {
        let bytes = Mutex([UInt8]())

        /// Reads until nobody has the other side open, which a terminal reports as an error.
        func read(from descriptor: Int32) {
            var buffer = [UInt8](repeating: 0, count: 4096)
            while true {
                let count = Foundation.read(descriptor, &buffer, buffer.count)
                guard count > 0 else { return }
                bytes.withLock { $0.append(contentsOf: buffer[..<count]) }
            }
        }
    }
}
