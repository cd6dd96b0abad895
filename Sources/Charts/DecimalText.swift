/// Decimal text of numbers, without Foundation and without the influence of a locale.
enum DecimalText {
    /// A number with exactly `decimals` digits after the point and a true minus sign.
    static func fixed(_ value: Double, decimals: Int) -> String {
        guard value.isFinite else { return "n/a" }
        let magnitude = abs(value)
        guard magnitude < 1e15 else { return "\(value)" }
        let places = max(0, min(decimals, 9))
        let factor = Elementary.powerOfTen(places)
        let scaled = (magnitude * factor).rounded()
        guard scaled < 9e18 else { return "\(value)" }
        let digits = String(Int64(scaled))
        let sign = value < 0 && scaled > 0 ? "\u{2212}" : ""
        guard places > 0 else { return sign + digits }
        let padded = String(repeating: "0", count: max(0, places + 1 - digits.count)) + digits
        return sign + padded.dropLast(places) + "." + padded.suffix(places)
    }

    /// A number rounded to `digits` significant digits, without trailing zeros.
    static func significant(_ value: Double, digits: Int) -> String {
        guard value.isFinite else { return "n/a" }
        guard value != 0 else { return "0" }
        return trimmed(fixed(value, decimals: decimals(of: value, digits: digits)))
    }

    /// The number rounded to `digits` significant digits, as a number.
    static func rounded(_ value: Double, digits: Int) -> Double {
        guard value.isFinite, value != 0 else { return value }
        let exponent = digits - 1 - Int(Elementary.log10(abs(value)).rounded(.down))
        guard abs(exponent) < 300 else { return value }
        let factor = Elementary.powerOfTen(abs(exponent))
        return exponent >= 0 ? (value * factor).rounded() / factor : (value / factor).rounded() * factor
    }

    /// Text without trailing zeros after the decimal point, and without a bare point.
    static func trimmed(_ text: String) -> String {
        guard text.contains(".") else { return text }
        var result = Substring(text)
        while result.hasSuffix("0") { result = result.dropLast() }
        if result.hasSuffix(".") { result = result.dropLast() }
        return String(result)
    }

    /// A coordinate of an SVG file: at most two decimals, a plain minus sign, never "nan" or "inf".
    static func coordinate(_ value: Double) -> String {
        guard value.isFinite else { return "0" }
        let text = trimmed(fixed(max(-1e7, min(1e7, value)), decimals: 2))
        return text.hasPrefix("\u{2212}") ? "-" + text.dropFirst() : text
    }

    private static func decimals(of value: Double, digits: Int) -> Int {
        let magnitude = Int(Elementary.log10(abs(rounded(value, digits: digits))).rounded(.down))
        return max(0, digits - 1 - magnitude)
    }
}
