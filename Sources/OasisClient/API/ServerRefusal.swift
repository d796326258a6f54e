import Foundation
import NIOCore

/// A server's refusal in the one shape that it uses everywhere.
package struct ServerRefusal: Decodable, Sendable {
    /// What was wrong.
    package struct Detail: Decodable, Sendable {
        /// For programs.
        package var reason: String
        /// For people.
        package var message: String
        /// Path of the field at fault.
        package var field: String?
    }

    private var error: Detail

    /// The reason and sentence of an answer that is an error, or what can be said without them.
    package static func detail(_ answer: HTTPAnswer) -> Detail {
        let refusal = try? JSONDecoder().decode(ServerRefusal.self, from: Data(answer.body.readableBytesView))
        return refusal?.error
            ?? Detail(reason: "HTTP_\(answer.status)", message: "The server answered \(answer.status).")
    }
}
