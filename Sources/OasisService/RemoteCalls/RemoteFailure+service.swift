internal import OasisMarket
internal import OasisRemoteCalls

extension RemoteFailure {
    /// A failure of this service as calls are told it, with the same reason as on HTTP.
    init(_ failure: ServiceFailure) {
        let invalid = failure.field.map { Violation(field: $0, rule: failure.message) }
        self.init(
            StatusCode(failure.reason),
            reason: failure.reason.rawValue,
            failure.message,
            violation: invalid,
            metadata: failure.requestID.map { ["request_id": $0] } ?? [:],
            retryAfterSeconds: failure.headers.first { $0.name == "Retry-After" }.flatMap { Int($0.value) }
        )
    }

    /// A field that breaks a rule; its path is written as the protos write it.
    init(_ invalid: InvalidField, requestID: String? = nil) {
        let field = MessageField.path(of: invalid.field)
        let subject = field.isEmpty ? "The message" : field
        self.init(
            .invalidArgument,
            reason: ServiceFailure.Reason.invalidField.rawValue,
            "\(subject) \(invalid.rule).",
            violation: Violation(field: field, rule: invalid.rule),
            metadata: requestID.map { ["request_id": $0] } ?? [:]
        )
    }

    /// What calls that would go on for ever are told when the server stops.
    static var stopping: RemoteFailure {
        RemoteFailure(ServiceFailure.busy(.notReady, "The server is stopping; call another, or again in a second."))
    }
}

extension StatusCode {
    /// The code that goes with a reason; whatever may be tried again as it is, is `unavailable`.
    init(_ reason: ServiceFailure.Reason) {
        switch reason {
        case .malformedRequest, .invalidJSON, .invalidField, .lengthRequired, .unsupportedMediaType:
            self = .invalidArgument
        case .unauthenticated: self = .unauthenticated
        case .permissionDenied, .crossOrigin: self = .permissionDenied
        case .notFound: self = .notFound
        case .methodNotAllowed: self = .unimplemented
        case .requestTimeout: self = .deadlineExceeded
        case .alreadyExists: self = .alreadyExists
        case .conflict: self = .aborted
        case .preconditionFailed, .preconditionRequired: self = .failedPrecondition
        case .bodyTooLarge: self = .resourceExhausted
        case .internal: self = .internal
        case .notReady, .overloaded, .ledgerUnavailable: self = .unavailable
        }
    }
}

/// How the protos call the fields that the rooms below call otherwise.
enum MessageField {
    private static let names = [
        "listener": "listener_id", "track": "track_id",
    ]

    /// `candidates.organicScore[3]` as `candidates.organic_score[3]`.
    static func path(of field: String) -> String {
        field.split(separator: ".").filter { $0 != "data" }
            .map { part in
                let name = part.prefix { $0 != "[" }
                return (names[String(name)] ?? snakeCase(name)) + part[name.endIndex...]
            }
            .joined(separator: ".")
    }

    private static func snakeCase(_ name: Substring) -> String {
        name.reduce(into: "") { text, character in
            if character.isUppercase { text += "_" }
            text += character.lowercased()
        }
    }
}
