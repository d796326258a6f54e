/// Walks over an array of plain elements, as columns of a large request are, without making a value of each.
///
/// It knows the common spelling alone: no escapes, and nothing wrong. Where it meets anything else it gives up, and whoever
/// walks has `JSONParser` read the array again from its start, which says what is wrong or reads what is merely
/// unusual. So it needs no errors, and cannot be more lenient than the parser.
///
/// Its methods check every offset against the text's end before they load.
struct JSONColumnCursor {
    let bytes: UnsafeRawBufferPointer
    /// Where it reads next.
    var offset: Int

    /// What stands behind an element.
    enum Separator {
        case comma
        case end
        case unusual
    }

    /// Steps into an array with at least one element; false when there is none.
    @inline(__always)
    mutating func begin() -> Bool {
        guard offset < bytes.count, bytes[offset] == UInt8(ascii: "[") else { return false }
        offset += 1
        skipSpace()
        return offset < bytes.count && bytes[offset] != UInt8(ascii: "]")
    }

    @inline(__always)
    private mutating func skipSpace() {
        while offset < bytes.count {
            let byte = bytes[offset]
            // Nearly always: there is none.
            if byte > 0x20 { return }
            guard byte == 0x20 || byte == 0x0a || byte == 0x0d || byte == 0x09 else { return }
            offset += 1
        }
    }

    /// Steps over what separates elements, to the next one or behind the array.
    @inline(__always)
    mutating func separator() -> Separator {
        skipSpace()
        guard offset < bytes.count else { return .unusual }
        let byte = bytes[offset]
        offset += 1
        if byte == UInt8(ascii: ",") {
            skipSpace()
            return .comma
        }
        return byte == UInt8(ascii: "]") ? .end : .unusual
    }

    /// Steps over `true` or `false`.
    @inline(__always)
    mutating func bool() -> Bool? {
        guard offset + 5 <= bytes.count else { return nil }
        let word = bytes.loadUnaligned(fromByteOffset: offset, as: UInt32.self).littleEndian
        if word == 0x6575_7274 {  // "true", first letter lowest
            offset += 4
            return true
        }
        guard word == 0x736c_6166, bytes[offset + 4] == UInt8(ascii: "e") else { return nil }  // "fals", then "e"
        offset += 5
        return false
    }

    /// Steps over a string up to its first quote and copies it to `target`, which has room for the text's rest and eight
    /// bytes more; gives its length.
    ///
    /// What was copied may hold a backslash or bytes that no string may hold: the caller checks it all at once.
    @inline(__always)
    mutating func copyString(to target: UnsafeMutableRawPointer) -> Int? {
        guard offset < bytes.count, bytes[offset] == UInt8(ascii: "\"") else { return nil }
        var place = offset + 1
        let start = place
        while place + 8 <= bytes.count {
            let word = bytes.loadUnaligned(fromByteOffset: place, as: UInt64.self).littleEndian
            target.storeBytes(of: word.littleEndian, toByteOffset: place - start, as: UInt64.self)
            // A byte that equals the quote becomes 0, and the lowest such byte keeps its highest bit.
            let zeros = word ^ 0x2222_2222_2222_2222
            let quotes = (zeros &- 0x0101_0101_0101_0101) & ~zeros & 0x8080_8080_8080_8080
            if quotes != 0 {
                place += quotes.trailingZeroBitCount >> 3
                offset = place + 1
                return place - start
            }
            place += 8
        }
        while place < bytes.count {
            let byte = bytes[place]
            if byte == UInt8(ascii: "\"") {
                offset = place + 1
                return place - start
            }
            target.storeBytes(of: byte, toByteOffset: place - start, as: UInt8.self)
            place += 1
        }
        return nil
    }
}

extension JSONColumnCursor {
    /// Steps over a number and gives the float nearest to it, ties to even.
    @inline(__always)
    mutating func float() -> Float? {
        if let fraction = shortFraction() { return fraction }
        return anyFloat()
    }

