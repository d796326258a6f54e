internal import OasisMarket

extension Ghost {
    private static let thinning = StableHash(key0: 0x6f61_7369_732d_6768, key1: 0x6f73_742d_7368_6172)

    /// Whether a listener's ghosts are among the `share` that is kept.
    ///
    /// Listeners, not requests: whoever is kept at a share is kept at every larger one, so a month's listeners under the
    /// least share of the month are a fair sample, however often each of them listens.
    package static func isKept(ofListener listenerHash: UInt64, share: Double) -> Bool {
        thinning.hash(listenerHash).unitFraction < share
    }
}
