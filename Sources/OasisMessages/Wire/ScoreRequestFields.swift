/// The fields of an `oasis.v1.ScoreRequest`, with texts left where they lie in its bytes.
///
/// Reads what `Oasis_V1_ScoreRequest` reads, without a `String` for each candidate; made once and read into again and
/// again, it allocates only for a request that is larger than all before it.
package struct ScoreRequestFields: Sendable {
    /// Where the texts lie.
    package private(set) var requestID = 0..<0
    package private(set) var listenerID = 0..<0
    package private(set) var surface = 0..<0
    package private(set) var market = 0..<0
    package private(set) var scale = 0..<0
    /// Seconds since 1970 and nanoseconds, when a time was given.
    package private(set) var time: (seconds: Int64, nanoseconds: Int32)?
    package private(set) var slateSize: Int32 = 0
    package private(set) var promotableSlots: Int32 = 0
    /// Where each candidate's track lies.
    package private(set) var tracks: [Range<Int>] = []
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
        (slateSize, promotableSlots) = (0, 0)
        tracks.removeAll(keepingCapacity: true)
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
            case WireTag(1, .lengthDelimited): tracks.append(try reader.text())
            case WireTag(2, .lengthDelimited): try reader.packedFloats(into: &organicScores)
            case WireTag(2, .fixed32): organicScores.append(Float(bitPattern: try reader.fixed32()))
            case WireTag(3, .lengthDelimited): try reader.packedFloats(into: &streamProbabilities)
            case WireTag(3, .fixed32): streamProbabilities.append(Float(bitPattern: try reader.fixed32()))
            case WireTag(4, .lengthDelimited): try reader.packedBools(into: &isNewToArtist)
            case WireTag(4, .varint): isNewToArtist.append(try reader.varint() != 0)
            default: try reader.skip(tag)
            }
        }
    }
}

extension WireReader {
    /// Appends a column of numbers.
    fileprivate mutating func packedFloats(into column: inout [Float]) throws(WireFault) {
        let body = try body()
        guard body.count % 4 == 0 else { throw .truncated }
        var numbers = part(body)
        // Once a column: reserving for each of many small parts would copy what is there each time.
        if column.isEmpty { column.reserveCapacity(body.count / 4) }
        for _ in 0..<body.count / 4 { column.append(Float(bitPattern: try numbers.fixed32())) }
    }

    /// Appends a column of flags; every number but 0 is true.
    fileprivate mutating func packedBools(into column: inout [Bool]) throws(WireFault) {
        let body = try body()
        var numbers = part(body)
        while !numbers.isAtEnd { column.append(try numbers.varint() != 0) }
    }
}