    /// Steps over `0.` and up to 19 digits, as nearly all scores and probabilities are written; nothing when it is not that.
    @inline(__always)
    private mutating func shortFraction() -> Float? {
        guard offset + 24 <= bytes.count,
            bytes.loadUnaligned(fromByteOffset: offset, as: UInt16.self).littleEndian == 0x2e30
        else { return nil }
        // Both words are read whether or not the first is full: how many digits there are is what a processor cannot guess.
        let first = bytes.loadUnaligned(fromByteOffset: offset + 2, as: UInt64.self).littleEndian
        let second = bytes.loadUnaligned(fromByteOffset: offset + 10, as: UInt64.self).littleEndian
        let firstCount = DigitWord.count(first)
        let secondCount = DigitWord.count(second) & -(firstCount >> 3)
        let upper = DigitWord.value(first, count: firstCount) &* DigitWord.scale(secondCount)
        var digits = upper &+ DigitWord.value(second, count: secondCount)
        var place = offset + 2 + firstCount + secondCount
        if secondCount == 8 {
            while place < offset + 21, bytes[place] &- UInt8(ascii: "0") <= 9 {
                digits = digits &* 10 &+ UInt64(bytes[place] &- UInt8(ascii: "0"))
                place += 1
            }
        }
        let (count, next) = (place - offset - 2, bytes[place])
        let ends = next &- UInt8(ascii: "0") > 9 && next | 0x20 != UInt8(ascii: "e")
        let decimal = JSONDecimal(digits: digits, exponent: -count, isNegative: false)
        guard count > 0, ends, let float = decimal.nearest else { return nil }
        offset = place
        return float
    }

    @inline(never)
    private mutating func anyFloat() -> Float? {
        let start = offset
        let isNegative = offset < bytes.count && bytes[offset] == UInt8(ascii: "-")
        if isNegative { offset += 1 }
        let wholeStart = offset
        var digits = wholeDigits()
        var digitCount = offset - wholeStart
        guard digitCount == 1 || digitCount > 1 && bytes[wholeStart] != UInt8(ascii: "0") else { return nil }
        // A zero before the point takes no room among the digits.
        if digitCount == 1, digits == 0 { digitCount = 0 }
        var exponent = 0
        if offset < bytes.count, bytes[offset] == UInt8(ascii: ".") {
            offset += 1
            let fractionStart = offset
            digits = fraction(after: digits)
            exponent = fractionStart - offset
            guard exponent < 0 else { return nil }
            digitCount -= exponent
        }
        if offset < bytes.count, bytes[offset] | 0x20 == UInt8(ascii: "e") {
            guard let power = power() else { return nil }
            exponent += power
        }
        let decimal = JSONDecimal(digits: digits, exponent: exponent, isNegative: isNegative)
        if digitCount <= JSONDecimal.digitsMaximum, let float = decimal.nearest { return float }
        return readAsText(from: start)
    }

    /// The digits here as a number, which wraps when there are too many.
    @inline(__always)
    private mutating func wholeDigits() -> UInt64 {
        var digits: UInt64 = 0
        while offset < bytes.count {
            let digit = bytes[offset] &- UInt8(ascii: "0")
            guard digit <= 9 else { break }
            digits = digits &* 10 &+ UInt64(digit)
            offset += 1
        }
        return digits
    }

    /// Appends the digits here to `digits`, which wraps when there are too many.
    @inline(__always)
    private mutating func fraction(after whole: UInt64) -> UInt64 {
        var digits = whole
        while offset + 8 <= bytes.count {
            let word = bytes.loadUnaligned(fromByteOffset: offset, as: UInt64.self).littleEndian
            let count = DigitWord.count(word)
            digits = digits &* DigitWord.scale(count) &+ DigitWord.value(word, count: count)
            offset += count
            guard count == 8 else { return digits }
        }
        while offset < bytes.count {
            let digit = bytes[offset] &- UInt8(ascii: "0")
            guard digit <= 9 else { break }
            digits = digits &* 10 &+ UInt64(digit)
            offset += 1
        }
        return digits
    }

    /// Steps over an exponent; large ones all come out as large.
    private mutating func power() -> Int? {
        offset += 1
        guard offset < bytes.count else { return nil }
        let isNegative = bytes[offset] == UInt8(ascii: "-")
        if isNegative || bytes[offset] == UInt8(ascii: "+") { offset += 1 }
        let start = offset
        var power = 0
        while offset < bytes.count {
            let digit = bytes[offset] &- UInt8(ascii: "0")
            guard digit <= 9 else { break }
            power = min(power * 10 + Int(digit), 1_000_000)
            offset += 1
        }
        guard offset > start else { return nil }
        return isNegative ? -power : power
    }

    /// Reads what was stepped over with the standard library, which rounds right however long it is.
    @inline(never)
    private func readAsText(from start: Int) -> Float? {
        let text = String(decoding: bytes[start..<offset], as: UTF8.self)
        // The parser refuses what is no double; then so must this.
        guard let double = Double(text), double.isFinite else { return nil }
        return Float(text)
    }
}
