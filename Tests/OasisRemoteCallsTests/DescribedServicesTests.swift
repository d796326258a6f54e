import Foundation
import OasisRemoteCalls
import SwiftProtobuf
import Testing

@Suite("What reflection knows")
struct DescribedServicesTests {
    private let described = DescribedServices.all

    private func names(_ files: [[UInt8]]?) throws -> [String] {
        try (files ?? []).map { try Google_Protobuf_FileDescriptorProto(serializedBytes: $0).name }
    }

    @Test("Every service is listed")
    func services() {
        #expect(
            described.services == [
                "grpc.health.v1.Health", "grpc.reflection.v1.ServerReflection",
                "grpc.reflection.v1alpha.ServerReflection", "oasis.v1.PromotionEvents", "oasis.v1.PromotionScoring",
            ]
        )
    }

    @Test("A file comes with all that it imports, once each")
    func imports() throws {
        let names = try names(described.files(from: "oasis/v1/promotion_scoring.proto"))
        #expect(names.first == "oasis/v1/promotion_scoring.proto")
        #expect(
            names.dropFirst().sorted() == [
                "google/protobuf/any.proto", "google/protobuf/timestamp.proto", "google/rpc/status.proto",
            ]
        )
    }

    @Test(
        "Services, methods, messages, nested messages and enums lead to their files",
        arguments: [
            ("oasis.v1.PromotionScoring", "oasis/v1/promotion_scoring.proto"),
            ("oasis.v1.PromotionEvents.Record", "oasis/v1/promotion_events.proto"),
            ("oasis.v1.Candidates", "oasis/v1/promotion_scoring.proto"),
            ("google.rpc.BadRequest.FieldViolation", "google/rpc/error_details.proto"),
            ("grpc.health.v1.HealthCheckResponse.ServingStatus", "grpc/health/v1/health.proto"),
            ("oasis.v1.Arm", "oasis/v1/promotion_scoring.proto"),
        ]
    )
    func symbols(symbol: String, file: String) throws {
        #expect(try names(described.files(declaring: symbol)).first == file)
    }

    @Test("What is not there is not found")
    func unknown() {
        #expect(described.files(from: "oasis/v2/nothing.proto") == nil)
        #expect(described.files(declaring: "oasis.v1.Nothing") == nil)
        #expect(!described.declares("oasis.v1.Nothing"))
    }
}
