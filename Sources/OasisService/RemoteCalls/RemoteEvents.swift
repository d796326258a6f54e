internal import NIOCore
internal import OasisLedger
internal import OasisMarket
internal import OasisMessages
internal import OasisPlanning
internal import OasisRemoteCalls

/// The service `oasis.v1.PromotionEvents`.
struct RemoteEvents: Sendable {
    static let name = "oasis.v1.PromotionEvents"

    let routes: ScoringRoutes

    /// Its methods.
    var methods: [RemoteMethod] {
        [
            .streaming("/\(Self.name)/Record", .clientStreaming) { (head, reply) throws(RemoteFailure) in
                try routes.admit(head, needing: .events)
                return EventRecording(routes, reply)
            }
        ]
    }
}

/// Takes in one caller's events.
///
/// Nothing is refused because the ledger is busy: a batch for which the queue has no room waits here, and its caller is
/// held back meanwhile by the call's flow control.
private final class EventRecording: CallHandler {
    /// Batches on their way to the disk; more would not make it faster.
    private static let batchesMaximum = 4
    /// Events of one call; what is known of each is kept until its end.
    private static let eventsMaximum: Int64 = 1_000_000
    private static let patience = TimeAmount.milliseconds(20)

    private struct Batch {
        var reports: [OutcomeReport]
        /// Index of its first event in the call.
        var start: Int64
    }

    private let routes: ScoringRoutes
    private let reply: CallReply
    private var received: Int64 = 0
    private var batchesWriting = 0
    private var waiting: Batch?
    private var isHalfClosed = false
    private var isOver = false
    private var response = Oasis_V1_RecordResponse()

    init(_ routes: ScoringRoutes, _ reply: CallReply) {
        self.routes = routes
        self.reply = reply
    }

    var isReady: Bool { waiting == nil && batchesWriting < Self.batchesMaximum }

    func receive(_ message: ByteBuffer) throws(RemoteFailure) {
        let request: Oasis_V1_RecordRequest = try message.decoded()
        let batch: Batch
        do throws(InvalidField) {
            batch = Batch(reports: try EventMessages.reports(request), start: received)
        } catch {
            throw RemoteFailure(error)
        }
        guard !batch.reports.isEmpty else { return }
        received += Int64(batch.reports.count)
        guard received <= Self.eventsMaximum else {
            throw RemoteFailure(
                ServiceFailure(
                    .bodyTooLarge,
                    "A call may have at most \(Self.eventsMaximum) events; send the rest in another one."
                )
            )
        }
        submit(batch)
    }

    func halfClose() {
        isHalfClosed = true
        finishWhenWritten()
    }

    func cancel() {
        isOver = true
    }

    private func submit(_ batch: Batch) {
        let eventLoop = reply.eventLoop
        let bound = NIOLoopBound((self, batch), eventLoop: eventLoop)
        batchesWriting += 1
        do throws(ServiceFailure) {
            try routes.submit(batch.reports) { result in
                eventLoop.execute {
                    let (recording, batch) = bound.value
                    recording.wrote(batch, result)
                }
            }
        } catch {
            batchesWriting -= 1
            waiting = batch
            eventLoop.scheduleTask(in: Self.patience) { bound.value.0.submitAgain() }
        }
    }

    private func submitAgain() {
        guard !isOver, let batch = waiting else { return }
        waiting = nil
        submit(batch)
        if isReady { reply.resume() }
    }

    private func wrote(_ batch: Batch, _ result: Result<[RecordResult], ServiceFailure>) {
        batchesWriting -= 1
        guard !isOver else { return }
        switch result {
        case .success(let results):
            for (offset, result) in results.enumerated() {
                let index = batch.start + Int64(offset)
                if let message = EventMessages.result(result, of: batch.reports[offset].id, at: index) {
                    response.results.append(message)
                } else {
                    response.recordedCount += 1
                }
            }
            if isHalfClosed { finishWhenWritten() } else { reply.resume() }
        case .failure(let failure):
            isOver = true
            reply.finish(RemoteFailure(failure))
        }
    }

    private func finishWhenWritten() {
        guard batchesWriting == 0, waiting == nil else { return }
        isOver = true
        response.results.sort { $0.index < $1.index }
        do throws(RemoteFailure) {
            reply.send(try FramedMessage(response))
            reply.finish()
        } catch {
            reply.finish(error)
        }
    }
}
