package import NIOCore
package import NIOHPACK

/// What a call says before its messages: which method, how long the caller waits, and its headers.
package struct CallHead: Sendable {
    /// What a head amounts to.
    package enum Reading: Sendable {
        /// A call of some method.
        case call(CallHead)
        /// A call that is refused.
        case refused(RemoteFailure)
        /// Not a call at all: answered with HTTP's 415.
        case notRemoteCall
    }

    /// The method's path: `/oasis.v1.PromotionScoring/Score`.
    package var path: String
    /// How long the caller waits.
    package var timeout: CallTimeout?
    /// The compression of messages that are marked as compressed.
    package var encoding: String?
    /// The `authorization` header.
    package var authorization: String?
    /// When it was read; the caller's time runs from before that.
    package var receivedAt = NIODeadline.distantPast

    /// Gathers a head.
    package init(
        path: String,
        timeout: CallTimeout? = nil,
        encoding: String? = nil,
        authorization: String? = nil
    ) {
        self.path = path
        self.timeout = timeout
        self.encoding = encoding
        self.authorization = authorization
    }

    /// Reads a call's headers.
    package static func read(_ headers: HPACKHeaders, limits: CallLimits) -> Reading {
        var head = CallHead(path: "")
        var (method, contentType, timeout) = ("", "", String?.none)
        var (fields, bytes) = (0, 0)
        for (name, value, _) in headers {
            fields += 1
            bytes += name.utf8.count + value.utf8.count
            switch name {
            case ":method": method = value
            case ":path": head.path = value
            case "content-type": contentType = value
            case "grpc-timeout": timeout = value
            case "grpc-encoding": head.encoding = value
            case "authorization": head.authorization = value
            default: break
            }
        }
        guard isRemoteCall(contentType) else { return .notRemoteCall }
        guard fields <= limits.metadataFields, bytes <= limits.metadataBytes else {
            return .refused(excessive(fields, bytes, limits))
        }
        guard method == "POST" else {
            let message = "Calls are sent with POST, not \(method.prefix(20))."
            return .refused(RemoteFailure(.unimplemented, reason: "METHOD_NOT_ALLOWED", message))
        }
        if let timeout {
            head.timeout = CallTimeout(timeout)
            if head.timeout == nil { return .refused(unreadable(timeout)) }
        }
        return .call(head)
    }

    /// gRPC's media type may carry a suffix for the message format (`+proto`) and parameters.
    private static func isRemoteCall(_ contentType: String) -> Bool {
        let name = "application/grpc"
        guard contentType.utf8.count > name.utf8.count else { return contentType == name }
        return contentType == "application/grpc+proto" || contentType.hasPrefix("application/grpc;")
    }

    private static func excessive(_ fields: Int, _ bytes: Int, _ limits: CallLimits) -> RemoteFailure {
        RemoteFailure(
            .resourceExhausted,
            reason: "METADATA_TOO_LARGE",
            "A call may have at most \(limits.metadataFields) headers of \(limits.metadataBytes) bytes together, but "
                + "has \(fields) of \(bytes)."
        )
    }

    private static func unreadable(_ timeout: String) -> RemoteFailure {
        RemoteFailure(
            .invalidArgument,
            reason: "INVALID_FIELD",
            "grpc-timeout must be one to eight digits and a unit of H M S m u n, but is \"\(timeout.prefix(20))\"."
        )
    }
}
