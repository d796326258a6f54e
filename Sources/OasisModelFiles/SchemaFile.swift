internal import Foundation
package import OasisLogFiles
internal import OasisMarket
package import OasisResponse

/// A feature schema as JSON.
///
/// ```json
/// {"hashBits": 20, "seed": 0, "features": [
///   {"name": "campaign", "form": "categorical"},
///   {"name": "age", "form": "buckets", "edges": [7, 30, 365], "column": "ageDays"},
///   {"name": "campaign-surface", "form": "cross", "of": ["campaign", "surface"]}
/// ]}
/// ```
package enum SchemaFile {
    /// Reads a schema from a file.
    ///
    /// - Throws: `InvalidTable`, naming file, field and rule.
    package static func read(_ path: String) throws(InvalidTable) -> FeatureSchema {
        guard let data = FileManager.default.contents(atPath: path) else {
            throw InvalidTable(file: path, line: nil, rule: "must be a readable file")
        }
        return try schema(data, file: path)
    }

    /// Reads a schema from JSON's bytes; `file` is what a refusal names.
    package static func schema(_ bytes: [UInt8], file: String) throws(InvalidTable) -> FeatureSchema {
        try schema(Data(bytes), file: file)
    }

    static func schema(_ data: Data, file: String) throws(InvalidTable) -> FeatureSchema {
        do {
            return try JSONDecoder().decode(Document.self, from: data).schema()
        } catch let error as InvalidField {
            throw InvalidTable(file: file, line: nil, rule: "\(error)")
        } catch let DecodingError.keyNotFound(key, context) {
            throw InvalidTable(file: file, line: nil, rule: "must have \(place(context, key)).")
        } catch let DecodingError.typeMismatch(_, context) {
            throw InvalidTable(
                file: file,
                line: nil,
                rule: "must have a value of another type at \(place(context, nil))"
            )
        } catch {
            throw InvalidTable(file: file, line: nil, rule: "must be a schema as JSON")
        }
    }

    private static func place(_ context: DecodingError.Context, _ key: (any CodingKey)?) -> String {
        let path = context.codingPath + (key.map { [$0] } ?? [])
        return path.map { $0.intValue.map { "[\($0)]" } ?? $0.stringValue }.joined(separator: ".")
    }

    private struct Document: Decodable {
        struct Feature: Decodable {
            var name: String
            var form: String
            var column: String?
            var edges: [Double]?
            var of: [String]?
        }

        var hashBits: Int?
        var seed: UInt32?
        var features: [Feature]

        func schema() throws(InvalidField) -> FeatureSchema {
            var declared: [FeatureSchema.Feature] = []
            for (index, feature) in features.enumerated() {
                do {
                    declared.append(FeatureSchema.Feature(feature.name, try form(feature), column: feature.column))
                } catch {
                    throw error.inside("features[\(index)]")
                }
            }
            return try FeatureSchema(features: declared, hashBits: hashBits ?? 20, seed: seed ?? 0)
        }

        private func form(_ feature: Feature) throws(InvalidField) -> FeatureSchema.Form {
            try require(feature.edges == nil || feature.form == "buckets", "edges", "must be given for buckets alone")
            try require(feature.of == nil || feature.form == "cross", "of", "must be given for crosses alone")
            switch feature.form {
            case "categorical": return .categorical
            case "words": return .words
            case "sparse": return .sparse
            case "buckets": return .buckets(feature.edges ?? [])
            case "cross": return .cross(feature.of ?? [])
            default:
                guard let scale = FeatureSchema.Scale(rawValue: feature.form) else {
                    throw InvalidField("form", "must be \(known), but is \"\(feature.form.prefix(40))\"")
                }
                return .numeric(scale)
            }
        }

        private var known: String { "categorical, words, sparse, linear, log, logit, buckets or cross" }
    }
}
