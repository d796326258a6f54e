import OasisAllocation
import OasisProblemFiles
import Testing

@Suite("Malformed directories are refused by file, index and rule")
struct MalformedDirectoryTests {
    struct Malformed: Sendable, CustomTestStringConvertible {
        var file: String
        var index: Int?
        var rule: String
        var spoil: @Sendable (TemporaryDirectory) throws -> Void

        init(
            _ file: String,
            _ index: Int?,
            _ rule: String,
            _ spoil: @escaping @Sendable (TemporaryDirectory) throws -> Void
        ) {
            self.file = file
            self.index = index
            self.rule = rule
            self.spoil = spoil
        }

        var testDescription: String { "\(file) \(rule)" }

        /// The file with other elements.
        static func with<Element: NumPyElement>(
            _ file: String,
            _ elements: [Element],
            at index: Int?,
            _ rule: String
        ) -> Malformed {
            Malformed(file, index, rule) { directory in
                try NumPyFile.write(Column(elements), to: directory.path + "/" + file, name: file)
            }
        }

        static func missing(_ file: String) -> Malformed {
            Malformed(file, nil, file == "problem.json" ? "readable" : "there") { try $0.remove(file) }
        }
    }

    static let metadata: [Malformed] = [
        Malformed("problem.json", nil, "JSON object") { try $0.write("problem.json", "[1]") },
        Malformed("problem.json", nil, "JSON object") { try $0.write("problem.json", "{") },
        Malformed("problem.json", nil, "format") { try $0.write("problem.json", #"{"format":"other/1"}"#) },
        Malformed("problem.json", nil, "attributes") {
            try $0.write("problem.json", #"{"format":"oasis-problem/1","attributes":["../up"]}"#)
        },
        Malformed("problem.json", nil, "attributes") {
            try $0.write("problem.json", #"{"format":"oasis-problem/1","attributes":7}"#)
        },
        Malformed("problem.json", 1, "once") {
            try $0.write("problem.json", #"{"format":"oasis-problem/1","attributes":["delivery","delivery"]}"#)
        },
        Malformed("problem.json", nil, "campaigns") {
            try $0.write("problem.json", #"{"format":"oasis-problem/1","campaigns":-1}"#)
        },
        Malformed("problem.json", nil, "cells") {
            try $0.write("problem.json", #"{"format":"oasis-problem/1","cells":1e18}"#)
        },
        Malformed("amount_save.npy", nil, "there") {
            try $0.write("problem.json", #"{"format":"oasis-problem/1","attributes":["delivery","save"]}"#)
        },
    ]

    static let columns: [Malformed] = [
        .missing("problem.json"), .missing("offsets.npy"), .missing("slots.npy"), .missing("campaign.npy"),
        .missing("value.npy"), .missing("row_bound.npy"), .missing("row_sense.npy"), .missing("set_campaign.npy"),
        .missing("set_offsets.npy"), .missing("amount_listenerLoss.npy"),
        .with("offsets.npy", [0, 3, 2, 4] as [Int64], at: 2, "below"),
        .with("offsets.npy", [1, 2, 2, 4] as [Int64], at: 0, "start at 0"),
        .with("offsets.npy", [0, 2, 2, 3] as [Int64], at: 3, "end at"),
        .with("offsets.npy", [0, 2, 4] as [Int64], at: nil, "entry").named("slots.npy"),
        .with("offsets.npy", [0, 2, 2, 4] as [Int32], at: nil, "dtype"),
        .with("slots.npy", [1, -3, 2] as [Int32], at: 1, "≥ 0"),
        .with("weight.npy", [1, 1, -1] as [Float], at: 2, "≥ 0"),
        .with("weight.npy", [1, .nan, 1] as [Float], at: 1, "finite"),
        .with("cell.npy", [0, 2, 0] as [Int32], at: 1, "0 ..< 2"),
        .with("time.npy", [2, 1, 3] as [Double], at: 1, "fall"),
        .with("campaign.npy", [0, 1, 0, 4] as [Int32], at: 3, "0 ..< 4"),
        .with("campaign.npy", [0, 1, 0] as [Int32], at: nil, "entry"),
        .with("value.npy", [0.5, .nan, 1, 1] as [Float], at: 1, "finite"),
        .with("amount_listenerLoss.npy", [0, 0, .infinity, 0] as [Float], at: 2, "finite"),
        .with("set_offsets.npy", [0, 2, 1, 5] as [Int64], at: 2, "below"),
        .with("set_campaign.npy", [0, 1, 1, 2, 9] as [Int32], at: 4, "0 ..< 4"),
    ]

    static let rows: [Malformed] = [
        .with("row_attribute.npy", [0, 0, 2, 1] as [Int32], at: 2, "0 ..< 2"),
        .with("row_attribute.npy", [0, 0] as [Int32], at: nil, "entry"),
        .with("row_scope_kind.npy", [1, 2, 4, 0] as [UInt8], at: 2, "0 (all)"),
        .with("row_scope.npy", [4, 2, 1, 0] as [Int32], at: 0, "campaign"),
        .with("row_scope.npy", [0, 3, 1, 0] as [Int32], at: 1, "set"),
        .with("row_scope.npy", [0, 2, -1, 0] as [Int32], at: 2, "cell"),
        .with("row_sense.npy", [1, 0, 1, 1] as [Int8], at: 1, "+1"),
        .with("row_bound.npy", [1, .nan, 1, 1] as [Double], at: 1, "finite"),
        .with("row_share.npy", [0, 2, 0, 0] as [Double], at: 1, "0 … 1"),
        .with("row_penalty.npy", [.infinity, -1, .infinity, 1] as [Double], at: 1, "≥ 0"),
        .with("row_penalty.npy", [.infinity, .infinity, .infinity, 1] as [Double], at: 1, "infeasible"),
        .with("row_bound.npy", [-1, 0, 1, 1] as [Double], at: 0, "≥ 0"),
    ]

    @Test("Each rule", arguments: metadata + columns + rows)
    func refused(_ malformed: Malformed) throws {
        let directory = try TemporaryDirectory()
        try ProblemDirectory.write(try smallProblem(), to: directory.path)
        try malformed.spoil(directory)
        let error = #expect(throws: ProblemFileError.self) { try ProblemDirectory.read(directory.path) }
        #expect(error?.file == malformed.file)
        #expect(error?.index == malformed.index)
        #expect(error?.rule.contains(malformed.rule) == true, "\(error?.rule ?? "")")
    }

    @Test("A directory that is not there")
    func missingDirectory() {
        let error = #expect(throws: ProblemFileError.self) { try ProblemDirectory.read("no/such/directory") }
        #expect(error?.file == "no/such/directory")
    }
}

extension MalformedDirectoryTests.Malformed {
    /// The same fault, found in another file.
    fileprivate func named(_ file: String) -> MalformedDirectoryTests.Malformed {
        var copy = self
        copy.file = file
        return copy
    }
}
