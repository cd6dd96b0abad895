import Quantities

/// Numbers that people gave, such as factors and percentages, as they would write them.
enum PlainNumber {
    /// Whole numbers without a point, others with three significant digits.
    static func text(_ value: Double) -> String {
        value == value.rounded() && abs(value) < 1e6 ? String(Int(value)) : Readable.significant(value)
    }
}
