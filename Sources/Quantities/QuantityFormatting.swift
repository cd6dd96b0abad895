import Foundation

/// Numbers for people: few digits, an SI prefix, a unit.
///
/// Files and JSON never use these; they carry full precision in base units.
public enum Readable {
    /// Three significant digits with an SI prefix: `1.83 TB/s`, `4.5 µs`, `989 TFLOP/s`.
    /// - Parameters:
    ///   - quantity: any quantity.
    ///   - digits: significant digits, at least 1.
    /// - Returns: number, prefix and unit.
    public static func text<Dimension>(_ quantity: Quantity<Dimension>, digits: Int = 3) -> String {
        let value = quantity.value
        if !value.isFinite { return value > 0 ? "infinite" : "\(value)" }
        if value == 0 { return "0 \(Dimension.symbol)" }
        let steps: [(Double, String)] = [
            (1e24, "Y"), (1e21, "Z"), (1e18, "E"), (1e15, "P"), (1e12, "T"), (1e9, "G"), (1e6, "M"),
            (1e3, "k"), (1, ""), (1e-3, "m"), (1e-6, "µ"), (1e-9, "n"),
        ]
        let (factor, prefix) = steps.first { abs(value) >= $0.0 * 0.9995 } ?? (1e-9, "n")
        return "\(significant(value / factor, digits: digits)) \(prefix)\(Dimension.symbol)"
    }

    /// A time in the unit that people would choose: µs, ms, s, minutes, hours, days, months or years.
    /// - Parameter time: seconds.
    /// - Returns: number and unit.
    public static func time(_ time: Seconds) -> String {
        let seconds = time.value
        switch seconds {
        case ..<100: return text(time)
        case ..<6000: return "\(significant(seconds / 60)) min"
        case ..<172_800: return "\(significant(seconds / 3600)) h"
        case ..<(Calendar.month.value * 0.95): return "\(significant(seconds / Calendar.day.value)) days"
        case ..<(Calendar.year.value * 2): return "\(significant(seconds / Calendar.month.value)) months"
        default: return "\(significant(seconds / Calendar.year.value)) years"
        }
    }

    /// Significant digits, plain below a million and above a thousandth, scientific elsewhere.
    /// - Parameters:
    ///   - value: any number.
    ///   - digits: significant digits, at least 1.
    /// - Returns: the digits.
    public static func significant(_ value: Double, digits: Int = 3) -> String {
        if value == 0 || !value.isFinite { return value == 0 ? "0" : "\(value)" }
        let magnitude = Int(floor(log10(abs(value))))
        if magnitude >= 6 || magnitude < -3 {
            return scientific(value, digits: digits)
        }
        let decimals = max(0, digits - 1 - magnitude)
        return String(format: "%.\(decimals)f", value)
    }

    /// Scientific notation: `1.12e26`.
    /// - Parameters:
    ///   - value: any finite number.
    ///   - digits: significant digits, at least 1.
    /// - Returns: the digits.
    public static func scientific(_ value: Double, digits: Int = 3) -> String {
        let text = String(format: "%.\(max(0, digits - 1))e", value)
        guard let mark = text.firstIndex(of: "e"), let exponent = Int(text[text.index(after: mark)...]) else {
            return text
        }
        return "\(text[..<mark])e\(exponent)"
    }

    /// A whole number with separators of thousands: `16,777,216`.
    /// - Parameter count: any integer.
    /// - Returns: the digits.
    public static func count(_ count: Int) -> String {
        let digits = String(count.magnitude)
        var grouped = ""
        for (index, digit) in digits.enumerated() {
            if index > 0, (digits.count - index).isMultiple(of: 3) { grouped.append(",") }
            grouped.append(digit)
        }
        return count < 0 ? "-" + grouped : grouped
    }

    /// A share as a percentage: `38.4 %`.
    /// - Parameter share: 0...1.
    /// - Returns: the digits and the sign.
    public static func percent(_ share: Double) -> String { String(format: "%.1f %%", share * 100) }
}
