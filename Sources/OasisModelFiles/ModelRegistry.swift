internal import Foundation
package import OasisLogFiles
package import OasisResponse

/// A directory of models: immutable versions, and which of them is in use.
///
/// `v1.model`, `v2.model` … are never written twice. `stages.json` says which version is shadow, canary and live, and
/// every change that was made, with its reason; it is replaced whole, so that a change is made or not made. One process
/// changes a registry at a time (a lock on the directory); any number may read.
package struct ModelRegistry: Sendable {
    /// One change of stage.
    package struct Change: Codable, Hashable, Sendable {
        /// When, RFC 3339.
        package var time: String
        /// Which version.
        package var version: Int
        /// From which stage.
        package var from: String
        /// To which.
        package var to: String
        /// Why: the numbers that were compared, or who insisted.
        package var reason: String
    }

    /// Which version has which stage, and how that came to be.
    package struct Stages: Codable, Hashable, Sendable {
        /// Versions by stage; `archived` has none here.
        package var shadow, canary, live: Int?
        /// Every change, oldest first.
        package var changes: [Change] = []
    }

    /// The directory.
    package let directory: String

    /// A registry in a directory, which is made when it is not there.
    ///
    /// - Throws: `InvalidTable` when it cannot be made.
    package init(directory: String) throws(InvalidTable) {
        self.directory = directory
        do {
            try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
        } catch {
            throw InvalidTable(file: directory, line: nil, rule: "must be a directory that can be written")
        }
    }

    /// A registry that is there already, to read; nothing where there is none.
    package init?(existing directory: String) {
        guard FileManager.default.fileExists(atPath: directory) else { return nil }
        self.directory = directory
    }

    /// The versions that are there, oldest first.
    package var versions: [Int] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: directory)) ?? []
        return names.compactMap(Self.version).sorted()
    }

    /// Where a version is.
    package func path(_ version: Int) -> String { directory + "/v\(version).model" }

    /// Reads a version.
    package func model(_ version: Int) throws(InvalidTable) -> ResponseModel { try ModelFile.read(path(version)) }

    /// Which version has which stage.
    ///
    /// - Throws: `InvalidTable` when the file is damaged.
    package func stages() throws(InvalidTable) -> Stages {
        guard let data = FileManager.default.contents(atPath: stagesPath) else { return Stages() }
        guard let stages = try? JSONDecoder().decode(Stages.self, from: data) else {
            throw InvalidTable(file: stagesPath, line: nil, rule: "must say which version has which stage")
        }
        return stages
    }

    /// The stage of a version.
    package func stage(_ version: Int) throws(InvalidTable) -> ModelStage { try stages().stage(version) }

    /// Adds a model as the next version, without a stage.
    ///
    /// - Returns: its version.
    package func add(_ model: ResponseModel) throws(InvalidTable) -> Int {
        try locked { () throws(InvalidTable) in
            let version = (versions.last ?? 0) + 1
            try ModelFile.write(model, to: path(version))
            return version
        }
    }

    /// Puts a version on a stage; whatever had the stage is archived.
    ///
    /// - Throws: `InvalidTable` when there is no such version, or it has that stage already.
    package func put(_ version: Int, on stage: ModelStage, time: String, reason: String) throws(InvalidTable) {
        try locked { () throws(InvalidTable) in
            guard versions.contains(version) else {
                throw InvalidTable(file: directory, line: nil, rule: "must have a version \(version)")
            }
            var stages = try stages()
            let before = stages.stage(version)
            guard before != stage else {
                throw InvalidTable(
                    file: directory,
                    line: nil,
                    rule: "has version \(version) as \(stage.rawValue) already"
                )
            }
            stages.put(version, on: stage)
            stages.changes.append(
                Change(time: time, version: version, from: before.rawValue, to: stage.rawValue, reason: reason)
            )
            try write(stages)
        }
    }

    /// Makes the version live that was live before, or none when there was none; a canary and a shadow stay.
    ///
    /// - Returns: the version that is live now; nothing when none is.
    /// - Throws: `InvalidTable` when no version is live.
    package func rollBack(time: String, reason: String) throws(InvalidTable) -> Int? {
        let stages = try stages()
        guard let live = stages.live else {
            throw InvalidTable(file: directory, line: nil, rule: "has no version that is live")
        }
        guard let before = stages.liveBefore else {
            try put(live, on: .archived, time: time, reason: "rolled back to no version: \(reason)")
            return nil
        }
        try put(before, on: .live, time: time, reason: "rolled back from version \(live): \(reason)")
        return before
    }

    private var stagesPath: String { directory + "/stages.json" }

    private func write(_ stages: Stages) throws(InvalidTable) {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        guard let data = try? encoder.encode(stages) else {
            throw InvalidTable(file: stagesPath, line: nil, rule: "could not be written")
        }
        var fault: InvalidTable?
        data.withUnsafeBytes { buffer in
            do throws(InvalidTable) { try writeWhole(stagesPath, [buffer]) } catch { fault = error }
        }
        if let fault { throw fault }
    }

    /// Runs `body` while no other process changes the registry.
    private func locked<Result>(_ body: () throws(InvalidTable) -> Result) throws(InvalidTable) -> Result {
        let lock = open(directory + "/lock", O_RDWR | O_CREAT | O_CLOEXEC, 0o644)
        guard lock >= 0, flock(lock, LOCK_EX) == 0 else {
            throw InvalidTable(file: directory, line: nil, rule: "must be a directory that can be locked")
        }
        defer { close(lock) }
        return try body()
    }

    private static func version(_ name: String) -> Int? {
        guard name.hasPrefix("v"), name.hasSuffix(".model") else { return nil }
        return Int(name.dropFirst().dropLast(".model".count)).flatMap { $0 > 0 ? $0 : nil }
    }
}

extension ModelRegistry.Stages {
    /// The stage of a version.
    package func stage(_ version: Int) -> ModelStage {
        if live == version { return .live }
        if canary == version { return .canary }
        return shadow == version ? .shadow : .archived
    }

    /// The version that was live before the one that is, and may be so again.
    var liveBefore: Int? {
        // A rolled-back version is not gone back to: what a roll-back replaced was found wanting.
        var history: [Int] = []
        for change in changes {
            if change.from == ModelStage.live.rawValue, change.to == ModelStage.archived.rawValue { history = [] }
            guard change.to == ModelStage.live.rawValue else { continue }
            if let place = history.firstIndex(of: change.version) { history.removeSubrange(place...) }
            history.append(change.version)
        }
        return history.dropLast().last
    }

    mutating func put(_ version: Int, on stage: ModelStage) {
        if shadow == version { shadow = nil }
        if canary == version { canary = nil }
        if live == version { live = nil }
        switch stage {
        case .archived: break
        case .shadow: shadow = version
        case .canary: canary = version
        case .live: live = version
        }
    }
}
