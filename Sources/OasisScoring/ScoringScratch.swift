/// Working memory of one request: one allocation, carved into columns of one element for each candidate.
struct ScoringScratch {
    let offers: UnsafeMutablePointer<Offer>
    let hashes: UnsafeMutablePointer<UInt64>
    let netWorths: UnsafeMutablePointer<Double>
    let probabilities: UnsafeMutablePointer<Double>
    let drawn: UnsafeMutablePointer<Int>
    let candidates: UnsafeMutablePointer<UInt32>
    let campaigns: UnsafeMutablePointer<UInt32>
    /// Room for `CampaignPlaces`; before that, for what is looked up.
    let places: UnsafeMutablePointer<UInt64>
    let isMatch: UnsafeMutablePointer<Bool>

    /// Lends working memory for `count` candidates.
    static func with(candidates count: Int, _ body: (ScoringScratch) -> Void) {
        // One more of each: lists are written before it is known whether the element stays.
        let room = count + 1
        let placeCount = CampaignPlaces.capacity(candidates: count)
        let bytes = room * (MemoryLayout<Offer>.stride + 4 * 8 + 2 * 4 + 1) + placeCount * 8 + 16
        withUnsafeTemporaryAllocation(byteCount: bytes, alignment: 16) { memory in
            guard var next = memory.baseAddress else { return }
            func carve<Element>(_ type: Element.Type, _ count: Int) -> UnsafeMutablePointer<Element> {
                defer { next += count * MemoryLayout<Element>.stride }
                return next.bindMemory(to: type, capacity: count)
            }
            body(
                ScoringScratch(
                    offers: carve(Offer.self, room),
                    hashes: carve(UInt64.self, room),
                    netWorths: carve(Double.self, room),
                    probabilities: carve(Double.self, room),
                    drawn: carve(Int.self, room),
                    candidates: carve(UInt32.self, room + room % 2),
                    campaigns: carve(UInt32.self, room + room % 2),
                    places: carve(UInt64.self, placeCount),
                    isMatch: carve(Bool.self, room)
                )
            )
        }
    }
}

/// Where each campaign's offer stands: a small table with open addressing.
struct CampaignPlaces {
    /// Campaign + 1 in the upper half, place in the lower; 0 is free.
    private let entries: UnsafeMutablePointer<UInt64>
    private let mask: Int

    static func capacity(candidates: Int) -> Int {
        var capacity = 8
        while capacity < 2 * candidates { capacity *= 2 }
        return capacity
    }

    /// Clears as much of `memory` as `count` campaigns need.
    @inline(__always)
    init(_ memory: UnsafeMutablePointer<UInt64>, expecting count: Int) {
        let capacity = Self.capacity(candidates: count)
        memory.update(repeating: 0, count: capacity)
        entries = memory
        mask = capacity - 1
    }

    /// The place of a campaign's offer; `next` for one that had none.
    @inline(__always)
    func place(of campaign: UInt32, next: Int) -> Int {
        let wanted = UInt64(campaign) &+ 1
        var entry = Int(truncatingIfNeeded: (wanted &* 0x9e37_79b9_7f4a_7c15) >> 40) & mask
        while entries[entry] != 0 {
            if entries[entry] >> 32 == wanted { return Int(truncatingIfNeeded: entries[entry] & 0xffff_ffff) }
            entry = (entry &+ 1) & mask
        }
        entries[entry] = wanted << 32 | UInt64(truncatingIfNeeded: next)
        return next
    }
}
