import Foundation
import TestSupport
import Testing

@Suite struct ExampleTests {
    @Test(
        "Each example prints what its folder says",
        arguments: [
            ("planning-script", "01-planning-script"), ("frontier-to-csv", "02-frontier-to-csv"),
            ("custom-machine", "03-custom-machine"), ("frontier-system", "05-frontier-system"),
            ("answers-kept", "06-answers-kept"),
        ])
    func output(program: String, folder: String) throws {
        let outcome = try BuiltProgram(program).run([])
        let file = URL(fileURLWithPath: #filePath)
            .appendingPathComponent("../../../examples/\(folder)/expected.txt").standardized
        #expect(outcome.status == 0, "\(outcome.errors)")
        #expect(outcome.output == (try String(contentsOf: file, encoding: .utf8)))
    }
}
