import CFuzzerDriver

/// Runs one fuzz target: `fuzz NAME`, then libFuzzer's own arguments.
@main
struct Fuzz {
    static let targets: [String: @convention(c) (UnsafePointer<UInt8>?, Int) -> CInt] = [
        "score-request": fuzzScoreRequest
    ]

    static func main() {
        let arguments = CommandLine.arguments
        guard arguments.count > 1, let target = targets[arguments[1]] else {
            return print("usage: fuzz \(targets.keys.sorted().joined(separator: "|")) [LIBFUZZER-ARGUMENT...] CORPUS")
        }
        var texts: [UnsafeMutablePointer<CChar>?] = ([arguments[0]] + arguments.dropFirst(2)).map { duplicate($0) }
        texts.append(nil)
        var count = CInt(texts.count - 1)
        texts.withUnsafeMutableBufferPointer { texts in
            var list = texts.baseAddress
            _ = LLVMFuzzerRunDriver(&count, &list, target)
        }
    }

    /// A text that lives as long as the process.
    private static func duplicate(_ text: String) -> UnsafeMutablePointer<CChar> {
        let copy = UnsafeMutablePointer<CChar>.allocate(capacity: text.utf8.count + 1)
        for (place, byte) in text.utf8.enumerated() { copy[place] = CChar(bitPattern: byte) }
        copy[text.utf8.count] = 0
        return copy
    }
}
