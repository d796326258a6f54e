import NIOCore
import OasisRemoteCalls
import Testing

@Suite("One call from its head to its end")
struct CallStateMachineTests {
    /// What a machine says, in a form that compares.
    private enum Said: Equatable {
        case message([UInt8])
        case halfClose
        case fail(StatusCode)
    }

    private func call(_ shape: CallShape) -> CallStateMachine {
        CallStateMachine(shape: shape, messageBytesMaximum: 100)
    }

    /// Feeds bytes, and collects what is to be done with them.
    private func feed(_ call: inout CallStateMachine, _ bytes: [UInt8] = [], ends: Bool = false) -> [Said] {
        call.append(ByteBuffer(bytes: bytes), endsStream: ends)
        var said: [Said] = []
        while true {
            switch call.next() {
            case .wait: return said
            case .message(let message): said.append(.message(Array(message.readableBytesView)))
            case .halfClose: said.append(.halfClose)
            case .fail(let failure): said.append(.fail(failure.code))
            }
        }
    }

    @Test("A unary call's message is handed over once it is sure to be the only one")
    func unary() {
        for shape in [CallShape.unary, .serverStreaming] {
            var call = call(shape)
            #expect(feed(&call, framed([1, 2])) == [])
            #expect(feed(&call, ends: true) == [.message([1, 2]), .halfClose])
            #expect(feed(&call) == [])
        }
    }

    @Test("A unary call with no message or with two is refused")
    func cardinality() {
        var none = call(.unary)
        #expect(feed(&none, ends: true) == [.fail(.unimplemented)])
        var two = call(.unary)
        #expect(feed(&two, framed([1]) + framed([2])) == [.fail(.unimplemented)])
        #expect(feed(&two, framed([3]), ends: true) == [], "what follows a fault is dropped")
    }

    @Test("A stream's messages are handed over as they come")
    func streaming() {
        for shape in [CallShape.clientStreaming, .bidirectional] {
            var call = call(shape)
            #expect(feed(&call, framed([1]) + [0, 0]) == [.message([1])])
            #expect(feed(&call, [0, 0, 1, 2] + framed([3])) == [.message([2]), .message([3])])
            #expect(feed(&call, ends: true) == [.halfClose])
        }
    }

    @Test("A stream may end without a message")
    func emptyStream() {
        var call = call(.bidirectional)
        #expect(feed(&call, ends: true) == [.halfClose])
        #expect(call.finish() == .alone(resets: false))
    }

    @Test("A call that ends inside a message is a fault")
    func torn() {
        var call = call(.bidirectional)
        #expect(feed(&call, Array(framed([1, 2]).dropLast()), ends: true) == [.fail(.internal)])
    }

    @Test("A message that is too large ends the call at once")
    func oversized() {
        var call = call(.clientStreaming)
        #expect(feed(&call, [0, 0, 0, 0, 101]) == [.fail(.resourceExhausted)])
        #expect(call.finish() == .alone(resets: true), "the caller still sends, and must be told to stop")
    }

    @Test("Headers go before the first message alone, trailers behind the last")
    func sending() {
        var call = call(.bidirectional)
        #expect(call.send() == .openingFirst)
        #expect(call.send() == .message)
        #expect(call.finish() == .trailers(resets: true))
        #expect(call.isOver)
    }

    @Test("Nothing is sent after the end, and a call ends once")
    func afterTheEnd() {
        var call = call(.unary)
        _ = feed(&call, framed([1]), ends: true)
        #expect(call.send() == .openingFirst)
        #expect(call.finish() == .trailers(resets: false))
        #expect(call.send() == .drop)
        #expect(call.finish() == .drop)
        #expect(call.cancel() == false, "nobody has to be told of a call that is over")
    }

    @Test("A cancelled call takes and sends nothing more")
    func cancelled() {
        var call = call(.bidirectional)
        _ = feed(&call, framed([1]))
        #expect(call.cancel() == true)
        #expect(feed(&call, framed([2]), ends: true) == [])
        #expect(call.send() == .drop)
        #expect(call.finish() == .drop)
        #expect(call.cancel() == false)
    }

    @Test("A call is full while a whole message waits, and not while half of one does")
    func full() {
        var call = call(.bidirectional)
        call.append(ByteBuffer(bytes: framed([1, 2]).dropLast()), endsStream: false)
        #expect(!call.isFull)
        call.append(ByteBuffer(bytes: [2]), endsStream: false)
        #expect(call.isFull)
        _ = call.next()
        #expect(!call.isFull)
    }

    @Test("A window is opened again once half of it is used up")
    func window() {
        #expect(ReceiveWindow.increment(from: 51, to: 100) == nil)
        #expect(ReceiveWindow.increment(from: 50, to: 100) == 50)
        #expect(ReceiveWindow.increment(from: -20, to: 100) == 120)
    }
}
