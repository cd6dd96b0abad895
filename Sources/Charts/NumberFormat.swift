import Quantities

/// How numbers are written on axes, beside bars and in tables.
public enum NumberFormat: Sendable, Hashable {
    /// Plain decimals: `0.25`, `1234`; a power of ten from one million on and below one ten-thousandth.
    case plain
    /// Powers of ten: `10²⁷`, `3×10²⁴`; plain between 0.01 and ten thousand, save for whole powers.
    case power
    /// Counts with a suffix: `16.4k`, `7M`, `70B`, `1.2T`; a power of ten beyond.
    case compact
    /// A ratio written as a percentage: 0.38 is `38 %`.
    case percent
    /// SI prefixes before a unit: `16.4 GB`, `3 µs`, `1.2 PFLOP/s`.
    case prefixed(unit: String)
    /// Binary prefixes before a unit: `64 KiB`, `1.5 GiB`.
    case binary(unit: String)
    /// A time in seconds, in the unit people use: `3 µs`, `12 ms`, `4 s`, `5 min`, `2 h`, `30 d`, `2 y`.
    case duration

    /// Whether every number has its own unit, which may be another than that of the values.
    var statesUnit: Bool {
        switch self {
        case .plain, .power, .compact, .percent: false
        case .prefixed, .binary, .duration: true
        }
    }

    /// The text of one number.
    ///
    /// - Parameters:
    ///   - value: the number; anything not finite gives `n/a`.
    ///   - digits: significant digits, trailing zeros dropped.
    /// - Returns: text in Unicode, exponents as superscript characters.
    public func text(_ value: Double, digits: Int = 3) -> String {
        guard value.isFinite else { return "n/a" }
        let rounded = DecimalText.rounded(value, digits: digits)
        // A year of 3.154e7 s, rounded down, would be 365 days, and of its own unit 0.999.
        let known = self == .duration ? value : rounded
        let step = step(for: max(rounded, known))
        return text(known, step: step) { DecimalText.significant($0, digits: digits) }
    }

    /// Texts of the ticks of one axis; on a linear axis they share a prefix and a number of decimals.
    func labels(for values: [Double], on kind: Scale.Kind) -> [String] {
        guard kind == .linear, self != .power else { return values.map { text($0, digits: 4) } }
        let largest = values.map { abs($0) }.max() ?? 0
        var step = step(for: largest)
        guard step.size.isFinite else { return values.map { text($0, digits: 4) } }
        var decimals = Self.decimals(values, step)
        while self == .duration, decimals > 2, let smaller = Self.durations.last(where: { $0.0 < step.size })
        {
            step = Step(size: smaller.0, suffix: "\u{00A0}" + smaller.1)
            decimals = Self.decimals(values, step)
        }
        return values.map { value in
            value == 0 && !step.suffix.isEmpty
                ? "0" : text(value, step: step) { DecimalText.fixed($0, decimals: decimals) }
        }
    }

    /// Decimals that all values need when written in one unit.
    private static func decimals(_ values: [Double], _ step: Step) -> Int {
        values.map { value in
            let text = DecimalText.significant(value / step.size, digits: 6)
            return text.split(separator: ".").dropFirst().first?.count ?? 0
        }.max() ?? 0
    }

    private struct Step {
        var size: Double
        var suffix: String
    }

    private func text(_ value: Double, step: Step, digits: (Double) -> String) -> String {
        step.size.isFinite ? digits(value / step.size) + step.suffix : Self.scientific(value, digits: digits)
    }

    private func step(for value: Double) -> Step {
        let magnitude = abs(value)
        switch self {
        case .plain:
            let isReadable = magnitude == 0 || (1e-4..<1e6).contains(magnitude)
            return isReadable ? Step(size: 1, suffix: "") : Step(size: .infinity, suffix: "")
        case .power:
            let exponent = magnitude > 0 ? Elementary.log10(magnitude) : 0.5
            let isPlain = magnitude == 0 || (-2..<4).contains(exponent) && exponent != exponent.rounded()
            return Step(size: isPlain ? 1 : .infinity, suffix: "")
        case .compact:
            if magnitude >= 1e15 || (magnitude > 0 && magnitude < 1e-4) {
                return Step(size: .infinity, suffix: "")
            }
            return Self.largest(
                below: magnitude, in: [(1, ""), (1e3, "k"), (1e6, "M"), (1e9, "B"), (1e12, "T")])
        case .percent:
            return Step(size: 0.01, suffix: "\u{00A0}%")
        case .prefixed(let unit):
            let step = Self.largest(below: magnitude == 0 ? 1 : magnitude, in: Self.prefixes)
            return Step(size: step.size, suffix: "\u{00A0}" + step.suffix + unit)
        case .binary(let unit):
            let step = Self.largest(below: magnitude == 0 ? 1 : magnitude, in: Self.binaryPrefixes)
            return Step(size: step.size, suffix: "\u{00A0}" + step.suffix + unit)
        case .duration:
            let step = Self.largest(below: magnitude == 0 ? 1 : magnitude, in: Self.durations)
            return Step(size: step.size, suffix: "\u{00A0}" + step.suffix)
        }
    }

    private static func largest(below value: Double, in steps: [(Double, String)]) -> Step {
        let step = steps.last { $0.0 <= value * (1 + 1e-12) } ?? steps.first ?? (1, "")
        return Step(size: step.0, suffix: step.1)
    }

    private static func scientific(_ value: Double, digits: (Double) -> String) -> String {
        guard value != 0 else { return "0" }
        var exponent = Int((Elementary.log10(abs(value)) + 1e-12).rounded(.down))
        var mantissa = value / Elementary.power(10, Double(exponent))
        if abs(mantissa) >= 9.9995 {
            mantissa /= 10
            exponent += 1
        }
        let power = "10" + superscript(exponent)
        let text = digits(mantissa)
        if text == "1" { return power }
        return text == "\u{2212}1" ? "\u{2212}" + power : text + "\u{00D7}" + power
    }

    private static func superscript(_ exponent: Int) -> String {
        String(
            String(exponent).map { character -> Character in
                guard let digit = character.wholeNumberValue else { return "⁻" }
                return Superscript.digits[digit]
            })
    }

    private static let prefixes: [(Double, String)] = [
        (1e-12, "p"), (1e-9, "n"), (1e-6, "µ"), (1e-3, "m"), (1, ""), (1e3, "k"), (1e6, "M"), (1e9, "G"),
        (1e12, "T"), (1e15, "P"), (1e18, "E"), (1e21, "Z"), (1e24, "Y"), (1e27, "R"), (1e30, "Q"),
    ]

    private static let binaryPrefixes: [(Double, String)] = [
        (1, ""), (0x1p10, "Ki"), (0x1p20, "Mi"), (0x1p30, "Gi"), (0x1p40, "Ti"), (0x1p50, "Pi"),
    ]

    /// Units of time in seconds with their names, ascending.
    static let durations: [(Double, String)] = [
        (1e-9, "ns"), (1e-6, "µs"), (1e-3, "ms"), (1, "s"), (60, "min"), (3600, "h"),
        (Calendar.day.value, "d"), (Calendar.year.value, "y"),
    ]
}
