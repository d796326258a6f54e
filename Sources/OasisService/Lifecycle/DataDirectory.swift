internal import Foundation
package import OasisMarket
package import OasisScoring

/// The folder with everything that outlives the process.
package struct DataDirectory: Hashable, Sendable {
    /// Where it is.
    package let path: String

    /// Makes the folder, and the one for snapshots inside, unless they are there.
    package init(_ path: String) throws(InvalidField) {
        self.path = path
        do {
            try FileManager.default.createDirectory(
                atPath: path + "/snapshots",
                withIntermediateDirectories: true,
                attributes: [.posixPermissions: 0o700]
            )
        } catch {
            throw InvalidField(
                "data",
                "must be a folder that can be written, but \(path) is not: \(error.localizedDescription)"
            )
        }
    }

    /// The ledger's file.
    package var ledger: String { path + "/oasis.sqlite" }
    /// The folder with snapshots.
    package var snapshots: String { path + "/snapshots" }
    /// The folder with response models.
    package var models: String { path + "/models" }
    /// The file with the secret that receipts are signed with.
    package var receiptKey: String { path + "/receipt.key" }

    /// The secrets; made at the first call, and the same from then on.
    package func secrets() throws(InvalidField) -> NodeSecrets {
        if !FileManager.default.fileExists(atPath: receiptKey) { try makeReceiptKey() }
        do throws(InvalidField) {
            return try NodeSecrets(receiptKey: (try? String(contentsOfFile: receiptKey, encoding: .utf8)) ?? "")
        } catch {
            throw InvalidField(
                "data",
                "holds a receipt.key that is not 64 hexadecimal digits (\(receiptKey)); restore it, or remove it to have a "
                    + "new one made, which makes receipts signed before count for nothing"
            )
        }
    }

    /// Writes a new secret to a file that only its owner may read, and that appears whole or not at all.
    private func makeReceiptKey() throws(InvalidField) {
        var generator = SystemRandomNumberGenerator()
        let digits = (0..<32)
            .map { _ in
                let digits = String(UInt8.random(in: 0...255, using: &generator), radix: 16)
                return digits.count < 2 ? "0" + digits : digits
            }
            .joined()
        let draft = receiptKey + ".new"
        unlink(draft)
        let file = open(draft, O_CREAT | O_EXCL | O_WRONLY, 0o600)
        let line = Array((digits + "\n").utf8)
        guard file >= 0, write(file, line, line.count) == line.count, fsync(file) == 0, close(file) == 0,
            rename(draft, receiptKey) == 0
        else {
            throw InvalidField("data", "must be a folder that can be written: \(receiptKey) could not be made")
        }
    }
}
