package import NIOCore

/// When a request came, and by when its caller needs the answer.
package struct RequestArrival: Hashable, Sendable {
    /// When its first byte was read.
    package var received: NIODeadline
    /// Before this it cannot have been sent, because its connection still waited for an answer.
    ///
    /// Nothing when that is not known.
    package var notBefore: NIODeadline?
    /// How long the caller waits from sending it; nothing when it did not say.
    package var allowance: TimeAmount?

    /// Gathers an arrival.
    package init(received: NIODeadline, notBefore: NIODeadline? = nil, allowance: TimeAmount? = nil) {
        self.received = received
        self.notBefore = notBefore
        self.allowance = allowance
    }
}

/// The header `X-Deadline-Ms`: how many milliseconds the caller waits for its answer, from sending the request.
package enum DeadlineHeader {
    /// Its name.
    package static let name = "x-deadline-ms"
    /// The values that are taken, in milliseconds.
    package static let range: ClosedRange<Int64> = 1...60_000

    /// Reads the header's value.
    ///
    /// - Throws: `INVALID_FIELD` when it is no whole number in `range`.
    package static func allowance(_ value: some StringProtocol) throws(ServiceFailure) -> TimeAmount {
        guard value.utf8.count <= 5, value.utf8.allSatisfy({ (0x30...0x39).contains($0) }),
            let milliseconds = Int64(value), range.contains(milliseconds)
        else {
            throw ServiceFailure(
                .invalidField,
                "X-Deadline-Ms must be \(range.lowerBound) to \(range.upperBound) whole milliseconds, but is "
                    + "\"\(value.prefix(20))\".",
                field: "X-Deadline-Ms"
            )
        }
        return .milliseconds(milliseconds)
    }
}
