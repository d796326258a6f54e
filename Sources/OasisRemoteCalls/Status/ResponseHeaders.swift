internal import Foundation
package import NIOHPACK
internal import OasisMessages
internal import SwiftProtobuf

/// The header blocks that a call is answered with.
package enum ResponseHeaders {
    /// Opens an answer that has messages.
    package static let opening: HPACKHeaders = [":status": "200", "content-type": "application/grpc"]
    /// Ends an answer that went well.
    package static let success: HPACKHeaders = ["grpc-status": "0"]
    /// Answers whoever speaks something else than gRPC.
    package static let notRemoteCall: HPACKHeaders = [
        ":status": "415", "accept": "application/grpc", "content-length": "0",
    ]

    /// Ends an answer with a failure; `alone` when no messages came before, so that the answer is this block only.
    package static func failure(_ failure: RemoteFailure, alone: Bool) -> HPACKHeaders {
        var headers: HPACKHeaders = alone ? opening : [:]
        headers.add(name: "grpc-status", value: String(failure.code.rawValue))
        headers.add(name: "grpc-message", value: PercentEncoding.encode(String(failure.message.prefix(1_000))))
        if failure.code == .unimplemented { headers.add(name: "grpc-accept-encoding", value: "identity") }
        if let details: Data = try? failure.status.serializedBytes() {
            // Senders of binary headers leave the padding out.
            let text = details.base64EncodedString().prefix { $0 != "=" }
            headers.add(name: "grpc-status-details-bin", value: String(text))
        }
        return headers
    }
}
