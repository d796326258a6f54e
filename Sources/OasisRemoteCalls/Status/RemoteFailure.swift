package import OasisMessages
internal import SwiftProtobuf

/// Why a call failed: a code, a sentence, and what programs can read.
package struct RemoteFailure: Error, Hashable, Sendable {
    /// Whose reasons `reason` is one of, as AIP-193 wants it said.
    package static let domain = "oasis"

    /// The code; never `ok`.
    package var code: StatusCode
    /// For people: what was wrong, and what to do.
    package var message: String
    /// For programs: `INVALID_FIELD`.
    package var reason: String
    /// The field at fault, with the rule it breaks.
    package var violation: Violation?
    /// More for programs, by name.
    package var metadata: [String: String]
    /// Seconds after which the same call may succeed.
    package var retryAfterSeconds: Int?

    /// A field that breaks a rule.
    package struct Violation: Hashable, Sendable {
        /// Its path in the message: `candidates.track_id[3]`.
        package var field: String
        /// What must hold, and what was found.
        package var rule: String

        /// Pairs a field with a rule.
        package init(field: String, rule: String) {
            self.field = field
            self.rule = rule
        }
    }

    /// Gathers a failure.
    package init(
        _ code: StatusCode,
        reason: String,
        _ message: String,
        violation: Violation? = nil,
        metadata: [String: String] = [:],
        retryAfterSeconds: Int? = nil
    ) {
        self.code = code
        self.reason = reason
        self.message = message
        self.violation = violation
        self.metadata = metadata
        self.retryAfterSeconds = retryAfterSeconds
    }

    /// The failure as `google.rpc.Status`, with `ErrorInfo` first.
    package var status: Google_Rpc_Status {
        var status = Google_Rpc_Status()
        status.code = Int32(code.rawValue)
        status.message = message
        var cause = Google_Rpc_ErrorInfo()
        cause.reason = reason
        cause.domain = Self.domain
        cause.metadata = metadata
        var details: [any Message] = [cause]
        if let violation {
            var request = Google_Rpc_BadRequest()
            request.fieldViolations = [
                .with {
                    $0.field = violation.field
                    $0.description_p = violation.rule
                }
            ]
            details.append(request)
        }
        if let retryAfterSeconds {
            var retry = Google_Rpc_RetryInfo()
            retry.retryDelay.seconds = Int64(retryAfterSeconds)
            details.append(retry)
        }
        // Packing fails only for messages with required fields, which proto3 has none of.
        status.details = details.compactMap { try? Google_Protobuf_Any(message: $0) }
        return status
    }
}
