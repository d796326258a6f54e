/// How connections are kept, fed and given up.
package struct ConnectionSettings: Hashable, Sendable {
    /// Calls that a connection may have open at a time.
    package var concurrentCalls = 256
    /// Bytes that a caller may send ahead on one call.
    package var callWindowBytes = 256 * 1_024
    /// Bytes that a caller may send ahead on all calls together.
    package var connectionWindowBytes = 4 * 1_024 * 1_024
    /// Bytes of answers on one call that wait for the caller before its next message is looked at.
    package var unsentBytesMaximum = 64 * 1_024
    /// Seconds that a connection may have no call.
    package var idleSeconds = 300.0
    /// Seconds of silence during calls after which the other side is asked whether it is there.
    package var keepAliveSeconds = 60.0
    /// Seconds it has to answer that.
    package var keepAliveTimeoutSeconds = 20.0
    /// Calls that a connection may cancel in ten seconds; more is an attack.
    package var cancelledCallsMaximum = 20_000
    /// Pings and settings that a connection may send in ten seconds.
    package var controlFramesMaximum = 1_000

    /// The defaults.
    package init() {}
}
