internal import Foundation
package import OasisMarket

extension InvalidField {
    /// Names the field and the rule behind a decoder's error, in the words of this API.
    package init(_ error: DecodingError) {
        switch error {
        case .typeMismatch(let type, let context):
            self.init(Self.path(context.codingPath), "must be \(Self.kind(of: type))")
        case .valueNotFound(let type, let context):
            self.init(Self.path(context.codingPath), "must be \(Self.kind(of: type)), but is null")
        case .keyNotFound(let key, let context):
            self.init(Self.path(context.codingPath + [key]), "must be given")
        case .dataCorrupted(let context):
            self.init(Self.path(context.codingPath), Self.rule(context.debugDescription))
        @unknown default:
            self.init("", "could not be read")
        }
    }

    static func path(_ keys: [any CodingKey]) -> String {
        var path = ""
        for key in keys {
            if let index = key.intValue {
                path += "[\(index)]"
            } else {
                path += path.isEmpty ? key.stringValue : ".\(key.stringValue)"
            }
        }
        return path
    }

    private static func kind(of type: any Any.Type) -> String {
        switch type {
        case is String.Type: "a string"
        case is Bool.Type: "true or false"
        case is any BinaryInteger.Type: "a whole number"
        case is any BinaryFloatingPoint.Type: "a number"
        case is [Any].Type: "an array"
        case is [String: Any].Type: "an object"
        default: "\(type)".hasPrefix("Array") ? "an array" : "an object"
        }
    }

    /// Our own rules begin with `must` or `is`; the decoders' few texts are put into the same form.
    private static func rule(_ text: String) -> String {
        if text.hasPrefix("must ") || text.hasPrefix("is ") { return text }
        if text.contains("is not representable") { return "must be a whole number in range" }
        if let found = text.range(of: "invalid String value ") {
            return "must be one of the documented values, but is \"\(text[found.upperBound...].prefix(140))\""
        }
        return "must follow the documented form (\(text.prefix(200)))"
    }
}
