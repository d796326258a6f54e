internal import Foundation
internal import GRDB
internal import OasisMarket

/// A kind of control plane document.
protocol LedgerDocument: Codable, Sendable {
    associatedtype Kind: NameKind
    /// What errors and the `document` table call it.
    static var family: String { get }
    var id: Identifier<Kind> { get }
    func validate() throws(InvalidField)
}

extension Campaign: LedgerDocument {
    static var family: String { "campaign" }
}

extension Licensor: LedgerDocument {
    static var family: String { "licensor" }
}

/// Reads and changes documents of one kind inside a transaction.
struct Documents<Document: LedgerDocument> {
    let database: Database

    func one(_ id: Identifier<Document.Kind>) throws -> Stored<Document>? {
        try rows("family = ? AND name = ?", [Document.family, id.text]).first
    }

    func one(number: Int64) throws -> Stored<Document>? {
        try rows("family = ? AND number = ?", [Document.family, number]).first
    }

    func page(after id: Identifier<Document.Kind>?, limit: Int) throws -> [Stored<Document>] {
        try rows("family = ? AND name > ? ORDER BY name LIMIT ?", [Document.family, id?.text ?? "", max(0, limit)])
    }

    func all() throws -> [Stored<Document>] {
        try rows("family = ? ORDER BY name", [Document.family])
    }

    /// Every document whose field of this name is this text, in the order of names.
    func all(where field: StaticString, is text: String) throws -> [Stored<Document>] {
        try rows("family = ? AND body ->> '$.\(field)' = ? ORDER BY name", [Document.family, text])
    }

    private func rows(_ condition: String, _ arguments: StatementArguments) throws -> [Stored<Document>] {
        let statement = try database.cachedStatement(
            sql: "SELECT number, body, revision, updated_at, actor FROM document WHERE \(condition)"
        )
        return try Row.fetchAll(statement, arguments: arguments)
            .map { row in
                Stored(
                    number: row[0],
                    document: try decoded(row[1]),
                    revision: row[2],
                    updatedAt: Timestamp(milliseconds: row[3]),
                    actor: row[4]
                )
            }
    }

    func insert(_ document: Document, actor: String, at time: Timestamp) throws -> Stored<Document> {
        try document.validate()
        guard try one(document.id) == nil else {
            throw LedgerError(
                .alreadyExists,
                "There is a \(Document.family) \(document.id) already; update it, or choose another name."
            )
        }
        let body = try encoded(document)
        try database.execute(
            sql: "INSERT INTO document (family, name, revision, updated_at, actor, body) VALUES (?, ?, 1, ?, ?, ?)",
            arguments: [Document.family, document.id.text, time.milliseconds, actor, body]
        )
        let stored = Stored(
            number: database.lastInsertedRowID,
            document: document,
            revision: 1,
            updatedAt: time,
            actor: actor
        )
        try appendToHistory(stored, body: body)
        return stored
    }

    func update(
        _ document: Document,
        expectedRevision: Int?,
        actor: String,
        at time: Timestamp
    ) throws -> (before: Stored<Document>, after: Stored<Document>) {
        try document.validate()
        guard let before = try one(document.id) else { throw notFound(document.id.text) }
        if let expectedRevision, expectedRevision != before.revision {
            throw LedgerError(
                .revisionMismatch,
                "The \(Document.family) \(document.id) is at revision \(before.revision), not \(expectedRevision): somebody "
                    + "changed it meanwhile; read it again and repeat the change.",
                currentRevision: before.revision
            )
        }
        let body = try encoded(document)
        let after = Stored(
            number: before.number,
            document: document,
            revision: before.revision + 1,
            updatedAt: time,
            actor: actor
        )
        try database.execute(
            sql: "UPDATE document SET revision = ?, updated_at = ?, actor = ?, body = ? WHERE number = ?",
            arguments: [after.revision, time.milliseconds, actor, body, after.number]
        )
        try appendToHistory(after, body: body)
        return (before, after)
    }

    /// Inserts a document for the revision 0, and replaces the one that is there for any other.
    func put(
        _ document: Document,
        expectedRevision: Int?,
        actor: String,
        at time: Timestamp
    ) throws -> Stored<Document> {
        let isNew = try expectedRevision == 0 || (expectedRevision == nil && one(document.id) == nil)
        return isNew
            ? try insert(document, actor: actor, at: time)
            : try update(document, expectedRevision: expectedRevision, actor: actor, at: time).after
    }

    /// Every change of one document, oldest first.
    func history(of id: Identifier<Document.Kind>) throws -> [Change<Document>] {
        guard let stored = try one(id) else { throw notFound(id.text) }
        let rows = try Row.fetchAll(
            database,
            sql: "SELECT revision, at, actor, body FROM history WHERE document = ? ORDER BY revision",
            arguments: [stored.number]
        )
        var before: Document?
        return try rows.map { row in
            let after: Document = try decoded(row[3])
            defer { before = after }
            return Change(
                revision: row[0],
                at: Timestamp(milliseconds: row[1]),
                actor: row[2],
                before: before,
                after: after
            )
        }
    }

    private func appendToHistory(_ stored: Stored<Document>, body: String) throws {
        try database.execute(
            sql: "INSERT INTO history (document, revision, at, actor, body) VALUES (?, ?, ?, ?, ?)",
            arguments: [stored.number, stored.revision, stored.updatedAt.milliseconds, stored.actor, body]
        )
    }

    private func notFound(_ name: String) -> LedgerError {
        LedgerError(.notFound, "There is no \(Document.family) \(name); create it first.")
    }
}

/// A document's JSON; keys are sorted, so that equal documents are equal texts.
func encoded(_ document: some Encodable) throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    return String(decoding: try encoder.encode(document), as: UTF8.self)
}

/// Reads a document back.
func decoded<Document: Decodable>(_ body: String) throws -> Document {
    try JSONDecoder().decode(Document.self, from: Data(body.utf8))
}
