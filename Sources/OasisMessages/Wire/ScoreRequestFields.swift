/// The fields of an `oasis.v1.ScoreRequest`: candidates in columns, other texts left where they lie in its bytes.
///
/// Reads what `Oasis_V1_ScoreRequest` reads, without a `String` for each candidate.
package struct ScoreRequestFields: Sendable {
    /// Where a text lies.
    package private(set) var requestID = 0..<0
    package private(set) var listenerID = 0..<0
    package private(set) var surface = 0..<0
    package private(set) var market = 0..<0
    package private(set) var scale = 0..<0
    /// Seconds since 1970 and nanoseconds, when a time was given.
    package private(set) var time: (seconds: Int64, nanoseconds: Int32)?
    package private(set) var slateSize: Int32 = 0
    package private(set) var promotableSlots: Int32 = 0
    package private(set) var explain = false
    /// UTF-8 bytes of the candidates' tracks side by side; candidate i's from `trackOffsets[i]` to `trackOffsets[i + 1]`.
    package private(set) var trackBytes: [UInt8] = []
    /// One more than there are tracks by name, the first of them 0; empty when there are none.
    package private(set) var trackOffsets: [UInt32] = []
    /// The candidates' tracks by hash.
    package private(set) var trackHashes: [UInt64] = []
    package private(set) var organicScores: [Float] = []
    package private(set) var streamProbabilities: [Float] = []
    package private(set) var isNewToArtist: [Bool] = []

    /// No fields yet.
    package init() {}

    /// Reads a request in place of the one before.
    package mutating func read(_ bytes: UnsafeRawBufferPointer) throws(WireFault) {
        clear()
        var reader = WireReader(bytes)
        try merge(&reader)
    }

    /// Reads the request of an `oasis.v1.ScoreStreamRequest` in place of the one before.
    package mutating func readStreamed(_ bytes: UnsafeRawBufferPointer) throws(WireFault) {
        clear()
        var reader = WireReader(bytes)
        while let tag = try reader.nextTag() {
            guard tag == WireTag(1, .lengthDelimited) else {
                try reader.skip(tag)
                continue
            }
            var request = try reader.message(in: reader.body())
            try merge(&request)
        }
    }

    private mutating func clear() {
        (requestID, listenerID, surface, market, scale) = (0..<0, 0..<0, 0..<0, 0..<0, 0..<0)
        time = nil
        (slateSize, promotableSlots, explain) = (0, 0, false)
        trackBytes.removeAll(keepingCapacity: true)
        trackOffsets.removeAll(keepingCapacity: true)
        trackHashes.removeAll(keepingCapacity: true)
        organicScores.removeAll(keepingCapacity: true)
        streamProbabilities.removeAll(keepingCapacity: true)
        isNewToArtist.removeAll(keepingCapacity: true)
    }

    /// Adds fields: of one that comes twice the last counts, and messages are put together, as protobuf has it.
    private mutating func merge(_ reader: inout WireReader) throws(WireFault) {
        while let tag = try reader.nextTag() {
            switch tag {
            case WireTag(1, .lengthDelimited): requestID = try reader.text()
            case WireTag(2, .lengthDelimited): listenerID = try reader.text()
            case WireTag(3, .lengthDelimited): surface = try reader.text()
            case WireTag(4, .lengthDelimited): market = try reader.text()
            case WireTag(5, .lengthDelimited):
                var body = try reader.message(in: reader.body())
                try mergeTime(&body)
            case WireTag(6, .lengthDelimited): scale = try reader.text()
            case WireTag(7, .varint): slateSize = Int32(truncatingIfNeeded: try reader.varint())
            case WireTag(8, .varint): promotableSlots = Int32(truncatingIfNeeded: try reader.varint())
            case WireTag(9, .lengthDelimited):
                var body = try reader.message(in: reader.body())
                try mergeCandidates(&body)
            case WireTag(10, .varint): explain = try reader.varint() != 0
            default: try reader.skip(tag)
            }
        }
    }

    private mutating func mergeTime(_ reader: inout WireReader) throws(WireFault) {
        var (seconds, nanoseconds) = time ?? (0, 0)
        while let tag = try reader.nextTag() {
            switch tag {
            case WireTag(1, .varint): seconds = Int64(bitPattern: try reader.varint())
            case WireTag(2, .varint): nanoseconds = Int32(truncatingIfNeeded: try reader.varint())
            default: try reader.skip(tag)
            }
        }
        time = (seconds, nanoseconds)
    }

    private mutating func mergeCandidates(_ reader: inout WireReader) throws(WireFault) {
        while let tag = try reader.nextTag() {
            switch tag {
            case WireTag(1, .lengthDelimited):
                try reader.texts(tag, into: &trackBytes, offsets: &trackOffsets)
            case WireTag(2, .lengthDelimited): try reader.packed(into: &organicScores)
            case WireTag(2, .fixed32): organicScores.append(Float(bitPattern: try reader.fixed32()))
            case WireTag(3, .lengthDelimited): try reader.packed(into: &streamProbabilities)
            case WireTag(3, .fixed32): streamProbabilities.append(Float(bitPattern: try reader.fixed32()))
            case WireTag(4, .lengthDelimited): try reader.packedBools(into: &isNewToArtist)
            case WireTag(4, .varint): isNewToArtist.append(try reader.varint() != 0)
            case WireTag(5, .lengthDelimited): try reader.packed(into: &trackHashes)
            case WireTag(5, .fixed64): trackHashes.append(try reader.fixed64())
            default: try reader.skip(tag)
            }
        }
    }
}

extension WireReader {
    /// Appends a column of flags; every number but 0 is true.
    fileprivate mutating func packedBools(into column: inout [Bool]) throws(WireFault) {
        let body = try body()
        var numbers = part(body)
        while !numbers.isAtEnd { column.append(try numbers.varint() != 0) }
    }
}
