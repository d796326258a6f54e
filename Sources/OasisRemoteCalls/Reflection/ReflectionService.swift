internal import Foundation
internal import NIOCore
internal import OasisMessages
internal import SwiftProtobuf

/// Describes the server's services to tools such as grpcurl.
///
/// Source: gRPC, "Server Reflection Protocol".
package struct ReflectionService: Sendable {
    private let described: DescribedServices

    /// A service that answers from these descriptors.
    package init(_ described: DescribedServices = .all) {
        self.described = described
    }

    /// Its methods: the protocol's, and the same under the name that older tools ask for.
    package var methods: [RemoteMethod] {
        let described = described
        return ["v1", "v1alpha"]
            .map { version in
                .streaming("/grpc.reflection.\(version).ServerReflection/ServerReflectionInfo", .bidirectional) {
                    ReflectionConversation(described, $1)
                }
            }
    }
}

/// Answers one caller's questions.
private final class ReflectionConversation: CallHandler {
    private let described: DescribedServices
    private let reply: CallReply

    init(_ described: DescribedServices, _ reply: CallReply) {
        self.described = described
        self.reply = reply
    }

    func receive(_ message: ByteBuffer) throws(RemoteFailure) {
        let request: Grpc_Reflection_V1_ServerReflectionRequest = try message.decoded()
        var response = Grpc_Reflection_V1_ServerReflectionResponse()
        response.validHost = request.host
        response.originalRequest = request
        response.messageResponse = answer(request)
        reply.send(try FramedMessage(response))
    }

    func halfClose() {
        reply.finish()
    }

    func drain() {
        reply.finish(RemoteFailure(.unavailable, reason: "NOT_READY", "The server is stopping."))
    }

    private func answer(
        _ request: Grpc_Reflection_V1_ServerReflectionRequest
    ) -> Grpc_Reflection_V1_ServerReflectionResponse.OneOf_MessageResponse {
        switch request.messageRequest {
        case .fileByFilename(let name): files(described.files(from: name), name)
        case .fileContainingSymbol(let symbol): files(described.files(declaring: symbol), symbol)
        case .fileContainingExtension(let wanted):
            failure(.notFound, "There are no extensions of \(wanted.containingType) here.")
        case .allExtensionNumbersOfType(let type):
            described.declares(type)
                ? .allExtensionNumbersResponse(.with { $0.baseTypeName = type })
                : failure(.notFound, "There is no \(type) here.")
        case .listServices:
            .listServicesResponse(
                .with { $0.service = described.services.map { name in .with { $0.name = name } } }
            )
        case nil: failure(.invalidArgument, "Ask for a file, a symbol or the services.")
        }
    }

    private func files(
        _ files: [[UInt8]]?,
        _ name: String
    ) -> Grpc_Reflection_V1_ServerReflectionResponse.OneOf_MessageResponse {
        guard let files else { return failure(.notFound, "There is no \(name) here.") }
        return .fileDescriptorResponse(.with { $0.fileDescriptorProto = files.map { Data($0) } })
    }

    private func failure(
        _ code: StatusCode,
        _ message: String
    ) -> Grpc_Reflection_V1_ServerReflectionResponse.OneOf_MessageResponse {
        .errorResponse(
            .with {
                $0.errorCode = Int32(code.rawValue)
                $0.errorMessage = message
            }
        )
    }
}
