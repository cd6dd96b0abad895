import Quantities

/// Numbers that people gave, such as factors and percentages, as they would write them.
enum PlainNumber {
    /// Three significant digits without zeros at the end, all digits of whole numbers: `0.5`, `1`, `1234`.
    static func text(_ value: Double) -> String {
        guard value != value.rounded() || abs(value) >= 1e6 else { return String(Int(value)) }
        let text = Readable.significant(value)
        guard text.contains("."), !text.contains("e") else { return text }
        let digits = text.reversed().drop { $0 == "0" }
        return String((digits.first == "." ? digits.dropFirst() : digits).reversed())
    }
}
