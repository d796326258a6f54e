package import OasisMarket

/// Why a request was refused or failed, in the one shape that both ports answer with.
package struct ServiceFailure: Error, Hashable, Sendable {
    /// What programs compare; each has one HTTP status.
    package enum Reason: String, CaseIterable, Hashable, Sendable {
        case malformedRequest = "MALFORMED_REQUEST"
        case invalidJSON = "INVALID_JSON"
        case invalidField = "INVALID_FIELD"
        case unauthenticated = "UNAUTHENTICATED"
        case permissionDenied = "PERMISSION_DENIED"
        case crossOrigin = "CROSS_ORIGIN"
        case notFound = "NOT_FOUND"
        case methodNotAllowed = "METHOD_NOT_ALLOWED"
        case requestTimeout = "REQUEST_TIMEOUT"
        case alreadyExists = "ALREADY_EXISTS"
        case conflict = "CONFLICT"
        case lengthRequired = "LENGTH_REQUIRED"
        case preconditionFailed = "PRECONDITION_FAILED"
        case bodyTooLarge = "BODY_TOO_LARGE"
        case unsupportedMediaType = "UNSUPPORTED_MEDIA_TYPE"
        case preconditionRequired = "PRECONDITION_REQUIRED"
        case `internal` = "INTERNAL"
        case notReady = "NOT_READY"
        case overloaded = "OVERLOADED"
        case ledgerUnavailable = "LEDGER_UNAVAILABLE"

        /// The HTTP status that goes with it.
        package var status: Int {
            switch self {
            case .malformedRequest, .invalidJSON, .invalidField: 400
            case .unauthenticated: 401
            case .permissionDenied, .crossOrigin: 403
            case .notFound: 404
            case .methodNotAllowed: 405
            case .requestTimeout: 408
            case .alreadyExists, .conflict: 409
            case .lengthRequired: 411
            case .preconditionFailed: 412
            case .bodyTooLarge: 413
            case .unsupportedMediaType: 415
            case .preconditionRequired: 428
            case .internal: 500
            case .notReady, .overloaded, .ledgerUnavailable: 503
            }
        }
    }

    /// For programs.
    package var reason: Reason
    /// For people: what was wrong, and what to do.
    package var message: String
    /// Path of the field at fault: `candidates.track[3]`.
    package var field: String?
    /// The request it answers, when it was read that far.
    package var requestID: String?
    /// Headers that belong to the refusal, such as `Allow`.
    package var headers: [HeaderField]

    /// Gathers a failure.
    package init(
        _ reason: Reason,
        _ message: String,
        field: String? = nil,
        requestID: String? = nil,
        headers: [HeaderField] = []
    ) {
        self.reason = reason
        self.message = message
        self.field = field
        self.requestID = requestID
        self.headers = headers
    }

    /// A field that breaks a rule.
    package init(_ invalid: InvalidField, requestID: String? = nil) {
        let subject = invalid.field.isEmpty ? "The document" : invalid.field
        self.init(
            .invalidField,
            "\(subject) \(invalid.rule).",
            field: invalid.field.isEmpty ? nil : invalid.field,
            requestID: requestID
        )
    }

    /// A body that is not JSON.
    package init(_ fault: JSONFault) {
        self.init(.invalidJSON, "The body is not JSON: at byte \(fault.offset), \(fault.finding).")
    }

    /// A server that cannot take this now, but soon can.
    package static func busy(_ reason: Reason, _ message: String) -> ServiceFailure {
        ServiceFailure(reason, message, headers: [HeaderField("Retry-After", "1")])
    }

    /// The answer that carries it.
    package var reply: ServiceReply {
        var writer = JSONWriter()
        writer.object { writer in
            writer.key("error")
            writer.object { writer in
                writer.member("reason", reason.rawValue)
                writer.member("message", message)
                if let field { writer.member("field", field) }
                if let requestID { writer.member("requestId", requestID) }
            }
        }
        return ServiceReply(status: reason.status, headers: headers, body: writer.buffer)
    }
}

/// One HTTP header.
package struct HeaderField: Hashable, Sendable {
    /// Its name.
    package var name: String
    /// Its value.
    package var value: String

    /// Pairs a name with a value.
    package init(_ name: String, _ value: String) {
        self.name = name
        self.value = value
    }
}
