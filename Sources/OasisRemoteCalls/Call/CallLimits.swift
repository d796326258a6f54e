/// What callers may demand of one call.
package struct CallLimits: Hashable, Sendable {
    /// Most bytes of a message.
    package var messageBytes = 1_048_576
    /// Most bytes of a call's headers, names and values together.
    package var metadataBytes = 16 * 1_024
    /// Most headers of a call.
    package var metadataFields = 100
    /// Seconds within which a unary call's message must have arrived.
    package var requestSeconds = 10.0

    /// The defaults.
    package init() {}
}
