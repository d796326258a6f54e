import OasisMarket
import Testing

@Suite("Hashes and random numbers that replay")
struct ChanceTests {
    /// From the reference implementation's `vectors_sip64`, inputs of 0, 1, 2, … bytes 00 01 02 …, key 00 … 0f.
    private static let published: [[UInt8]] = [
        [0x31, 0x0e, 0x0e, 0xdd, 0x47, 0xdb, 0x6f, 0x72], [0xfd, 0x67, 0xdc, 0x93, 0xc5, 0x39, 0xf8, 0x74],
        [0x5a, 0x4f, 0xa9, 0xd9, 0x09, 0x80, 0x6c, 0x0d], [0x2d, 0x7e, 0xfb, 0xd7, 0x96, 0x66, 0x67, 0x85],
        [0xb7, 0x87, 0x71, 0x27, 0xe0, 0x94, 0x27, 0xcf], [0x8d, 0xa6, 0x99, 0xcd, 0x64, 0x55, 0x76, 0x18],
        [0xce, 0xe3, 0xfe, 0x58, 0x6e, 0x46, 0xc9, 0xcb], [0x37, 0xd1, 0x01, 0x8b, 0xf5, 0x00, 0x02, 0xab],
        [0x62, 0x24, 0x93, 0x9a, 0x79, 0xf5, 0xf5, 0x93], [0xb0, 0xe4, 0xa9, 0x0b, 0xdf, 0x82, 0x00, 0x9e],
        [0xf3, 0xb9, 0xdd, 0x94, 0xc5, 0xbb, 0x5d, 0x7a], [0xa7, 0xad, 0x6b, 0x22, 0x46, 0x2f, 0xb3, 0xf4],
        [0xfb, 0xe5, 0x0e, 0x86, 0xbc, 0x8f, 0x1e, 0x75], [0x90, 0x3d, 0x84, 0xc0, 0x27, 0x56, 0xea, 0x14],
        [0xee, 0xf2, 0x7a, 0x8e, 0x90, 0xca, 0x23, 0xf7], [0xe5, 0x45, 0xbe, 0x49, 0x61, 0xca, 0x29, 0xa1],
    ]

    @Test("The stable hash is SipHash-2-4, by its published vectors")
    func sipHash() {
        let hash = StableHash(key0: 0x0706_0504_0302_0100, key1: 0x0f0e_0d0c_0b0a_0908)
        for (length, expected) in Self.published.enumerated() {
            let input = (0..<length).map { UInt8($0) }
            let word = input.withUnsafeBytes { hash.hash($0) }
            #expect((0..<8).map { UInt8(truncatingIfNeeded: word >> UInt64(8 * $0)) } == expected, "length \(length)")
        }
    }

    @Test("Two texts side by side hash as each alone")
    func pairs() {
        let hash = StableHash(key0: 3, key1: 4)
        let (first, second) = ((0..<40).map { UInt8($0) }, (0..<40).map { UInt8(200 - $0) })
        for one in 0...40 {
            for other in 0...40 {
                let both = first.withUnsafeBytes { first in
                    second.withUnsafeBytes { second in
                        hash.hashes(first.baseAddress!, count: one, second.baseAddress!, count: other)
                    }
                }
                #expect(both.0 == first.withUnsafeBytes { hash.hash(UnsafeRawBufferPointer(rebasing: $0[..<one])) })
                #expect(both.1 == second.withUnsafeBytes { hash.hash(UnsafeRawBufferPointer(rebasing: $0[..<other])) })
            }
        }
    }

    @Test("Texts and words hash as their bytes do")
    func formsAgree() {
        let hash = StableHash(key0: 1, key1: 2)
        let text = "spotify:track:ä"
        #expect(hash.hash(text) == Array(text.utf8).withUnsafeBytes { hash.hash($0) })
        let bytes: [UInt8] = [1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x80]
        #expect(hash.hash(1, 1 << 63) == bytes.withUnsafeBytes { hash.hash($0) })
    }

    @Test("Another salt is another hash")
    func salts() {
        let (first, second) = (StableHash(salt: "holdout-1"), StableHash(salt: "holdout-2"))
        let agreements = (0..<10_000)
            .count { index in
                (first.hash("listener-\(index)").unitFraction < 0.5)
                    == (second.hash("listener-\(index)").unitFraction < 0.5)
            }
        // Independent halves agree half of the time; six standard deviations are 300.
        #expect(abs(agreements - 5_000) < 300)
        #expect(first.hash("x") == StableHash(salt: "holdout-1").hash("x"))
    }

    @Test("The same seed gives the same numbers, another seed others")
    func replay() {
        var (first, again, other) = (SeededGenerator(seed: 7), SeededGenerator(seed: 7), SeededGenerator(seed: 8))
        let numbers = (0..<100).map { _ in first.next() }
        #expect(numbers == (0..<100).map { _ in again.next() })
        #expect(Set(numbers).isDisjoint(with: (0..<100).map { _ in other.next() }))
    }

    @Test("The generator is SplitMix64, by its published sequence from seed 1234567")
    func splitMix() {
        var random = SeededGenerator(seed: 1_234_567)
        let published: [UInt64] = [
            6_457_827_717_110_365_317, 3_203_168_211_198_807_973, 9_817_491_932_198_370_423, 4_593_380_528_125_082_431,
            16_408_922_859_458_223_821,
        ]
        #expect(published.map { _ in random.next() } == published)
    }

    @Test("Uniform numbers fill [0, 1) and whole ones every place, by a chi-square test")
    func uniformity() {
        var random = SeededGenerator(seed: 3)
        var (reals, places) = ([Int](repeating: 0, count: 20), [Int](repeating: 0, count: 20))
        let draws = 40_000
        for _ in 0..<draws {
            let real = random.uniform()
            #expect((0..<1).contains(real))
            reals[Int(real * 20)] += 1
            places[random.index(below: 20)] += 1
        }
        for counts in [reals, places] {
            let expected = Double(draws) / 20
            let statistic = counts.reduce(0) { $0 + (Double($1) - expected) * (Double($1) - expected) / expected }
            // 19 degrees of freedom: above 50 once in 8,000 runs, and the seed is fixed.
            #expect(statistic < 50)
        }
    }
}
