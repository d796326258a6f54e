/// Numbers as sentences for people have them.
extension Double {
    var tenths: String { Self.rounded(self, 10) }
    var thousandths: String { Self.rounded(self, 1_000) }
    var percent: String { Self.rounded(100 * self, 100) + " %" }

    private static func rounded(_ value: Double, _ parts: Double) -> String {
        guard value.isFinite, abs(value) < 1e12 else { return "\(value)" }
        let rounded = (value * parts).rounded() / parts
        return rounded == rounded.rounded() ? "\(Int(rounded))" : "\(rounded)"
    }
}
