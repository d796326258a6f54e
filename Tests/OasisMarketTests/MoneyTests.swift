import Foundation
import OasisMarket
import Testing

@Suite("Money and shares")
struct MoneyTests {
    @Test(
        "Money is written with two decimals, rounded toward zero",
        arguments: [
            (0, "0.00 EUR"), (4_000, "0.00 EUR"), (9_999, "0.00 EUR"), (10_000, "0.01 EUR"), (12_349_999, "12.34 EUR"),
            (-12_349_999, "-12.34 EUR"), (1_050_000, "1.05 EUR"), (Int64.max, "9223372036854.77 EUR"),
            (Int64.min, "-9223372036854.77 EUR"),
        ]
    )
    func writing(micros: Int64, text: String) {
        #expect(Money(micros: micros, currency: "EUR").description == text)
    }

    @Test("A share of an amount is whole and never above the exact share")
    func share() {
        #expect(BasisPoints(3_000).of(micros: 4_000) == 1_200)
        #expect(BasisPoints(3_000).of(micros: 4_001) == 1_200)
        #expect(BasisPoints(3_333).of(micros: 10) == 3)
        #expect(BasisPoints(10_000).of(micros: 1_000_000_000) == 1_000_000_000)
        #expect(BasisPoints(0).of(micros: 1_000_000_000) == 0)
        var random = SeededGenerator(seed: 2)
        for _ in 0..<2_000 {
            let (share, micros) = (random.index(below: 10_001), Int64(random.index(below: 1_000_000_001)))
            let part = BasisPoints(share).of(micros: micros)
            #expect(part * 10_000 <= micros * Int64(share))
            #expect((part + 1) * 10_000 > micros * Int64(share))
        }
    }

    @Test("A million commissions add up to exactly a million times one: nothing drifts")
    func noDrift() {
        let one = BasisPoints(3_000).of(micros: 4_001)
        var sum: Int64 = 0
        for _ in 0..<1_000_000 { sum += one }
        #expect(sum == 1_200_000_000)
    }

    @Test("A share is a JSON number of basis points")
    func json() throws {
        #expect(try JSONDecoder().decode([BasisPoints].self, from: Data("[0,3000]".utf8)).map(\.value) == [0, 3_000])
        #expect(String(decoding: try JSONEncoder().encode([BasisPoints(3_000)]), as: UTF8.self) == "[3000]")
        #expect(BasisPoints(3_000).fraction == 0.3)
        for bad in ["[0.5]", #"["3000"]"#] {
            #expect(throws: DecodingError.self) { try JSONDecoder().decode([BasisPoints].self, from: Data(bad.utf8)) }
        }
    }
}
