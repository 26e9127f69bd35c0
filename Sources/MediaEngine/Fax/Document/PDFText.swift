/// Strings and numbers as a PDF file writes them.
enum PDFText {
    /// Characters of a string; the rest is cut off. PDF Reference 1.4, appendix C: no string over 65,535 bytes.
    static let charactersMax = 500

    /// A text string (PDF Reference 1.4 §3.8.1): plain characters escaped in parentheses, others as UTF-16 in
    /// hexadecimal, with the byte order mark that says so.
    static func string(_ text: String) -> String {
        let scalars = text.unicodeScalars.prefix(charactersMax)
        guard scalars.allSatisfy({ (0x20...0x7E).contains($0.value) }) else {
            return "<FEFF" + String(scalars).utf16.map(hexadecimal).joined() + ">"
        }
        var escaped = "("
        for scalar in scalars {
            if scalar == "(" || scalar == ")" || scalar == "\\" { escaped += "\\" }
            escaped.unicodeScalars.append(scalar)
        }
        return escaped + ")"
    }

    /// A number given in hundred thousandths: PDF has no exponents, and viewers keep about five decimals.
    static func decimal(hundredThousandths value: Int) -> String {
        let (whole, fraction) = value.magnitude.quotientAndRemainder(dividingBy: 100_000)
        let sign = value < 0 ? "-" : ""
        guard fraction != 0 else { return "\(sign)\(whole)" }
        var digits = String(fraction)
        digits = String(repeating: "0", count: 5 - digits.utf8.count) + digits
        while digits.hasSuffix("0") { digits.removeLast() }
        return "\(sign)\(whole).\(digits)"
    }

    private static func hexadecimal(_ unit: UInt16) -> String {
        let digits = String(unit, radix: 16, uppercase: true)
        return String(repeating: "0", count: 4 - digits.utf8.count) + digits
    }
}
