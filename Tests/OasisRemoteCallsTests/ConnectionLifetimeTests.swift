import NIOCore
import OasisRemoteCalls
import Testing

@Suite("When a connection is asked, told and closed")
struct ConnectionLifetimeTests {
    private func seconds(_ seconds: Int64) -> NIODeadline { .uptimeNanoseconds(0) + .seconds(seconds) }

    private func lifetime() -> ConnectionLifetime {
        var settings = ConnectionSettings()
        settings.idleSeconds = 30
        settings.keepAliveSeconds = 10
        settings.keepAliveTimeoutSeconds = 5
        return ConnectionLifetime(settings, now: seconds(0))
    }

    @Test("A connection without calls goes once it has been idle, in two steps")
    func idle() {
        var lifetime = lifetime()
        #expect(lifetime.tick(at: seconds(29)) == .none)
        #expect(lifetime.tick(at: seconds(30)) == .announce)
        #expect(lifetime.announcementArrived() == .goAway(closes: true))
        #expect(lifetime.tick(at: seconds(99)) == .none)
    }

    @Test("A silent connection with a call is asked, and closed when nobody answers")
    func silent() {
        var lifetime = lifetime()
        lifetime.callOpened()
        #expect(lifetime.tick(at: seconds(9)) == .none)
        #expect(lifetime.tick(at: seconds(10)) == .ping)
        #expect(lifetime.tick(at: seconds(14)) == .none)
        #expect(lifetime.tick(at: seconds(15)) == .close)
        #expect(lifetime.tick(at: seconds(16)) == .none)
    }

    @Test("Whatever is heard counts as an answer")
    func heard() {
        var lifetime = lifetime()
        lifetime.callOpened()
        #expect(lifetime.tick(at: seconds(10)) == .ping)
        lifetime.heard(at: seconds(12))
        #expect(lifetime.tick(at: seconds(21)) == .none)
        #expect(lifetime.tick(at: seconds(22)) == .ping)
    }

    @Test("A draining connection closes with its last call")
    func drain() {
        var lifetime = lifetime()
        lifetime.callOpened()
        #expect(lifetime.drain(at: seconds(1)) == .announce)
        #expect(lifetime.drain(at: seconds(1)) == .none, "told once")
        lifetime.callOpened()
        #expect(lifetime.announcementArrived() == .goAway(closes: false))
        #expect(lifetime.announcementArrived() == .none)
        #expect(lifetime.callClosed() == .none)
        #expect(lifetime.callClosed() == .close)
    }

    @Test("Who does not answer the announcement is told the rest a second later")
    func unanswered() {
        var lifetime = lifetime()
        lifetime.callOpened()
        #expect(lifetime.drain(at: seconds(1)) == .announce)
        #expect(lifetime.tick(at: seconds(1)) == .none)
        #expect(lifetime.tick(at: seconds(2)) == .goAway(closes: false))
        #expect(lifetime.callClosed() == .close)
    }

    @Test("Calls that end while nobody drains close nothing")
    func ordinary() {
        var lifetime = lifetime()
        lifetime.callOpened()
        #expect(lifetime.callClosed() == .none)
    }
}
