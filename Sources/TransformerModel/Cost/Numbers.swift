import Foundation

extension Double {
    /// Its logarithm to base 2.
    var logarithm2: Double { log2(self) }

    /// This number to a power.
    func power(_ exponent: Double) -> Double { pow(self, exponent) }

    /// The smooth maximum (a⁴ + b⁴)^¼ of two times that run beside each other.
    static func smoothMaximum(_ one: Double, _ other: Double) -> Double {
        let (one, other) = (one * one, other * other)
        return (one * one + other * other).squareRoot().squareRoot()
    }
}
