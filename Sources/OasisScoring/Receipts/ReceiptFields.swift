import OasisMarket

/// Lays a receipt's fields side by side.
struct ReceiptWriter {
    private let memory: UnsafeMutableRawBufferPointer
    private(set) var count = 0

    init(_ memory: UnsafeMutableRawBufferPointer) {
        self.memory = memory
    }

    /// Appends the lowest bytes of a number, which must be all of it.
    mutating func append(_ value: UInt64, bytes: Int) {
        precondition(bytes == 8 || value >> UInt64(8 * bytes) == 0, "receipt field out of range")
        withUnsafeBytes(of: value.littleEndian) { whole in
            UnsafeMutableRawBufferPointer(rebasing: memory[count...])
                .copyMemory(from: UnsafeRawBufferPointer(rebasing: whole[..<bytes]))
        }
        count += bytes
    }

    /// Appends a name and its length.
    mutating func append(_ text: String) {
        var text = text
        text.withUTF8 { bytes in
            append(UInt64(bytes.count), bytes: 1)
            UnsafeMutableRawBufferPointer(rebasing: memory[count...]).copyMemory(from: UnsafeRawBufferPointer(bytes))
            count += bytes.count
        }
    }
}

/// Takes a receipt's fields back, never past the end.
struct ReceiptReader {
    private var rest: UnsafeRawBufferPointer

    init(_ signed: UnsafeRawBufferPointer) {
        rest = signed
    }

    mutating func facts() throws(Receipt.Fault) -> ReceiptFacts {
        let campaign = try take(4)
        let track = try take(8)
        let listener = try take(8)
        let issued = try take(6)
        let propensity = Float(bitPattern: UInt32(try take(4)))
        let snapshot = try take(6)
        let lease = try take(5)
        let promotion = try take(8)
        guard let surface = try? SurfaceID(try text()), let market = try? MarketID(try text()), rest.isEmpty else {
            throw .malformed
        }
        return ReceiptFacts(
            campaignNumber: Int64(campaign),
            trackHash: track,
            listenerHash: listener,
            cell: Cell(surface: surface, market: market),
            issuedAt: Timestamp(milliseconds: Int64(issued)),
            propensity: propensity,
            snapshot: snapshot,
            lease: Int64(lease),
            promotion: promotion
        )
    }

    private mutating func take(_ count: Int) throws(Receipt.Fault) -> UInt64 {
        guard rest.count >= count else { throw .malformed }
        var value: UInt64 = 0
        for place in 0..<count { value |= UInt64(rest[place]) << UInt64(8 * place) }
        rest = UnsafeRawBufferPointer(rebasing: rest[count...])
        return value
    }

    private mutating func text() throws(Receipt.Fault) -> String {
        let count = Int(try take(1))
        guard rest.count >= count else { throw .malformed }
        defer { rest = UnsafeRawBufferPointer(rebasing: rest[count...]) }
        return String(decoding: rest[..<count], as: UTF8.self)
    }
}
