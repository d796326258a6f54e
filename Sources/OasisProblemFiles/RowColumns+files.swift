internal import OasisAllocation

/// One file for each field.
extension RowColumns {
    init(_ files: Files) throws(ProblemFileError) {
        self.init(
            attribute: try files.required("row_attribute"),
            kind: try files.required("row_scope_kind"),
            scope: try files.required("row_scope"),
            sense: try files.required("row_sense"),
            bound: try files.required("row_bound"),
            share: try files.optional("row_share"),
            penalty: try files.optional("row_penalty")
        )
    }

    func write(_ files: Files) throws(ProblemFileError) {
        try files.write(attribute, "row_attribute")
        try files.write(kind, "row_scope_kind")
        try files.write(scope, "row_scope")
        try files.write(sense, "row_sense")
        try files.write(bound, "row_bound")
        if let share { try files.write(share, "row_share") }
        if let penalty { try files.write(penalty, "row_penalty") }
    }
}
