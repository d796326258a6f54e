import Foundation
import OasisModelFiles
import OasisResponse
import Testing

@Suite("Model files and the registry")
struct ModelFileTests {
    @Test("A model that is written and read is the same model")
    func roundTrip() throws {
        let folder = try ModelFolder()
        defer { folder.remove() }
        let path = folder.path + "/a.model"
        let model = try ModelFolder.model()
        try ModelFile.write(model, to: path)
        #expect(try ModelFile.read(path) == model)
        let constant = ResponseModel(
            schema: model.schema,
            linear: LinearModel(constant: 0.02),
            calibration: nil,
            lineage: model.lineage
        )
        try ModelFile.write(constant, to: path)
        #expect(try ModelFile.read(path) == constant)
    }

    @Test("A model with any byte changed, or cut short, is refused")
    func damaged() throws {
        let folder = try ModelFolder()
        defer { folder.remove() }
        let path = folder.path + "/a.model"
        try ModelFile.write(try ModelFolder.model(), to: path)
        let bytes = [UInt8](try Data(contentsOf: URL(fileURLWithPath: path)))
        func refused(_ bytes: [UInt8]) throws -> Bool {
            try Data(bytes).write(to: URL(fileURLWithPath: path))
            return refusal { _ = try ModelFile.read(path) } != nil
        }
        for place in bytes.indices {
            var damaged = bytes
            damaged[place] ^= 0x20
            #expect(try refused(damaged), "byte \(place)")
        }
        for length in stride(from: 0, to: bytes.count, by: 13) {
            #expect(try refused(Array(bytes[..<length])), "\(length) bytes")
        }
    }

    @Test("Versions go up by stages, and one call goes back to what was live before")
    func registry() throws {
        let folder = try ModelFolder()
        defer { folder.remove() }
        let registry = try ModelRegistry(directory: folder.path + "/models")
        for number in 1...3 {
            #expect(try registry.add(try ModelFolder.model(training: "number \(number)")) == number)
        }
        func put(_ version: Int, _ stage: ModelStage) throws {
            try registry.put(version, on: stage, time: "2026-01-01T00:00:00Z", reason: "test")
        }
        func stages() throws -> [ModelStage] { try (1...3).map { try registry.stage($0) } }
        #expect(try stages() == [.archived, .archived, .archived])
        let early = refusal { _ = try registry.rollBack(time: "", reason: "") }
        #expect(early?.contains("no version that is live") == true)
        try put(1, .live)
        try put(2, .shadow)
        try put(2, .canary)
        #expect(try stages() == [.live, .canary, .archived])
        try put(2, .live)
        #expect(try stages() == [.archived, .live, .archived])
        try put(3, .live)
        #expect(try registry.rollBack(time: "2026-01-02T00:00:00Z", reason: "saves fell") == 2)
        #expect(try registry.rollBack(time: "2026-01-02T00:00:00Z", reason: "still") == 1)
        #expect(try stages() == [.live, .archived, .archived])
        #expect(try registry.rollBack(time: "2026-01-02T00:00:00Z", reason: "all of it") == nil)
        #expect(try stages() == [.archived, .archived, .archived])
        #expect(try registry.stages().changes.last?.reason == "rolled back to no version: all of it")
        #expect(try registry.model(3).lineage.training == "number 3", "what was rolled back is kept")
        #expect(refusal { try put(9, .live) }?.contains("must have a version 9") == true)
        #expect(refusal { try put(1, .archived) }?.contains("already") == true)
    }

    @Test("Models added at the same time get versions of their own")
    func concurrentAdds() async throws {
        let folder = try ModelFolder()
        defer { folder.remove() }
        let path = folder.path
        let versions = try await withThrowingTaskGroup(of: Int.self) { group in
            for number in 0..<16 {
                group.addTask { try ModelRegistry(directory: path).add(try ModelFolder.model(bias: Double(number))) }
            }
            return try await group.reduce(into: Set<Int>()) { $0.insert($1) }
        }
        #expect(versions == Set(1...16))
        let biases = try versions.map { try ModelRegistry(directory: path).model($0).linear.bias }
        #expect(Set(biases) == Set((0..<16).map(Double.init)))
    }
}
