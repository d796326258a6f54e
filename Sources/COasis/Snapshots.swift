public import COasisHeader
internal import OasisMarket
internal import OasisScoring

/// Maps a snapshot file and checks all of it.
@c @implementation
public func oasis_snapshot_open(
    _ path: oasis_text,
    _ snapshot: UnsafeMutablePointer<OpaquePointer?>!,
    _ error: UnsafeMutablePointer<oasis_error>!
) -> oasis_status {
    call(error) { () throws(CallFailure) in
        let output = try Handle.output(snapshot, "snapshot")
        let path = try Argument.text(path, "path")
        guard !path.isEmpty, !path.utf8.contains(0) else { throw .refused("path", nil, "must name a file") }
        do throws(SnapshotFile.Fault) {
            output.pointee = Handle.open(SnapshotHandle(Scorer(try MappedSnapshot(path: path))))
        } catch {
            throw CallFailure(OASIS_BAD_FILE, error.section, nil, error.rule)
        }
    }
}

/// Ends the use of a snapshot.
@c @implementation
public func oasis_snapshot_close(_ snapshot: OpaquePointer!) {
    Handle.close(snapshot, as: SnapshotHandle.self)
}

/// Says what a snapshot is.
@c @implementation
public func oasis_snapshot_info_get(
    _ snapshot: OpaquePointer!,
    _ info: UnsafeMutablePointer<oasis_snapshot_info>!,
    _ error: UnsafeMutablePointer<oasis_error>!
) -> oasis_status {
    call(error) { () throws(CallFailure) in
        let snapshot = try Handle.object(snapshot, "snapshot", as: SnapshotHandle.self).scorer.pricedBy
        let info = try Argument.output(info, "info")
        info.pointee.number = snapshot.number
        info.pointee.created_at_milliseconds = snapshot.createdAt.milliseconds
        info.pointee.policy_version = snapshot.policyVersion
        info.pointee.campaign_count = UInt64(snapshot.campaignCount)
        info.pointee.track_count = UInt64(snapshot.trackCount)
        info.pointee.cell_count = UInt64(snapshot.cells.count)
        info.pointee.boost_maximum = snapshot.guardrails.maxBoost
        info.pointee.promoted_per_slate_maximum = UInt64(clamping: snapshot.guardrails.maxPromotedPerSlate)
        write(snapshot.scale, to: &info.pointee.scale)
    }
}

/// The campaign at a place.
@c @implementation
public func oasis_snapshot_campaign(
    _ snapshot: OpaquePointer!,
    _ place: UInt64,
    _ campaign: UnsafeMutablePointer<oasis_campaign>!,
    _ error: UnsafeMutablePointer<oasis_error>!
) -> oasis_status {
    call(error) { () throws(CallFailure) in
        let snapshot = try Handle.object(snapshot, "snapshot", as: SnapshotHandle.self).scorer.pricedBy
        let campaign = try Argument.output(campaign, "campaign")
        guard place < UInt64(snapshot.campaignCount) else {
            throw .badArgument("place", "must be 0 ..< \(snapshot.campaignCount), but is \(place)")
        }
        campaign.pointee.number = snapshot.campaignNumber(Int(place))
        campaign.pointee.has_cap = snapshot.hasCap(Int(place)) ? 1 : 0
        campaign.pointee.reserved = 0
        write(snapshot.campaignID(Int(place)).text, to: &campaign.pointee.name)
    }
}

/// 64-bit hashes of names.
@c @implementation
public func oasis_name_hashes(
    _ names: oasis_text,
    _ offsets: UnsafePointer<UInt32>!,
    _ count: UInt64,
    _ hashes: UnsafeMutablePointer<UInt64>!,
    _ error: UnsafeMutablePointer<oasis_error>!
) -> oasis_status {
    call(error) { () throws(CallFailure) in
        guard count < UInt64(UInt32.max) else { throw .badArgument("count", "cannot be \(count)") }
        let hashes = try Argument.output(hashes, count, "hashes")
        let offsets = try Argument.array(offsets, count + 1, "offsets")
        let bytes = try Argument.names(names, offsets, fields: ("names", "offsets"))
        for place in hashes.indices {
            let name = UnsafeRawBufferPointer(
                start: bytes + Int(offsets[place]),
                count: Int(offsets[place + 1] - offsets[place])
            )
            hashes[place] = StableHash.ofNames.hash(name)
        }
    }
}
