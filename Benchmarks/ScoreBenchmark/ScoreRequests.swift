internal import OasisMarket
internal import OasisScoring

#if canImport(Glibc)
internal import Glibc
#elseif canImport(Darwin)
internal import Darwin
#endif

/// Requests as columns in one file that C reads too.
///
/// Little-endian: number of requests u64; then for each request, 500 candidates: organic scores f32, stream
/// probabilities f32, hashes u64, 501 offsets u32 into the request's names, one u32 of nothing, the names, filled up
/// with zeros to whole words.
struct ScoreRequests {
    static let candidates = 500
    private static let fixedBytes = candidates * 16 + (candidates + 1) * 4 + 4

    let count: Int
    private let words: [UInt64]
    /// Where each request begins, in bytes.
    private let starts: [Int]

    init(_ market: ScoreMarket, share: Double, count: Int) {
        var random = SeededGenerator(seed: market.seed &+ 99)
        var bytes: [UInt8] = []
        func append(_ value: some Any) { withUnsafeBytes(of: value) { bytes.append(contentsOf: $0) } }
        append(UInt64(count))
        for _ in 0..<count {
            // A fixed number of promotable tracks at random places.
            var isPromotable = (0..<Self.candidates).map { Double($0) < share * Double(Self.candidates) }
            isPromotable.shuffle(using: &random)
            let names = isPromotable.map { isPromotable in
                let number = random.index(below: market.trackCount)
                return market.trackName(isPromotable ? number : market.trackCount + number)
            }
            for _ in 0..<Self.candidates { append(Float(random.uniform())) }
            for _ in 0..<Self.candidates { append(Float(random.uniform())) }
            for name in names { append(TrackID(trusted: name).stableHash) }
            var end: UInt32 = 0
            append(end)
            for name in names {
                end += UInt32(name.utf8.count)
                append(end)
            }
            append(UInt32(0))
            for name in names { bytes.append(contentsOf: name.utf8) }
            while bytes.count % 8 != 0 { bytes.append(0) }
        }
        self.init(bytes)
    }

    init(reading path: String) throws(InvalidField) {
        guard let file = fopen(path, "rb") else { throw InvalidField("requests", "cannot be read: \(path)") }
        defer { fclose(file) }
        fseek(file, 0, SEEK_END)
        var bytes = [UInt8](repeating: 0, count: ftell(file))
        rewind(file)
        guard fread(&bytes, 1, bytes.count, file) == bytes.count else {
            throw InvalidField("requests", "cannot be read: \(path)")
        }
        self.init(bytes)
    }

    private init(_ bytes: [UInt8]) {
        var words = [UInt64](repeating: 0, count: bytes.count / 8)
        words.withUnsafeMutableBytes { $0.copyBytes(from: bytes) }
        self.words = words
        count = Int(words[0])
        var starts = [8]
        for request in 0..<count {
            let end = starts[request] + Self.fixedBytes - 8
            let names = words.withUnsafeBytes { Int($0.loadUnaligned(fromByteOffset: end, as: UInt32.self)) }
            starts.append(starts[request] + Self.fixedBytes + (names + 7) / 8 * 8)
        }
        self.starts = starts
    }

    func write(to path: String) throws(InvalidField) {
        guard let file = fopen(path, "wb"),
            words.withUnsafeBytes({ fwrite($0.baseAddress, 1, $0.count, file) }) == words.count * 8, fclose(file) == 0
        else { throw InvalidField("requests", "cannot be written: \(path)") }
    }

    func head() throws(InvalidField) -> RequestHead {
        RequestHead(
            id: try RequestID("request"),
            listener: try ListenerID("listener"),
            cell: ScoreMarket.cell,
            scale: ScoreMarket.scale,
            slateSize: 25,
            promotableSlots: 3
        )
    }

    func forEach(byHash: Bool, _ body: (RequestColumns) -> Void) {
        words.withUnsafeBytes { bytes in
            guard let base = bytes.baseAddress else { return }
            for request in 0..<count {
                let start = base + starts[request]
                let hashes = start + Self.candidates * 8
                let offsets = start + Self.candidates * 16
                let tracks: RequestColumns.Tracks =
                    byHash
                    ? .hashes(hashes.assumingMemoryBound(to: UInt64.self))
                    : .names(
                        (start + Self.fixedBytes).assumingMemoryBound(to: UInt8.self),
                        offsets: offsets.assumingMemoryBound(to: UInt32.self)
                    )
                body(
                    RequestColumns(
                        count: Self.candidates,
                        tracks: tracks,
                        organicScores: start.assumingMemoryBound(to: Float.self),
                        streamProbabilities: (start + Self.candidates * 4).assumingMemoryBound(to: Float.self)
                    )
                )
            }
        }
    }
}
