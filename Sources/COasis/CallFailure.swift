internal import COasisHeader
internal import OasisAllocation

/// Why a call was refused, in the terms of `oasis_error`.
struct CallFailure: Error {
    var status: oasis_status
    /// Field, array or file section at fault; empty when it is about the whole.
    var field: String
    /// The element at fault; nil when it is about the whole.
    var index: Int?
    /// What must hold and what was found.
    var rule: String

    init(_ status: Int, _ field: String, _ index: Int? = nil, _ rule: String) {
        self.status = oasis_status(status)
        self.field = field
        self.index = index
        self.rule = rule
    }

    /// A mistake in the calling program.
    static func badArgument(_ field: String, _ rule: String) -> CallFailure {
        CallFailure(OASIS_BAD_ARGUMENT, field, nil, rule)
    }

    /// Input that breaks a rule.
    static func refused(_ field: String, _ index: Int? = nil, _ rule: String) -> CallFailure {
        CallFailure(OASIS_REFUSED, field, index, rule)
    }

    init(_ invalid: InvalidProblem) {
        let field =
            switch invalid.part {
            case .attributes: "attributes"
            case .startingPrices: "starting_price"
            default: invalid.part.columnName ?? "problem"
            }
        self.init(OASIS_REFUSED, field, invalid.index, invalid.rule)
    }

    /// Writes it where the caller wants it, unless that is no `oasis_error`.
    func write(to error: UnsafeMutablePointer<oasis_error>?) {
        guard let error, isAligned(UnsafeRawPointer(error), to: oasis_error.self),
            error.pointee.struct_size >= UInt64(MemoryLayout<oasis_error>.size)
        else { return }
        error.pointee.index = index.map(Int64.init) ?? -1
        COasis.write(field, to: &error.pointee.field)
        COasis.write(rule, to: &error.pointee.rule)
    }
}

/// Runs a call's body: its status is that of the failure that it ends with, or `OASIS_OK`.
func call(
    _ report: UnsafeMutablePointer<oasis_error>?,
    _ body: () throws(CallFailure) -> Void
) -> oasis_status {
    do throws(CallFailure) {
        try body()
        return oasis_status(OASIS_OK)
    } catch {
        error.write(to: report)
        return error.status
    }
}
