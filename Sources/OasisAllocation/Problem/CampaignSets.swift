/// Named groups of campaigns, such as licensors and tiers; groups may overlap.
public struct CampaignSets: Sendable {
    /// Where each set's members begin in `campaign`; one entry more than there are sets, rising from 0.
    public let offsets: Column<Int64>
    /// Members of all sets, one set after the other.
    public let campaign: Column<Int32>

    /// Sets in the layout of the problem directory.
    public init(offsets: Column<Int64>, campaign: Column<Int32>) {
        self.offsets = offsets
        self.campaign = campaign
    }

    /// Sets from lists of campaign indices.
    public init(_ members: [[Int32]] = []) {
        var ends: [Int64] = [0]
        for set in members { ends.append(ends[ends.count - 1] + Int64(set.count)) }
        self.init(offsets: Column(ends), campaign: Column(members.flatMap { $0 }))
    }

    /// Number of sets.
    public var count: Int { max(0, offsets.count - 1) }

    /// Members of one set.
    package func members(_ set: Int) -> UnsafeBufferPointer<Int32> {
        UnsafeBufferPointer(rebasing: campaign.unsafeElements[Int(offsets[set])..<Int(offsets[set + 1])])
    }
}
