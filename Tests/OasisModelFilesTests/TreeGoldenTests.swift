import Foundation
import OasisMarket
import OasisModelFiles
import OasisResponse
import Testing

@Suite("LightGBM's models")
struct TreeGoldenTests {
    @Test(
        "Predictions are LightGBM's own to 1e-12, on missing, zero, negative, huge and unseen values",
        arguments: ["binary", "sigmoid", "no-missing", "cross-entropy", "regression", "forest"]
    )
    func golden(name: String) throws {
        let path = ModelFolder.fixture("\(name).txt")
        let ensemble = try TreeModelFile.ensemble(try #require(try TreeModelFile.text(path)), file: path)
        let columns = ensemble.features + ["raw", "prediction"]
        let rows = try Numbers(ModelFolder.fixture("\(name).csv"), columns: columns).rows
        #expect(rows.count > 100)
        for (index, row) in rows.enumerated() {
            let values = Array(row.dropLast(2))
            #expect(abs(ensemble.rawScore(values) - row[row.count - 2]) <= 1e-12, "row \(index)")
            #expect(abs(ensemble.prediction(values) - row[row.count - 1]) <= 1e-12, "row \(index)")
        }
        #expect(Set(rows.map { $0[$0.count - 1] }).count > 20, "the rows must not all end in one leaf")
    }

    @Test("Models that are not supported, or not whole, are refused with what is wrong")
    func refusals() throws {
        let classes = ModelFolder.fixture("classes.txt")
        let several = try #require(try TreeModelFile.text(classes))
        #expect(refusal { _ = try TreeEnsemble(text: several) }?.contains("num_class must be 1") == true)
        let text = try String(contentsOfFile: ModelFolder.fixture("binary.txt"), encoding: .utf8)
        func broken(_ from: String, _ to: String) -> String? {
            let range = text.range(of: from)!
            return refusal { _ = try TreeEnsemble(text: text.replacingCharacters(in: range, with: to)) }
        }
        #expect(broken("objective=binary sigmoid:1", "objective=poisson")?.contains("objective must be") == true)
        #expect(broken("sigmoid:1", "sigmoid:-1")?.contains("objective") == true)
        #expect(broken("version=v4", "version=v9")?.contains("version") == true)
        #expect(broken("num_leaves=9", "num_leaves=8")?.contains("Tree=0.leaf_value must have 8 entries") == true)
        #expect(broken("is_linear=0", "is_linear=1")?.contains("linear trees are not supported") == true)
        #expect(broken("\nend of trees", "\nTree=99\nnum_leaves=1\n")?.contains("Tree=99") == true)
        #expect(broken("left_child=", "left_child=x")?.contains("left_child") == true)
        #expect(broken("split_feature=", "split_feature=9")?.contains("split_feature") == true)
        #expect(refusal { _ = try TreeEnsemble(text: "tree\n") } != nil)
        #expect(refusal { _ = try TreeEnsemble(text: "") } != nil)
        let line = text.split(separator: "\n").first { $0.hasPrefix("right_child=") }!
        let children = line.dropFirst("right_child=".count).split(separator: " ")
        let circle = "right_child=" + (["0"] + children.dropFirst()).joined(separator: " ")
        #expect(broken(String(line), circle)?.contains("once") == true, "a circle would never end")
    }

    @Test("Text damaged at random is refused or predicts something, never a crash")
    func damaged() throws {
        let text = Array(try String(contentsOfFile: ModelFolder.fixture("binary.txt"), encoding: .utf8).utf8)
        let signs = Array("0123456789-. \n=ex".utf8)
        var random = SeededGenerator(seed: 5)
        var readCount = 0
        for _ in 0..<400 {
            var damaged = text
            for _ in 0...random.index(below: 3) {
                damaged[random.index(below: damaged.count)] = signs[random.index(below: signs.count)]
            }
            guard let ensemble = try? TreeEnsemble(text: String(decoding: damaged, as: UTF8.self)) else { continue }
            readCount += 1
            for value in [Double.nan, 0, -3, 1e300, 40] {
                _ = ensemble.prediction([Double](repeating: value, count: ensemble.features.count))
            }
        }
        #expect((1..<400).contains(readCount))
    }

    @Test("Text cut short anywhere is refused or whole, never a crash")
    func cutShort() throws {
        let text = try String(contentsOfFile: ModelFolder.fixture("sigmoid.txt"), encoding: .utf8)
        let end = text.range(of: "\nend of trees")!.lowerBound.utf16Offset(in: text)
        for length in stride(from: 0, to: end, by: 97) {
            #expect(refusal { _ = try TreeEnsemble(text: String(text.prefix(length))) } != nil, "\(length) characters")
        }
    }
}

/// A CSV of numbers; empty is NaN.
///
/// Foundation reads it, so that no reader of ours is judged by itself.
private struct Numbers {
    let rows: [[Double]]

    init(_ path: String, columns: [String]) throws {
        let lines = try String(contentsOfFile: path, encoding: .utf8).split(separator: "\n")
        let header = lines[0].split(separator: ",").map(String.init)
        let places = columns.map { header.firstIndex(of: $0)! }
        rows = lines.dropFirst()
            .map { line in
                let fields = line.split(separator: ",", omittingEmptySubsequences: false)
                return places.map { fields[$0].isEmpty ? .nan : Double(fields[$0])! }
            }
    }
}
