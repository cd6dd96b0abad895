/// Divisors of whole numbers, the legal values of most degrees.
public enum Divisors {
    /// All divisors, ascending.
    /// - Parameter number: at least 1.
    /// - Returns: the divisors, 1 and the number included.
    public static func all(of number: Int) -> [Int] {
        precondition(number >= 1, "divisors of a number below 1")
        var divisors = [1]
        var rest = number
        var prime = 2
        while prime * prime <= rest {
            if rest.isMultiple(of: prime) {
                let before = divisors
                var power = 1
                while rest.isMultiple(of: prime) {
                    rest /= prime
                    power *= prime
                    divisors += before.map { $0 * power }
                }
            }
            prime += prime == 2 ? 1 : 2
        }
        if rest > 1 { divisors += divisors.map { $0 * rest } }
        return divisors.sorted()
    }

    /// The greatest common divisor of two numbers.
    /// - Parameters:
    ///   - first: at least 0.
    ///   - second: at least 0.
    /// - Returns: the other one where one of them is 0.
    @inline(__always)
    public static func greatestCommon(_ first: Int, _ second: Int) -> Int {
        var (first, second) = (first, second)
        while second != 0 { (first, second) = (second, first % second) }
        return first
    }
}
