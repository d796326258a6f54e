internal import NIOCore
internal import OasisMessages
internal import SwiftProtobuf

/// Tells load balancers whether a service wants calls.
///
/// Source: gRPC, "Health Checking Protocol".
package struct HealthService: Sendable {
    /// Whether a service wants calls; nothing when there is none of that name.
    ///
    /// The empty name is the whole server.
    package typealias Source = @Sendable (_ service: String) -> Bool?

    /// How often watched services are looked at.
    static let period = TimeAmount.milliseconds(200)

    private let isServing: Source

    /// A service that asks `isServing`, which must not block.
    package init(isServing: @escaping Source) {
        self.isServing = isServing
    }

    /// Its methods.
    package var methods: [RemoteMethod] {
        let isServing = isServing
        return [
            .unary("/grpc.health.v1.Health/Check") {
                (request: Grpc_Health_V1_HealthCheckRequest, _) throws(RemoteFailure)
                    -> Grpc_Health_V1_HealthCheckResponse
                in
                guard let serves = isServing(request.service) else {
                    throw RemoteFailure(.notFound, reason: "NOT_FOUND", "There is no service \(request.service) here.")
                }
                return .with { $0.status = serves ? .serving : .notServing }
            },
            .streaming("/grpc.health.v1.Health/Watch", .serverStreaming) { _, reply in
                HealthWatch(isServing, reply)
            },
        ]
    }
}

/// Tells one caller how a service is, whenever that changes.
private final class HealthWatch: CallHandler {
    private let isServing: HealthService.Source
    private let reply: CallReply
    private var service = ""
    private var last: Grpc_Health_V1_HealthCheckResponse.ServingStatus?
    private var looks: RepeatedTask?

    init(_ isServing: @escaping HealthService.Source, _ reply: CallReply) {
        self.isServing = isServing
        self.reply = reply
    }

    func receive(_ message: ByteBuffer) throws(RemoteFailure) {
        let request: Grpc_Health_V1_HealthCheckRequest = try message.decoded()
        service = request.service
        try look()
        let bound = NIOLoopBound(self, eventLoop: reply.eventLoop)
        looks = reply.eventLoop.scheduleRepeatedTask(
            initialDelay: HealthService.period,
            delay: HealthService.period
        ) { _ in
            bound.value.lookAgain()
        }
    }

    func halfClose() {}

    func cancel() {
        looks?.cancel()
    }

    /// Who watches learns that nobody serves here any more, and asks elsewhere.
    func drain() {
        cancel()
        try? tell(.notServing)
        reply.finish(RemoteFailure(.unavailable, reason: "NOT_READY", "The server is stopping."))
    }

    private func lookAgain() {
        do throws(RemoteFailure) {
            try look()
        } catch {
            cancel()
            reply.finish(error)
        }
    }

    private func look() throws(RemoteFailure) {
        switch isServing(service) {
        case true?: try tell(.serving)
        case false?: try tell(.notServing)
        case nil: try tell(.serviceUnknown)
        }
    }

    private func tell(_ status: Grpc_Health_V1_HealthCheckResponse.ServingStatus) throws(RemoteFailure) {
        guard status != last else { return }
        last = status
        reply.send(try FramedMessage(Grpc_Health_V1_HealthCheckResponse.with { $0.status = status }))
    }
}
