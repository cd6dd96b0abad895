import Planning
import Testing

@testable import Reports

@Suite struct SpreadTextTests {
    @Test(
        "A spread is written as options take it, without zeros at the end",
        arguments: [
            ("0.5..1x", "0.5..1x"), ("0.50..2.0x", "0.5..2x"), ("±10%", "0.9..1.1x"), ("1..10x", "1..10x"),
            ("0.125..1.25x", "0.125..1.25x"), ("normal:0.05", "normal:0.05"),
        ])
    func text(given: String, written: String) throws {
        let spread = try UncertainNumber.Spread(parsing: given)
        #expect(spread.text == written)
        #expect(try UncertainNumber.Spread(parsing: spread.text).text == written)
    }
}
