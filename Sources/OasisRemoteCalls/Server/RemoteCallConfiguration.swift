/// What a server answers, and within which limits.
package struct RemoteCallConfiguration: Sendable {
    /// The methods by path.
    package let methods: [String: RemoteMethod]
    /// What callers may demand of a call.
    package var limits = CallLimits()
    /// How connections are kept.
    package var connection = ConnectionSettings()
    /// Most connections at a time.
    package var connections = 4_096
    /// Told how each call ended; the path is empty when it named no method.
    package var onEnd: @Sendable (_ path: String, _ code: StatusCode) -> Void = { _, _ in }

    /// A server of these methods.
    package init(_ methods: [RemoteMethod]) {
        self.methods = Dictionary(methods.map { ($0.path, $0) }) { first, _ in first }
    }
}
