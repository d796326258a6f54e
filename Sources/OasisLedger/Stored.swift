package import OasisMarket

/// A document as the ledger holds it.
package struct Stored<Document: Sendable>: Sendable {
    /// Stable and never reused; what receipts, tallies and leases refer to.
    ///
    /// A policy's number is its version.
    package var number: Int64
    /// The document itself.
    package var document: Document
    /// Counts the document's changes from 1; the etag.
    package var revision: Int
    /// When it was last changed.
    package var updatedAt: Timestamp
    /// Who changed it last.
    package var actor: String

    /// Gathers a stored document.
    package init(number: Int64, document: Document, revision: Int, updatedAt: Timestamp, actor: String) {
        self.number = number
        self.document = document
        self.revision = revision
        self.updatedAt = updatedAt
        self.actor = actor
    }
}

extension Stored: Equatable where Document: Equatable {}

/// One change of a document: who, when, and what it was before and after.
package struct Change<Document: Sendable>: Sendable {
    /// Revision after the change, from 1.
    package var revision: Int
    /// When.
    package var at: Timestamp
    /// Who.
    package var actor: String
    /// The document before; nothing when the change created it.
    package var before: Document?
    /// The document after.
    package var after: Document
}

extension Change: Equatable where Document: Equatable {}
