import OasisAllocation
import OasisProblemFiles
import Testing

@Suite("NumPy files")
struct NumPyFileTests {
    private func file(
        descriptor: String = "'<i4'",
        order: String = "False",
        shape: String = "(2,)",
        version: [UInt8] = [1, 0],
        data: [UInt8] = [1, 0, 0, 0, 2, 0, 0, 0]
    ) -> [UInt8] {
        let header = "{'descr': \(descriptor), 'fortran_order': \(order), 'shape': \(shape), }\n"
        return [0x93] + Array("NUMPY".utf8) + version + [UInt8(header.utf8.count), 0] + Array(header.utf8) + data
    }

    private func read(_ bytes: [UInt8]) throws -> [Int32] {
        let directory = try TemporaryDirectory()
        try directory.write("x.npy", bytes)
        return try NumPyFile.read(directory.path + "/x.npy", name: "x.npy", as: Int32.self).array
    }

    @Test("A file as NumPy writes it is read, aligned or not")
    func plain() throws {
        #expect(try read(file()) == [1, 2])
        #expect(try read(file(shape: "(2, )")) == [1, 2])
        #expect(try read(file(shape: "(0,)", data: [])) == [])
    }

    @Test("What is written is read back, at 64 bytes as NumPy does")
    func roundTrip() throws {
        let directory = try TemporaryDirectory()
        let column = Column<Double>([1.5, -.pi, .infinity])
        try NumPyFile.write(column, to: directory.path + "/x.npy", name: "x.npy")
        let back = try NumPyFile.read(directory.path + "/x.npy", name: "x.npy", as: Double.self)
        #expect(back.array == column.array)
        #expect(try directory.bytes("x.npy").count % 64 == 24)
    }

    @Test("Columns outlive the file's name, since the mapping stays")
    func mappingStays() throws {
        let directory = try TemporaryDirectory()
        try NumPyFile.write(Column<Float>([1, 2, 3]), to: directory.path + "/x.npy", name: "x.npy")
        let column = try NumPyFile.read(directory.path + "/x.npy", name: "x.npy", as: Float.self)
        try directory.remove("x.npy")
        #expect(column.array == [1, 2, 3])
    }

    @Test(
        "Anything else is refused with the rule",
        arguments: [
            ("magic", "'<i4'", "False", "(2,)"), ("dtype", "'<f4'", "False", "(2,)"),
            ("dtype", "'>i4'", "False", "(2,)"), ("one dimension", "'<i4'", "False", "(1, 2)"),
            ("one dimension", "'<i4'", "False", "()"), ("header", "'<i4'", "Maybe", "(2,)"),
            ("header", "'<i4'", "False", "(-2,)"), ("header", "'<i4", "False", "(2,)"),
            ("header", "[('a', '<i4')]", "False", "(2,)"), ("3 elements", "'<i4'", "False", "(3,)"),
            ("fortran_order", "'<i4'", "True", "(1, 2)"), ("elements", "'<i4'", "False", "(9223372036854775807,)"),
        ]
    )
    func refused(rule: String, descriptor: String, order: String, shape: String) throws {
        var bytes = file(descriptor: descriptor, order: order, shape: shape)
        if rule == "magic" { bytes[0] = 0 }
        let error = #expect(throws: ProblemFileError.self) { try read(bytes) }
        #expect(error?.file == "x.npy")
        #expect(error?.rule.contains(rule) == true)
    }

    @Test("A version that is not 1.0, a cut header and an empty file are refused")
    func broken() throws {
        #expect(throws: ProblemFileError.self) { try read(file(version: [2, 0])) }
        #expect(throws: ProblemFileError.self) { try read(Array(file().prefix(20))) }
        #expect(throws: ProblemFileError.self) { try read(Array(file().prefix(4))) }
        #expect(throws: ProblemFileError.self) { try read([]) }
    }

    @Test("No prefix and no single changed byte of a file can do worse than be refused")
    func mutations() throws {
        let sound = file()
        for length in 0..<sound.count { _ = try? read(Array(sound.prefix(length))) }
        for index in sound.indices {
            for byte: UInt8 in [0, 0x27, 0x28, 0xff] {
                var bytes = sound
                bytes[index] = byte
                _ = try? read(bytes)
            }
        }
        #expect(try read(sound) == [1, 2])
    }
}
