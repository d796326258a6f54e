import COasis
import COasisHeader
import Foundation
import OasisMarket
import OasisScoring
import Testing

@Suite("Snapshots and receipts through C")
struct SnapshotAndReceiptTests {
    private func open(_ path: String) -> (status: oasis_status, handle: OpaquePointer?, error: oasis_error) {
        let memory = BorrowedMemory()
        defer { withExtendedLifetime(memory) {} }
        var (handle, error): (OpaquePointer?, oasis_error) = (nil, .sized)
        let status = oasis_snapshot_open(memory.text(path), &handle, &error)
        return (status, handle, error)
    }

    @Test("A snapshot says what it is, and names its campaigns")
    func info() throws {
        let fixture = try SnapshotFixture()
        defer { withExtendedLifetime(fixture) {} }
        var info = oasis_snapshot_info()
        info.struct_size = UInt64(MemoryLayout<oasis_snapshot_info>.size)
        #expect(oasis_snapshot_info_get(fixture.handle, &info, nil) == OASIS_OK)
        #expect(info.number == 7 && info.policy_version == 3 && info.campaign_count == 30 && info.track_count == 60)
        #expect(info.boost_maximum == 0.6 && info.promoted_per_slate_maximum == 3)
        #expect(text(of: info.scale) == "test/1")
        var campaign = oasis_campaign()
        campaign.struct_size = UInt64(MemoryLayout<oasis_campaign>.size)
        #expect(oasis_snapshot_campaign(fixture.handle, 3, &campaign, nil) == OASIS_OK)
        #expect(campaign.number == 4 && campaign.has_cap == 1 && text(of: campaign.name) == "campaign-3")
        #expect(oasis_snapshot_campaign(fixture.handle, 30, &campaign, nil) == OASIS_BAD_ARGUMENT)
        #expect(oasis_snapshot_campaign(nil, 0, &campaign, nil) == OASIS_BAD_ARGUMENT)
        #expect(oasis_snapshot_info_get(fixture.handle, nil, nil) == OASIS_BAD_ARGUMENT)
    }

    @Test("A file that is damaged, cut short or missing is refused by section, and never opened")
    func damaged() throws {
        let fixture = try SnapshotFixture()
        defer { withExtendedLifetime(fixture) {} }
        let bytes = try Data(contentsOf: URL(fileURLWithPath: fixture.path))
        var random = SeededGenerator(seed: 3)
        for attempt in 0..<60 {
            var changed = bytes
            if attempt % 2 == 0 {
                changed[random.index(below: changed.count)] ^= 1 << UInt8(random.index(below: 8))
            } else {
                changed = changed.prefix(random.index(below: changed.count))
            }
            let path = fixture.folder.appendingPathComponent("damaged-\(attempt)").path
            try changed.write(to: URL(fileURLWithPath: path))
            let opened = open(path)
            #expect(opened.status == OASIS_BAD_FILE && opened.handle == nil)
            #expect(!text(of: opened.error.field).isEmpty && !text(of: opened.error.rule).isEmpty)
        }
        #expect(open(fixture.folder.path + "/missing").status == OASIS_BAD_FILE)
        #expect(open(fixture.folder.path).status == OASIS_BAD_FILE)
        #expect(open("").status == OASIS_REFUSED)
        #expect(open("a\0b").status == OASIS_REFUSED)
        #expect(oasis_snapshot_open(oasis_text(bytes: nil, length: 0), nil, nil) == OASIS_BAD_ARGUMENT)
    }

