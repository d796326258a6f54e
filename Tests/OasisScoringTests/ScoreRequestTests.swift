import OasisMarket
import OasisScoring
import Testing

@Suite("Score requests")
struct ScoreRequestTests {
    private func field(
        tracks: Int = 3,
        scores: [Float] = [1, 2, 3],
        probabilities: [Float]? = nil,
        isNew: [Bool]? = nil,
        slateSize: Int = 2,
        slots: Int = 1
    ) -> String? {
        let names = (0..<tracks).map { TrackID(trusted: "t\($0)") }
        do throws(InvalidField) {
            _ = try ScoreRequest(
                id: RequestID(trusted: "r"),
                listener: ListenerID(trusted: "l"),
                cell: Fixture.radio,
                time: Fixture.noon,
                scale: "s",
                slateSize: slateSize,
                promotableSlots: slots,
                tracks: names,
                organicScores: scores,
                streamProbabilities: probabilities,
                isNewToArtist: isNew
            )
            return nil
        } catch {
            return error.field
        }
    }

    @Test("A request within all rules is taken")
    func valid() {
        #expect(field() == nil)
        #expect(field(probabilities: [0, 0.5, 1], isNew: [true, false, true], slots: 2) == nil)
        #expect(field(scores: [-1e6, 0, 1e6], slots: 0) == nil)
        #expect(field(tracks: 1_000, scores: Array(repeating: 0, count: 1_000), slateSize: 100, slots: 100) == nil)
    }

    @Test("Names that a reader handed over as bytes are checked, the first bad one is named")
    func namesAsBytes() throws {
        func fault(_ names: [String]) -> InvalidField? {
            var tracks = TrackNames()
            for name in names {
                var name = name
                name.withUTF8 { tracks.append(utf8: UnsafeRawBufferPointer($0)) }
            }
            do throws(InvalidField) {
                _ = try ScoreRequest(
                    id: RequestID(trusted: "r"),
                    listener: ListenerID(trusted: "l"),
                    cell: Fixture.radio,
                    time: Fixture.noon,
                    scale: "s",
                    slateSize: 1,
                    promotableSlots: 1,
                    tracks: tracks,
                    organicScores: names.map { _ in 0 }
                )
                return nil
            } catch {
                return error
            }
        }
        let longest = String(repeating: "n", count: 128)
        #expect(fault(["a", "Z9._:-", longest, "spotify:track:4uLU6hMCjMI75M1A2tKUQC"]) == nil)
        for bad in ["", longest + "n", "a b", "ä", "a/b", "a\0", "a@", "a[", "`", "{", "~", "\u{7f}", ",", ";"] {
            for before in [0, 1, 20] {
                let names = Array(repeating: "good-name", count: before) + [bad, "good", "", "also-good"]
                let fault = try #require(fault(names), "\(bad.debugDescription) after \(before)")
                #expect(fault.field == "candidates.track[\(before)]")
                #expect(fault.rule.hasPrefix("must be 1 to 128 characters"))
            }
        }
        for byte in UInt8.min...UInt8.max {
            let text = String(decoding: [UInt8(ascii: "a"), byte], as: UTF8.self)
            let padded = Array(repeating: text, count: 12)
            #expect((fault(padded) == nil) == TrackID.isAllowed(byte))
        }
    }

    @Test("Each broken rule is refused with its field")
    func invalid() {
        #expect(field(tracks: 0, scores: []) == "candidates.track")
        #expect(field(tracks: 1_001, scores: Array(repeating: 0, count: 1_001)) == "candidates.track")
        #expect(field(scores: [1, 2]) == "candidates.organicScore")
        #expect(field(scores: [1, .nan, 3]) == "candidates.organicScore[1]")
        #expect(field(scores: [1, 2, .infinity]) == "candidates.organicScore[2]")
        #expect(field(scores: [-1.1e6, 2, 3]) == "candidates.organicScore[0]")
        #expect(field(probabilities: [0, 1]) == "candidates.streamProbability")
        #expect(field(probabilities: [0, 1, 1.1]) == "candidates.streamProbability[2]")
        #expect(field(probabilities: [.nan, 1, 1]) == "candidates.streamProbability[0]")
        #expect(field(isNew: [true]) == "candidates.isNewToArtist")
        #expect(field(slateSize: 0, slots: 0) == "slateSize")
        #expect(field(slateSize: 101) == "slateSize")
        #expect(field(slots: 3) == "promotableSlots")
        #expect(field(slots: -1) == "promotableSlots")
    }

    @Test("Names that are none are refused with their place, whether there is a byte in them or not")
    func namesOfAllLengths() {
        func field(_ names: [String]) -> String? {
            var tracks = TrackNames()
            for name in names { name.utf8CString.withUnsafeBytes { tracks.append(utf8: $0.dropLast().rebased) } }
            do throws(InvalidField) {
                _ = try ScoreRequest(
                    id: RequestID(trusted: "r"),
                    listener: ListenerID(trusted: "l"),
                    cell: Fixture.radio,
                    time: Fixture.noon,
                    scale: "s",
                    slateSize: 1,
                    promotableSlots: 1,
                    tracks: tracks,
                    organicScores: Array(repeating: 0, count: names.count)
                )
                return nil
            } catch {
                return error.field
            }
        }
        #expect(field(["a", "b:c-d_e.0"]) == nil)
        #expect(field([""]) == "candidates.track[0]")
        #expect(field(["a", ""]) == "candidates.track[1]")
        #expect(field(["a", "b c"]) == "candidates.track[1]")
        #expect(field(["a", "ü", "b"]) == "candidates.track[1]")
        #expect(field(["a", String(repeating: "x", count: 128)]) == nil)
        #expect(field(["a", String(repeating: "x", count: 129)]) == "candidates.track[1]")
    }
}

extension Slice<UnsafeRawBufferPointer> {
    fileprivate var rebased: UnsafeRawBufferPointer { UnsafeRawBufferPointer(rebasing: self) }
}

@Suite("Track names")
struct TrackNamesTests {
    @Test("Every byte is taken or refused in a column as it is in a name alone, wherever it stands")
    func bytes() {
        for byte in UInt8.min ... .max {
            let isAllowed = byte < 0x80 && (try? TrackID(String(UnicodeScalar(byte)))) != nil
            for (length, place) in [(1, 0), (16, 0), (16, 15), (40, 3), (40, 31), (40, 32), (40, 39)] {
                var name = [UInt8](repeating: UInt8(ascii: "a"), count: length)
                name[place] = byte
                var names = TrackNames()
                name.withUnsafeBytes { names.append(utf8: $0) }
                let request = try? ScoreRequest(
                    id: RequestID(trusted: "r"),
                    listener: ListenerID(trusted: "l"),
                    cell: Fixture.radio,
                    time: Fixture.noon,
                    scale: "test/1",
                    slateSize: 1,
                    promotableSlots: 1,
                    tracks: names,
                    organicScores: [0]
                )
                #expect((request != nil) == isAllowed, "byte \(byte) at \(place) of \(length)")
            }
        }
    }
}
