import Strategy

/// The products of factors on the bounded network levels that splits can have, each with a small number.
///
/// "Units" are how many domains of each level below a placement uses. Products of two units are remembered,
/// because counting placements multiplies the same few of them again and again.
struct UnitTable {
    typealias Factors = SplitTable.Factors

    /// Domain sizes of the bounded levels, one lane each; 1 past the last.
    let limits: Factors
    /// Factors of each unit; the first is one everywhere.
    private(set) var factors: [Factors] = []
    private var numbers: [Factors: Int32] = [:]
    /// Products by pairs: a number, `tooLarge`, or `unknown`; rows grow when asked.
    private var products: [[Int32]] = []

    private static let unknown: Int32 = -2
    private static let tooLarge: Int32 = -1

    init(sizes: [Int]) {
        var limits = Factors(repeating: 1)
        for (level, size) in sizes.enumerated() { limits[level] = Int32(size) }
        self.limits = limits
        _ = number(of: Factors(repeating: 1))
    }

    /// The number of a unit, new if need be.
    mutating func number(of unit: Factors) -> Int32 {
        if let known = numbers[unit] { return known }
        let number = Int32(factors.count)
        numbers[unit] = number
        factors.append(unit)
        products.append([])
        return number
    }

    /// Whether a unit stays within every bounded level.
    @inline(__always)
    func fits(_ unit: Factors) -> Bool { all(unit .<= limits) }

    /// The product of two units, or nil where it passes a bounded level.
    @inline(__always)
    mutating func product(_ left: Int32, _ right: Int32) -> Int32? {
        let row = Int(left)
        let column = Int(right)
        if column < products[row].count {
            let known = products[row][column]
            if known >= 0 { return known }
            if known == Self.tooLarge { return nil }
        }
        return multiply(left, right)
    }

    private mutating func multiply(_ left: Int32, _ right: Int32) -> Int32? {
        let combined = factors[Int(left)] &* factors[Int(right)]
        let result = fits(combined) ? number(of: combined) : Self.tooLarge
        let row = Int(left)
        if products[row].count < factors.count {
            products[row] += Array(repeating: Self.unknown, count: factors.count - products[row].count)
        }
        products[row][Int(right)] = result
        return result >= 0 ? result : nil
    }
}
