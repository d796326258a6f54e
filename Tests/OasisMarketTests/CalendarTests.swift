import Foundation
import OasisMarket
import Testing

@Suite("Times and dates")
struct CalendarTests {
    @Test(
        "A time is read from RFC 3339 with any offset",
        arguments: [
            ("1970-01-01T00:00:00Z", 0),
            ("1970-01-01T00:00:00.001Z", 1),
            ("1969-12-31T23:59:59.999Z", -1),
            ("2026-11-22T09:30:00.25+01:00", 1_795_336_200_250),
            ("2026-11-22T08:30:00.250Z", 1_795_336_200_250),
            ("2026-11-22t08:30:00.2509999z", 1_795_336_200_250),
            ("2026-11-22T03:00:00.25-05:30", 1_795_336_200_250),
            ("2000-02-29T00:00:00Z", 951_782_400_000),
            ("1900-03-01T00:00:00Z", -2_203_891_200_000),
            ("0001-01-01T00:00:00Z", -62_135_596_800_000),
            ("2016-12-31T23:59:60Z", 1_483_228_800_000),
            ("9999-12-31T23:59:59.999Z", 253_402_300_799_999),
        ]
    )
    func reading(text: String, milliseconds: Int64) {
        #expect(Timestamp(text)?.milliseconds == milliseconds)
    }

    @Test("A space may stand for the T, as RFC 3339 allows")
    func space() {
        #expect(Timestamp("2026-11-22 08:30:00Z") == Timestamp("2026-11-22T08:30:00Z"))
        #expect(Timestamp("2026-11-22 08:30:00Z") != nil)
    }

    @Test(
        "What is no RFC 3339 time is refused",
        arguments: [
            "", "now", "2026", "2026-11-22", "2026-11-22T", "2026-11-22T09:30:00", "2026-11-22T09:30Z",
            "2026-11-22T24:00:00Z", "2026-11-22T09:60:00Z", "2026-11-22T09:30:61Z", "2026-11-22T09:30:00.Z",
            "2026-11-22T09:30:00,5Z", "2026-11-22T09:30:00+0100", "2026-11-22T09:30:00+24:00",
            "2026-11-22T09:30:00+01:60", "2026-11-22T09:30:00ZZ", "2026-02-30T09:30:00Z", "2026-13-01T09:30:00Z",
            "26-11-22T09:30:00Z", "2026-11-22T9:30:00Z", "２０２６-11-22T09:30:00Z", "2026-11-22T-1:30:00Z",
            "+026-11-22T09:30:00Z", "2026-11-22T09:30:00.25 Z", "1763803800", "2026-11-22T09:30:00.-5Z", "🎵",
        ]
    )
    func garbage(text: String) {
        #expect(Timestamp(text) == nil)
    }

    @Test("Times before 1970 fall into the right day and keep their time of day")
    func beforeTheEpoch() {
        let time = Timestamp(milliseconds: -1)
        #expect(time.day.number == -1)
        #expect(time.day.description == "1969-12-31")
        #expect(time.secondOfDay == 86_399.999)
        #expect(time.description == "1969-12-31T23:59:59.999Z")
    }

    @Test("Every written time reads back as itself")
    func roundTrip() {
        var random = SeededGenerator(seed: 1)
        // From the year 1 to the year 9999.
        let range: (low: Int64, high: Int64) = (-62_135_596_800_000, 253_402_300_799_999)
        for _ in 0..<5_000 {
            let milliseconds = range.low + Int64(random.uniform() * Double(range.high - range.low))
            let time = Timestamp(milliseconds: milliseconds)
            #expect(Timestamp(time.description) == time)
        }
    }

    @Test("Dates follow each other without a gap over four hundred years, with leap years where they belong")
    func everyDay() throws {
        var expected = (year: 1850, month: 1, day: 1)
        var day = Day(year: 1850, month: 1, day: 1)
        while expected.year < 2251 {
            let text = "\(expected.year)-\(two(expected.month))-\(two(expected.day))"
            try #require(day.description == text)
            try #require(Day(text) == day)
            let isLeap = expected.year % 4 == 0 && (expected.year % 100 != 0 || expected.year % 400 == 0)
            let length = [31, isLeap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31][expected.month - 1]
            expected.day += 1
            if expected.day > length { expected = (expected.year, expected.month + 1, 1) }
            if expected.month > 12 { expected = (expected.year + 1, 1, 1) }
            day = day.next
        }
    }

    @Test(
        "What is no date is refused",
        arguments: [
            "", "2026-02-29", "1900-02-29", "2026-04-31", "2026-00-10", "2026-01-00", "2026-1-1", "2026/01/01",
            "20260101", "2026-01-011", "-026-01-01", "2026-01-01-", "yesterday",
        ]
    )
    func badDates(text: String) {
        #expect(Day(text) == nil)
    }

    @Test("JSON carries times and dates as text, and refuses others with an example")
    func json() throws {
        struct Both: Codable, Equatable {
            var time: Timestamp
            var day: Day
        }
        let text = #"{"day":"2024-02-29","time":"2024-02-29T12:00:00.000Z"}"#
        let both = try JSONDecoder().decode(Both.self, from: Data(text.utf8))
        #expect(both.time.day == both.day)
        let encoder = JSONEncoder()
        encoder.outputFormatting = .sortedKeys
        #expect(String(decoding: try encoder.encode(both), as: UTF8.self) == text)
        for bad in [#"["2024-02-30"]"#, "[1]", #"["2024-02-29T00:00:00Z"]"#] {
            #expect(throws: DecodingError.self) { try JSONDecoder().decode([Day].self, from: Data(bad.utf8)) }
        }
        #expect(throws: DecodingError.self) {
            try JSONDecoder().decode([Timestamp].self, from: Data(#"["2024-02-29"]"#.utf8))
        }
    }

    @Test("Seconds are added and taken apart to the millisecond")
    func arithmetic() {
        let noon = Timestamp(milliseconds: 43_200_000)
        #expect(noon.advanced(bySeconds: 0.0015).milliseconds == 43_200_002)
        #expect(noon.advanced(bySeconds: -43_200.001).milliseconds == -1)
        #expect(noon.advanced(bySeconds: 90).seconds(since: noon) == 90)
        #expect(noon.day.start.milliseconds == 0)
        #expect(noon.day.next.start.milliseconds == 86_400_000)
    }

    private func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
}
