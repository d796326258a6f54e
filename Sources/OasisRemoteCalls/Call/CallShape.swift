/// How many messages go each way.
package enum CallShape: Hashable, Sendable {
    /// One in, one out.
    case unary
    /// Any number in, one out.
    case clientStreaming
    /// One in, any number out.
    case serverStreaming
    /// Any number each way.
    case bidirectional

    /// Whether the caller sends exactly one message.
    package var takesOneMessage: Bool { self == .unary || self == .serverStreaming }
}
