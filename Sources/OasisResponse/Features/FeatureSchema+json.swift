internal import OasisMarket

extension FeatureSchema {
    /// The one way to write this schema as JSON: fixed order, no spaces, shortest numbers.
    package var canonicalJSON: String {
        let list = features.map(\.canonicalJSON).joined(separator: ",")
        return "{\"hashBits\":\(hashBits),\"seed\":\(seed),\"features\":[\(list)]}"
    }

    /// 128 bits of hash of `canonicalJSON` in hexadecimal: which schema a model was trained with.
    package var hash: String {
        [StableHash(salt: "oasis-schema-1"), StableHash(salt: "oasis-schema-2")]
            .map { hash in
                let digits = String(hash.hash(canonicalJSON), radix: 16)
                return String(repeating: "0", count: 16 - digits.count) + digits
            }
            .joined()
    }
}

extension FeatureSchema.Feature {
    fileprivate var canonicalJSON: String {
        var fields = ["\"name\":\(quoted(name))", "\"form\":\"\(form.name)\""]
        switch form {
        case .buckets(let edges): fields.append("\"edges\":[\(edges.map { "\($0)" }.joined(separator: ","))]")
        case .cross(let parts): fields.append("\"of\":[\(parts.map(quoted).joined(separator: ","))]")
        case .categorical, .words, .sparse, .numeric: break
        }
        if column != name { fields.append("\"column\":\(quoted(column))") }
        return "{\(fields.joined(separator: ","))}"
    }
}

extension FeatureSchema.Form {
    /// What a schema file calls it.
    package var name: String {
        switch self {
        case .categorical: "categorical"
        case .words: "words"
        case .sparse: "sparse"
        case .numeric(let scale): scale.rawValue
        case .buckets: "buckets"
        case .cross: "cross"
        }
    }
}

private func quoted(_ text: String) -> String {
    var result = "\""
    for scalar in text.unicodeScalars {
        switch scalar {
        case "\"": result += "\\\""
        case "\\": result += "\\\\"
        case let control where control.value < 0x20:
            let digits = String(control.value, radix: 16)
            result += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
        default: result.unicodeScalars.append(scalar)
        }
    }
    return result + "\""
}
