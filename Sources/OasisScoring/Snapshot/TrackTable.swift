/// Finds tracks by the hash of their names: open addressing by groups of eight, where the file lies.
///
/// Each group is one word of eight tags, 0 for a free slot, else 128 + the hash's lowest seven bits, and eight slots that
/// name tracks. A track is in the group that the hash's other bits choose, or, while groups are full, in the next ones.
/// At most half of the slots are taken. So one word says for nearly every track that nobody promotes that it is not here,
/// and all the words of a million tracks are two megabytes. The idea of tags apart from slots is that of Abseil's
/// "Swiss tables".
struct TrackTable {
    let groups: UnsafePointer<UInt64>
    let slots: UnsafePointer<UInt32>
    let groupMask: Int

    static let slotsPerGroup = 8

    static func groupCount(tracks: Int) -> Int {
        var count = 1
        while count * slotsPerGroup < 2 * tracks { count *= 2 }
        return count
    }

    @inline(__always)
    static func group(_ hash: UInt64) -> Int { Int(truncatingIfNeeded: hash >> 7) }

    /// The tag in every byte.
    @inline(__always)
    static func tags(_ hash: UInt64) -> UInt64 { (hash & 0x7f | 0x80) &* ones }

    /// The highest bit of each byte of `group` that equals the tag; now and then of one that does not.
    @inline(__always)
    static func matches(_ group: UInt64, _ tags: UInt64) -> UInt64 {
        let difference = group ^ tags
        return (difference &- ones) & ~difference & highest
    }

    /// 1 when a track with these matches may be in a group, or in the next ones.
    ///
    /// Without a branch: one that waits for the group would keep the next groups from being fetched meanwhile.
    @inline(__always)
    static func mayHold(_ group: UInt64, _ matches: UInt64) -> Int {
        let free = ~group & highest
        let (isMatched, isFree) = ((matches | (0 &- matches)) >> 63, (free | (0 &- free)) >> 63)
        return Int(truncatingIfNeeded: isMatched | (isFree ^ 1))
    }

    @inline(__always)
    static func isFull(_ group: UInt64) -> Bool { group & highest == highest }

    static let ones: UInt64 = 0x0101_0101_0101_0101
    static let highest: UInt64 = 0x8080_8080_8080_8080
}

/// Fills a table.
struct TrackTableBuilder {
    let groups: UnsafeMutablePointer<UInt64>
    let slots: UnsafeMutablePointer<UInt32>
    let groupMask: Int
    let tracks: UnsafePointer<TrackRecord>
    let names: UnsafePointer<UInt64>

    /// Enters a track; of two with one name the later stays.
    func insert(_ track: Int) {
        let hash = tracks[track].hash
        var group = TrackTable.group(hash) & groupMask
        while true {
            for place in 0..<TrackTable.slotsPerGroup {
                let tag = groups[group] >> UInt64(8 * place) & 0xff
                let slot = group * TrackTable.slotsPerGroup + place
                if tag == 0 {
                    groups[group] |= (hash & 0x7f | 0x80) << UInt64(8 * place)
                    slots[slot] = UInt32(track)
                    return
                }
                if isSameName(Int(slots[slot]), track) {
                    slots[slot] = UInt32(track)
                    return
                }
            }
            group = (group + 1) & groupMask
        }
    }

    private func isSameName(_ first: Int, _ second: Int) -> Bool {
        guard tracks[first].hash == tracks[second].hash else { return false }
        let (one, other) = (Int(tracks[first].name), Int(tracks[second].name))
        let length = Int(tracks[first + 1].name) - one
        guard Int(tracks[second + 1].name) - other == length else { return false }
        return (0..<length).allSatisfy { names[one + $0] == names[other + $0] }
    }
}
