import Foundation

/// How often 1 must be doubled to give a degree.
enum Doublings {
    /// Logarithm to the base 2.
    /// - Parameter degree: at least 1.
    /// - Returns: not negative.
    static func of(_ degree: Int) -> Double { log2(Double(max(1, degree))) }
}
