import TestSupport
import Testing

@Suite struct HelpTests {
    static let golden = GoldenFolder()

    @Test(
        "Help texts are as reviewed",
        arguments: [
            "", "plan", "frontier", "evaluate", "hardware", "hardware list", "hardware show",
            "hardware check", "fleet", "limits", "validate", "calibrate", "explain", "pareto", "launch",
            "models", "price",
        ])
    func helpTexts(_ command: String) throws {
        let words = command.split(separator: " ").map(String.init)
        let outcome = try BuiltProgram("meshwright").run(words + ["--help"])
        #expect(outcome.status == 0)
        let name = "help-\(words.isEmpty ? "meshwright" : words.joined(separator: "-")).txt"
        #expect(try outcome.output == Self.golden.expected(name, for: outcome.output))
    }
}
