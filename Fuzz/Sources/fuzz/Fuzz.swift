import CFuzzerDriver

/// Runs one fuzz target: `fuzz NAME`, then libFuzzer's own arguments.
@main
struct Fuzz {
    private static let targets: [String: @Sendable (UnsafeRawBufferPointer) -> Void] = [
        "score-request": fuzzScoreRequest, "snapshot": fuzzSnapshot, "receipt": fuzzReceipt,
        "tree-model": fuzzTreeModel,
        "model": fuzzModel, "schema": fuzzSchema, "table": fuzzTable,
    ]

    /// What takes the inputs; `main` says which, once.
    fileprivate nonisolated(unsafe) static var target: @Sendable (UnsafeRawBufferPointer) -> Void = { _ in }

    static func main() {
        let arguments = CommandLine.arguments
        guard arguments.count > 1, let target = targets[arguments[1]] else {
            return print("usage: fuzz \(targets.keys.sorted().joined(separator: "|")) [LIBFUZZER-ARGUMENT...] CORPUS")
        }
        Self.target = target
        var texts: [UnsafeMutablePointer<CChar>?] = ([arguments[0]] + arguments.dropFirst(2)).map { duplicate($0) }
        texts.append(nil)
        var count = CInt(texts.count - 1)
        texts.withUnsafeMutableBufferPointer { texts in
            var list = texts.baseAddress
            _ = LLVMFuzzerRunDriver(&count, &list, testOneInput)
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

/// libFuzzer's runtime looks for this name, and `main` hands it over, too.
@_cdecl("LLVMFuzzerTestOneInput")
public func testOneInput(_ data: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    Fuzz.target(UnsafeRawBufferPointer(start: data, count: count))
    return 0
}
