import Foundation
import Quantities

/// A number of the machine that is not known exactly.
public struct UncertainNumber: Hashable, Sendable {
    /// The number.
    public let knob: Knob
    /// How its factor on the stated value is spread.
    public let spread: Spread

    /// Makes an uncertain number.
    public init(_ knob: Knob, _ spread: Spread) {
        self.knob = knob
        self.spread = spread
    }

    /// The distribution of a factor on the stated value.
    public enum Spread: Hashable, Sendable {
        /// Every ratio as likely: ln factor is uniform between the logarithms of two factors above zero.
        case logUniform(ClosedRange<Double>)
        /// Normal around 1 with a standard deviation above zero; values not above zero are drawn again.
        case normal(deviation: Double)

        /// Reads `0.5..2x`, `±10%` for 0.9..1.1x, or `normal:0.1` for a standard deviation of 10 %.
        /// - Parameter text: a spread.
        /// - Throws: ``ExplainError`` saying what would be read.
        public init(parsing text: String) throws(ExplainError) {
            let error = ExplainError(
                "\(Shown.value(text)) is no spread of factors from 1e-6 to 1e6; write a range like 0.5..2x or ±10%, or a deviation like normal:0.1"
            )
            if text.hasPrefix("normal:") {
                guard let deviation = try? CountParsing.number(String(text.dropFirst("normal:".count))),
                    deviation > 0, deviation <= 1
                else { throw error }
                self = .normal(deviation: deviation)
                return
            }
            for sign in ["±", "+-"] where text.hasPrefix(sign) {
                guard text.hasSuffix("%"),
                    let percent = try? CountParsing.number(String(text.dropFirst(sign.count).dropLast())),
                    percent >= 0, percent < 100
                else { throw error }
                self = .logUniform((1 - percent / 100)...(1 + percent / 100))
                return
            }
            let digits = text.hasSuffix("x") ? String(text.dropLast()) : text
            guard let dots = digits.range(of: ".."),
                let low = try? CountParsing.number(String(digits[..<dots.lowerBound])),
                let high = try? CountParsing.number(String(digits[dots.upperBound...])),
                high >= low, NumberRange(1e-6, 1e6).contains(low), NumberRange(1e-6, 1e6).contains(high)
            else { throw error }
            self = .logUniform(low...high)
        }

        /// Draws a factor.
        func factor(_ generator: inout SeededGenerator) -> Double {
            switch self {
            case .logUniform(let range):
                let (low, high) = (log(range.lowerBound), log(range.upperBound))
                return exp(low + (high - low) * generator.unit())
            case .normal(let deviation):
                while true {
                    // Box and Muller 1958, doi:10.1214/aoms/1177706645; 1 - u is never 0.
                    let radius = (-2 * log(1 - generator.unit())).squareRoot()
                    let value = 1 + deviation * radius * cos(2 * .pi * generator.unit())
                    if value > 0 { return value }
                }
            }
        }
    }
}