    @Test("A snapshot made at no time is refused", arguments: [Int64.min, -1, 1 << 48, .max])
    func noTime(milliseconds: Int64) {
        let fault = #expect(throws: SnapshotFile.Fault.self) {
            try SnapshotFixture(createdAt: Timestamp(milliseconds: milliseconds))
        }
        #expect(fault?.section == "identity")
    }

    @Test("Closing nothing is fine")
    func closing() {
        oasis_snapshot_close(nil)
        oasis_keys_close(nil)
    }

    @Test("Names hash as everywhere else")
    func hashes() {
        let memory = BorrowedMemory()
        defer { withExtendedLifetime(memory) {} }
        var hashes = [UInt64](repeating: 0, count: 3)
        let offsets: [UInt32] = [0, 1, 9, 9]
        let status = oasis_name_hashes(memory.text("abcdefghi"), offsets, 3, &hashes, nil)
        #expect(status == OASIS_OK)
        #expect(hashes == ["a", "bcdefghi", ""].map { StableHash.ofNames.hash($0) })
        var error = oasis_error.sized
        #expect(oasis_name_hashes(memory.text("abc"), [0, 4], 1, &hashes, &error) == OASIS_REFUSED)
        #expect(text(of: error.field) == "offsets")
        #expect(oasis_name_hashes(memory.text("abc"), nil, 1, &hashes, nil) == OASIS_BAD_ARGUMENT)
        #expect(oasis_name_hashes(memory.text("abc"), [0, 1], 1, nil, nil) == OASIS_BAD_ARGUMENT)
    }

    /// A set of keys whose first one signs.
    private func keys(_ ids: [UInt32], secretLength: UInt64 = 16) -> (status: oasis_status, keys: OpaquePointer?) {
        let memory = BorrowedMemory()
        defer { withExtendedLifetime(memory) {} }
        let parts = ids.map { id in
            oasis_receipt_key(
                id: id,
                reserved: 0,
                secret: memory.copy([UInt8](repeating: UInt8(truncatingIfNeeded: id), count: 32)),
                secret_length: secretLength
            )
        }
        var keys: OpaquePointer?
        let status = oasis_keys_make(9, memory.copy(parts), UInt64(parts.count), &keys, nil)
        return (status, keys)
    }

    private struct Verified {
        var status: oasis_status
        var facts = oasis_receipt_facts()
        var error = oasis_error.sized

        init(_ receipt: [UInt8], _ keys: OpaquePointer?, now: Int64 = 0, horizon: Int64 = 0) {
            facts.struct_size = UInt64(MemoryLayout<oasis_receipt_facts>.size)
            status = oasis_receipt_verify(keys, receipt, UInt64(receipt.count), now, horizon, &facts, &error)
        }
    }

    @Test("A receipt is verified by any key that is known, until its horizon")
    func receipt() throws {
        let fixture = try SnapshotFixture(holdout: 0)
        defer { withExtendedLifetime(fixture) {} }
        let old = try #require(keys([1]).keys)
        let rotated = try #require(keys([2, 1]).keys)
        let other = try #require(keys([2]).keys)
        defer { for keys in [old, rotated, other] { oasis_keys_close(keys) } }
        let arrays = RequestArrays(seed: 4)
        let answer = ScoredArrays(arrays, by: fixture.handle, keys: old)
        try #require(answer.count > 0)
        let receipt = answer.receipt(0)
        let issued = arrays.time.milliseconds
        let verified = Verified(receipt, rotated, now: issued + 1_000, horizon: 1_000)
        #expect(verified.status == OASIS_OK)
        #expect(verified.facts.issued_at_milliseconds == issued)
        #expect(verified.facts.campaign_number == Int64(answer.campaign[0]) + 1)
        #expect(verified.facts.propensity.bitPattern == answer.propensity[0].bitPattern)
        #expect(text(of: verified.facts.surface) == "radio" && text(of: verified.facts.market) == "DE")
        #expect(Verified(receipt, rotated, now: issued + 1_001, horizon: 1_000).status == OASIS_RECEIPT_EXPIRED)
        #expect(Verified(receipt, rotated, now: .max, horizon: .max).status == OASIS_OK)
        #expect(Verified(receipt, rotated, now: .min, horizon: 1).status == OASIS_OK)
        #expect(Verified(receipt, other).status == OASIS_RECEIPT_UNKNOWN_KEY)
        for place in 2..<receipt.count {
            var forged = receipt
            forged[place] ^= 1
            #expect(Verified(forged, old).status == OASIS_RECEIPT_FORGED)
        }
        #expect(Verified(Array(receipt.dropLast()), old).status == OASIS_RECEIPT_FORGED)
        #expect(Verified([], old).status == OASIS_RECEIPT_MALFORMED)
        #expect(Verified([UInt8](repeating: 0, count: 97), old).status == OASIS_RECEIPT_MALFORMED)
        #expect(Verified(receipt, nil).status == OASIS_BAD_ARGUMENT)
        #expect(Verified(receipt, old, horizon: -1).status == OASIS_REFUSED)
    }

    @Test("Keys that are none are refused")
    func badKeys() {
        #expect(keys([]).status == OASIS_REFUSED)
        #expect(keys([256]).status == OASIS_REFUSED)
        #expect(keys([1, 1]).status == OASIS_REFUSED)
        #expect(keys([1], secretLength: 15).status == OASIS_REFUSED)
        let memory = BorrowedMemory()
        defer { withExtendedLifetime(memory) {} }
        var made: OpaquePointer?
        for text in ["", "abc", String(repeating: "g", count: 64), String(repeating: "0", count: 66)] {
            #expect(oasis_keys_read(memory.text(text), &made, nil) == OASIS_REFUSED)
        }
        #expect(oasis_keys_make(1, nil, 1, &made, nil) == OASIS_BAD_ARGUMENT)
        #expect(oasis_keys_read(memory.text(SnapshotFixture.secret), nil, nil) == OASIS_BAD_ARGUMENT)
        #expect(made == nil)
    }
}
