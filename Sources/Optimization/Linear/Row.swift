/// A named sum of terms held between two numbers.
public struct Row: Hashable, Sendable {
    /// Name, unique among the rows of a model, 1 to 255 bytes of UTF-8 without line breaks.
    public let name: String
    /// Terms in the order written; no variable may come twice.
    public let terms: [Term]
    /// Least value of the sum; `-infinity` for none.
    public let lower: Double
    /// Greatest value of the sum; `infinity` for none.
    public let upper: Double

    /// Value of the sum at a point.
    /// - Parameter values: one value a variable of the model, in its order.
    /// - Returns: the sum, in plain double arithmetic, terms in the order written.
    public func activity(at values: [Double]) -> Double {
        var sum = 0.0
        for term in terms { sum += term.coefficient * values[term.variable.index] }
        return sum
    }
}
