internal import Foundation

/// What a token allows.
package enum Role: String, CaseIterable, Hashable, Sendable {
    /// Ask for promotion scores.
    case score
    /// Report outcomes.
    case events
    /// Change licensors, campaigns and policy; includes `read`.
    case control
    /// Look at everything.
    case read
}

/// A bearer token with a name and what it allows.
package struct AccessToken: Hashable, Sendable {
    /// Who holds it; the actor in histories.
    package var name: String
    /// The secret; at least 16 characters.
    package var token: String
    /// What it allows.
    package var roles: Set<Role>

    /// Gathers a token.
    package init(name: String, token: String, roles: Set<Role>) {
        self.name = name
        self.token = token
        self.roles = roles
    }
}

/// Who may do what.
///
/// Without any token everybody may do everything, which is why the server then stays on loopback.
package struct AccessList: Sendable {
    private let tokens: [AccessToken]

    /// A list of tokens.
    package init(_ tokens: [AccessToken]) {
        self.tokens = tokens
    }

    /// Whether everybody may do everything.
    package var isOpen: Bool { tokens.isEmpty }

    /// The name of whoever sent `header`, when it allows `role`.
    ///
    /// `header` is `Authorization`: `Bearer TOKEN`, or `Basic` with the token as password, so that a browser can ask for
    /// it. Refuses with `UNAUTHENTICATED` or `PERMISSION_DENIED`.
    package func actor(_ header: String?, needing role: Role) throws(ServiceFailure) -> String {
        if isOpen { return "anonymous" }
        guard let header else { throw unauthenticated("No token was sent") }
        guard let secret = Self.secret(header) else {
            throw unauthenticated("The Authorization header is not readable")
        }
        var holder: AccessToken?
        // Every token is compared, whichever matches, so that timing tells nothing.
        for token in tokens where Self.isEqual(secret, Array(token.token.utf8)) { holder = token }
        guard let holder else { throw unauthenticated("The token is not known") }
        guard holder.roles.contains(role) || (role == .read && holder.roles.contains(.control)) else {
            throw ServiceFailure(
                .permissionDenied,
                "The token \(holder.name) may not do this; it needs the role \(role.rawValue) in access.tokens."
            )
        }
        return holder.name
    }

    private func unauthenticated(_ finding: String) -> ServiceFailure {
        ServiceFailure(
            .unauthenticated,
            "\(finding); send \"Authorization: Bearer TOKEN\" with a token from access.tokens.",
            headers: [HeaderField("WWW-Authenticate", "Bearer, Basic realm=\"oasis\"")]
        )
    }

    private static func secret(_ header: String) -> [UInt8]? {
        let parts = header.split(separator: " ", maxSplits: 1, omittingEmptySubsequences: true)
        guard parts.count == 2 else { return nil }
        switch parts[0].lowercased() {
        case "bearer":
            return Array(parts[1].utf8)
        case "basic":
            guard let pair = Data(base64Encoded: String(parts[1])), let colon = pair.firstIndex(of: UInt8(ascii: ":"))
            else { return nil }
            return Array(pair[(colon + 1)...])
        default:
            return nil
        }
    }

    /// Compares in time that depends on the lengths alone.
    static func isEqual(_ left: [UInt8], _ right: [UInt8]) -> Bool {
        var difference = left.count ^ right.count
        for index in right.indices {
            difference |= Int(right[index] ^ (index < left.count ? left[index] : 0))
        }
        return difference == 0
    }
}
