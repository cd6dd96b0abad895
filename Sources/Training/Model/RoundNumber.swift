/// Numbers that hardware and factorizations like: k·2^i with a small odd k.
public enum RoundNumber {
    /// The closest number of the form k·2^i with k in {1, 3, 5, 7, 9} and 0 ≤ i < 60; the smaller on a tie.
    ///
    /// The published scaling laws snap depth, sparsity and batch to this grid (arXiv:2411.01137).
    /// - Parameter value: any number; at most 1 gives 1.
    /// - Returns: the number.
    public static func closest(to value: Double) -> Int {
        var best = 1
        var bestDistance = abs(value - 1)
        for odd in [1, 3, 5, 7, 9] {
            // Only the two powers around value/odd can be the closest for this odd factor.
            let ratio = value / Double(odd)
            let floorExponent = ratio >= 1 ? min(59, Int(ratio.exponent)) : 0
            for exponent in floorExponent...min(59, floorExponent + 1) {
                let candidate = odd << exponent
                let distance = abs(value - Double(candidate))
                if distance < bestDistance || (distance == bestDistance && candidate < best) {
                    best = candidate
                    bestDistance = distance
                }
            }
        }
        return best
    }

    /// Every number k·2^i with odd k ≤ 15 and i ≥ `leastExponent` inside a range, ascending.
    /// - Parameters:
    ///   - range: least and greatest number wanted.
    ///   - leastExponent: least i.
    /// - Returns: the numbers.
    public static func friendly(in range: ClosedRange<Int>, leastExponent: Int) -> [Int] {
        var numbers: [Int] = []
        for odd in stride(from: 1, through: 15, by: 2) {
            var number = odd << leastExponent
            while number <= range.upperBound {
                if number >= range.lowerBound { numbers.append(number) }
                number <<= 1
            }
        }
        return numbers.sorted()
    }
}
