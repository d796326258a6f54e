/// The header of an `.npy` file: a Python dictionary literal with three known keys.
struct NumPyHeader {
    var descriptor = ""
    var isFortranOrder = false
    var shape: [Int] = []

    /// Nil unless the text is exactly such a dictionary, with nothing after it but white space.
    init?(_ text: String) {
        var scanner = Scanner(rest: Array(text.utf8)[...])
        var seen: Set<String> = []
        guard scanner.take("{") else { return nil }
        while !scanner.take("}") {
            guard let key = scanner.quoted(), seen.insert(key).inserted, scanner.take(":") else { return nil }
            switch key {
            case "descr":
                guard let value = scanner.quoted() else { return nil }
                descriptor = value
            case "fortran_order":
                guard let value = scanner.boolean() else { return nil }
                isFortranOrder = value
            case "shape":
                guard let value = scanner.tuple() else { return nil }
                shape = value
            default: return nil
            }
            if !scanner.take(",") {
                guard scanner.take("}") else { return nil }
                break
            }
        }
        guard seen.count == 3, scanner.isAtEnd else { return nil }
    }

    private struct Scanner {
        var rest: ArraySlice<UInt8>

        var isAtEnd: Bool {
            mutating get {
                skipSpace()
                return rest.isEmpty
            }
        }

        mutating func skipSpace() {
            rest = rest.drop { $0 == 0x20 || $0 == 0x0a || $0 == 0x09 || $0 == 0x0d }
        }

        mutating func take(_ token: String) -> Bool {
            skipSpace()
            guard rest.starts(with: token.utf8) else { return false }
            rest = rest.dropFirst(token.utf8.count)
            return true
        }

        mutating func quoted() -> String? {
            skipSpace()
            guard let quote = rest.first, quote == 0x27 || quote == 0x22 else { return nil }
            let body = rest.dropFirst()
            guard let end = body.firstIndex(of: quote) else { return nil }
            rest = body[(end + 1)...]
            return String(decoding: body[..<end], as: UTF8.self)
        }

        mutating func boolean() -> Bool? {
            take("True") ? true : take("False") ? false : nil
        }

        mutating func tuple() -> [Int]? {
            guard take("(") else { return nil }
            var values: [Int] = []
            while !take(")") {
                skipSpace()
                let digits = rest.prefix { $0 >= 0x30 && $0 <= 0x39 }
                guard let value = Int(String(decoding: digits, as: UTF8.self)) else { return nil }
                values.append(value)
                rest = rest.dropFirst(digits.count)
                if !take(",") { return take(")") ? values : nil }
            }
            return values
        }
    }
}
