extension LoggedDecision {
    private static let version: UInt8 = 1

    /// Everything as bytes, little-endian, in the order of the properties.
    package var bytes: [UInt8] {
        var writer = DecisionWriter()
        writer.put(Self.version)
        writer.put(UInt8(scale.utf8.count))
        writer.bytes += Array(scale.utf8)
        writer.put(UInt16(slateSize))
        writer.put(UInt16(promotableSlots))
        writer.put(UInt16(trackHashes.count))
        writer.put(UInt8((streamProbabilities == nil ? 0 : 1) | (isNewToArtist == nil ? 0 : 2)))
        for hash in trackHashes { writer.put(hash) }
        for score in organicScores { writer.put(score.bitPattern) }
        for probability in streamProbabilities ?? [] { writer.put(probability.bitPattern) }
        for isNew in isNewToArtist ?? [] { writer.put(UInt8(isNew ? 1 : 0)) }
        writer.put(UInt16(offers.count))
        for offer in offers {
            writer.put(UInt16(offer.index))
            writer.put(offer.propensity.bitPattern)
            writer.put(offer.promotion)
        }
        writer.put(UInt16(heldBack.count))
        for campaign in heldBack { writer.put(campaign) }
        return writer.bytes
    }

    /// Reads what `bytes` wrote; nothing when it is cut short, of another version, or has offers of no candidate.
    package init?(_ bytes: [UInt8]) {
        var reader = DecisionReader(bytes: bytes)
        guard reader.take(UInt8.self) == Self.version, let length = reader.take(UInt8.self),
            let scale = reader.take(text: Int(length)), let slateSize = reader.take(UInt16.self),
            let slots = reader.take(UInt16.self), let count = reader.take(UInt16.self),
            let flags = reader.take(UInt8.self), let hashes = reader.take(UInt64.self, count),
            let scores = reader.take(UInt32.self, count)
        else { return nil }
        let probabilities = flags & 1 != 0 ? reader.take(UInt32.self, count) : []
        let news = flags & 2 != 0 ? reader.take(UInt8.self, count) : []
        guard let probabilities, let news, let offerCount = reader.take(UInt16.self) else { return nil }
        var offers: [Offer] = []
        for _ in 0..<offerCount {
            guard let index = reader.take(UInt16.self), index < count, let propensity = reader.take(UInt64.self),
                let promotion = reader.take(UInt64.self)
            else { return nil }
            let probability = Double(bitPattern: propensity)
            guard probability > 0, probability <= 1 else { return nil }
            offers.append(Offer(index: Int(index), propensity: probability, promotion: promotion))
        }
        guard let heldCount = reader.take(UInt16.self), let held = reader.take(Int64.self, heldCount),
            reader.isAtEnd
        else { return nil }
        self.scale = scale
        self.slateSize = Int(slateSize)
        promotableSlots = Int(slots)
        trackHashes = hashes
        organicScores = scores.map { Float(bitPattern: $0) }
        streamProbabilities = flags & 1 != 0 ? probabilities.map { Float(bitPattern: $0) } : nil
        isNewToArtist = flags & 2 != 0 ? news.map { $0 != 0 } : nil
        self.offers = offers
        heldBack = held
    }
}

/// Appends whole numbers.
private struct DecisionWriter {
    var bytes: [UInt8] = []

    mutating func put(_ value: some FixedWidthInteger) {
        withUnsafeBytes(of: value.littleEndian) { bytes.append(contentsOf: $0) }
    }
}

/// Takes whole numbers from the front.
private struct DecisionReader {
    let bytes: [UInt8]
    private var place = 0

    init(bytes: [UInt8]) { self.bytes = bytes }

    var isAtEnd: Bool { place == bytes.count }

    mutating func take<Whole: FixedWidthInteger>(_ type: Whole.Type) -> Whole? {
        let size = MemoryLayout<Whole>.size
        guard bytes.count - place >= size else { return nil }
        defer { place += size }
        return bytes.withUnsafeBytes { Whole(littleEndian: $0.loadUnaligned(fromByteOffset: place, as: Whole.self)) }
    }

    mutating func take<Whole: FixedWidthInteger>(_ type: Whole.Type, _ count: UInt16) -> [Whole]? {
        var values: [Whole] = []
        for _ in 0..<count {
            guard let value = take(type) else { return nil }
            values.append(value)
        }
        return values
    }

    mutating func take(text count: Int) -> String? {
        guard bytes.count - place >= count else { return nil }
        defer { place += count }
        return String(validating: bytes[place..<place + count], as: UTF8.self)
    }
}
