internal import GRDB
package import OasisMarket

/// Why the ledger refused or failed, in words that say what to do next.
package struct LedgerError: Error, Sendable, CustomStringConvertible {
    /// The reason as a value that programs can compare; new reasons may be added.
    package struct Code: Hashable, Sendable, CustomStringConvertible {
        private enum Reason: String {
            case alreadyExists, notFound, revisionMismatch, invalid, unknownLicensor, trackTaken
            case unknownLease, leaseExceeded
            case lockedByAnotherProcess, newerSchema, olderSchema, notALedger, closed
            case storageFull, corrupt, storageFailed, differs, fileExists, compacted
        }

        private let reason: Reason

        /// The reason's name, stable across versions.
        package var description: String { reason.rawValue }

        /// A document with this name is there already.
        package static let alreadyExists = Code(reason: .alreadyExists)
        /// There is no document with this name or number.
        package static let notFound = Code(reason: .notFound)
        /// Somebody changed the document since it was read; see `currentRevision`.
        package static let revisionMismatch = Code(reason: .revisionMismatch)
        /// The document breaks a rule; see `invalidField`.
        package static let invalid = Code(reason: .invalid)
        /// A campaign names a licensor that is not there.
        package static let unknownLicensor = Code(reason: .unknownLicensor)
        /// A track belongs to another campaign; see `campaign`.
        package static let trackTaken = Code(reason: .trackTaken)
        /// There is no lease with this id.
        package static let unknownLease = Code(reason: .unknownLease)
        /// More units came back than the lease has outstanding.
        package static let leaseExceeded = Code(reason: .leaseExceeded)
        /// Another process has this ledger open for writing.
        package static let lockedByAnotherProcess = Code(reason: .lockedByAnotherProcess)
        /// The file was written by a newer version of this program.
        package static let newerSchema = Code(reason: .newerSchema)
        /// The file was written by an older version, and is open for reading alone.
        package static let olderSchema = Code(reason: .olderSchema)
        /// The file is something else than a ledger.
        package static let notALedger = Code(reason: .notALedger)
        /// The ledger was closed.
        package static let closed = Code(reason: .closed)
        /// The disk, or the size that was allowed, is full.
        package static let storageFull = Code(reason: .storageFull)
        /// The file is damaged.
        package static let corrupt = Code(reason: .corrupt)
        /// Raw outcomes that were asked for are gone.
        package static let compacted = Code(reason: .compacted)
        /// A file is there that would have to be written over.
        package static let fileExists = Code(reason: .fileExists)
        /// A recount from raw outcomes gives other numbers.
        package static let differs = Code(reason: .differs)
        /// Any other failure of the storage underneath.
        package static let storageFailed = Code(reason: .storageFailed)
    }

    /// What kind of refusal or failure it is.
    package let code: Code
    /// A sentence or two for people: what was wrong, and what to do.
    package let message: String
    /// The revision that is there, for `revisionMismatch`.
    package let currentRevision: Int?
    /// The field and its rule, for `invalid`.
    package let invalidField: InvalidField?
    /// The campaign that holds the track, for `trackTaken`.
    package let campaign: CampaignID?

    package var description: String { message }

    init(
        _ code: Code,
        _ message: String,
        currentRevision: Int? = nil,
        invalidField: InvalidField? = nil,
        campaign: CampaignID? = nil
    ) {
        self.code = code
        self.message = message
        self.currentRevision = currentRevision
        self.invalidField = invalidField
        self.campaign = campaign
    }

    init(_ field: InvalidField) {
        self.init(.invalid, field.description, invalidField: field)
    }

    /// Puts whatever the storage threw into the ledger's own words.
    init(wrapping error: any Error, path: String) {
        switch error {
        case let error as LedgerError: self = error
        case let error as InvalidField: self.init(error)
        case let error as DatabaseError: self.init(error, path: path)
        case is ConnectionGate.Shut: self.init(.closed, "The ledger \(path) was closed; open it again.")
        default: self.init(.storageFailed, "The ledger \(path) failed: \(error).")
        }
    }

    private init(_ error: DatabaseError, path: String) {
        let detail = error.message ?? "SQLite error \(error.resultCode.rawValue)"
        switch error.resultCode {
        case .SQLITE_FULL:
            self.init(.storageFull, "No room left for the ledger \(path); free some space. Nothing was changed.")
        case .SQLITE_CORRUPT:
            self.init(.corrupt, "The ledger \(path) is damaged (\(detail)); restore it from a backup.")
        case .SQLITE_NOTADB:
            self.init(.notALedger, "\(path) is not a ledger (\(detail)); name another file.")
        case .SQLITE_BUSY, .SQLITE_LOCKED:
            self.init(.lockedByAnotherProcess, "Another process is using the ledger \(path); stop it, then try again.")
        case .SQLITE_CANTOPEN, .SQLITE_READONLY, .SQLITE_PERM, .SQLITE_AUTH:
            self.init(.storageFailed, "Cannot open or write the ledger \(path) (\(detail)); check folder and rights.")
        case .SQLITE_MISUSE:
            self.init(.closed, "The ledger \(path) was closed or misused (\(detail)); open it again.")
        default:
            self.init(.storageFailed, "The ledger \(path) failed (\(detail)); nothing was changed.")
        }
    }
}
