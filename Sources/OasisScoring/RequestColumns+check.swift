package import OasisMarket

extension RequestColumns {
    /// The first rule that a request breaks, whoever holds its columns; lengths are the caller's to check.
    ///
    /// Fields are named as in a `ScoreRequest` in JSON.
    package func firstFault(with head: RequestHead) -> InvalidField? {
        if !(1...100).contains(head.slateSize) {
            return InvalidField("slateSize", "must be 1 to 100, but is \(head.slateSize)")
        }
        if !(0...head.slateSize).contains(head.promotableSlots) {
            let rule = "must be 0 to slateSize (\(head.slateSize)), but is \(head.promotableSlots)"
            return InvalidField("promotableSlots", rule)
        }
        if case .names(let bytes, let offsets) = tracks,
            let (place, fault) = TrackNames.firstFault(bytes, offsets: offsets, count: count)
        {
            return fault.inside("candidates.track[\(place)]")
        }
        return firstFaultOfNumbers()
    }

    private func firstFaultOfNumbers() -> InvalidField? {
        for index in 0..<count where !(abs(organicScores[index]) <= 1e6) {
            let rule = "must be a number of at most 1e6, but is \(organicScores[index])"
            return InvalidField("candidates.organicScore[\(index)]", rule)
        }
        guard let streamProbabilities else { return nil }
        for index in 0..<count where !(0...1).contains(streamProbabilities[index]) {
            let rule = "must be 0 to 1, but is \(streamProbabilities[index])"
            return InvalidField("candidates.streamProbability[\(index)]", rule)
        }
        return nil
    }
}
