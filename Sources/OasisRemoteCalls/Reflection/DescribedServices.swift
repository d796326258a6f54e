internal import Foundation
internal import OasisMessages
internal import SwiftProtobuf

/// What is known of protos: their files, who imports whom, and which file declares which name.
package struct DescribedServices: Sendable {
    private struct File: Sendable {
        var bytes: Data
        var imports: [String]
    }

    private var files: [String: File] = [:]
    private var fileOfSymbol: [String: String] = [:]
    /// Full names of the services, sorted.
    package private(set) var services: [String] = []

    /// Every proto that this program was built with.
    package static let all = DescribedServices(base64: FileDescriptors.base64)

    /// Reads a set of descriptors in base64; what cannot be read is not there.
    package init(base64: String) {
        let bytes = Data(base64Encoded: base64) ?? Data()
        let set = (try? Google_Protobuf_FileDescriptorSet(serializedBytes: bytes)) ?? .init()
        for file in set.file { add(file) }
        services.sort()
    }

    /// A file and all that it imports, directly or not, the file first; nothing when it is not known.
    package func files(from name: String) -> [[UInt8]]? {
        guard files[name] != nil else { return nil }
        var (found, seen) = ([[UInt8]](), Set([name]))
        var waiting = [name]
        while !waiting.isEmpty {
            guard let file = files[waiting.removeFirst()] else { continue }
            found.append(Array(file.bytes))
            for name in file.imports where seen.insert(name).inserted { waiting.append(name) }
        }
        return found
    }

    /// The same for the file that declares a service, method, message or enum.
    package func files(declaring symbol: String) -> [[UInt8]]? {
        fileOfSymbol[symbol].flatMap(files(from:))
    }

    /// Whether a message is declared here.
    package func declares(_ symbol: String) -> Bool { fileOfSymbol[symbol] != nil }

    private mutating func add(_ file: Google_Protobuf_FileDescriptorProto) {
        files[file.name] = File(bytes: (try? file.serializedBytes()) ?? Data(), imports: file.dependency)
        let scope = file.package.isEmpty ? "" : file.package + "."
        for service in file.service {
            services.append(scope + service.name)
            fileOfSymbol[scope + service.name] = file.name
            for method in service.method { fileOfSymbol["\(scope)\(service.name).\(method.name)"] = file.name }
        }
        for message in file.messageType { add(message, scope, file.name) }
        for enumeration in file.enumType { fileOfSymbol[scope + enumeration.name] = file.name }
    }

    private mutating func add(_ message: Google_Protobuf_DescriptorProto, _ scope: String, _ file: String) {
        let name = scope + message.name
        fileOfSymbol[name] = file
        for nested in message.nestedType { add(nested, name + ".", file) }
        for enumeration in message.enumType { fileOfSymbol["\(name).\(enumeration.name)"] = file }
    }
}
