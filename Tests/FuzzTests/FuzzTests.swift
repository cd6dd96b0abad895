import Foundation
import TestSupport
import Testing

@Suite struct FuzzTests {
    static let program = BuiltProgram("meshwright-fuzz")
    static let corpus = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .deletingLastPathComponent().appendingPathComponent("Fuzzing/Corpus")
    static let targets = [
        "quantities", "hardware", "overrides", "model", "config", "fleet", "megatron", "plan-words",
        "layout-words", "spread", "evaluate", "evaluate-transformer", "plan-json", "journal",
        "store", "software", "anchor",
    ]

    /// Runs one target in a process of its own and expects no fault.
    static func check(_ target: String, inputs: Int) throws {
        let keep = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
        try FileManager.default.createDirectory(at: keep, withIntermediateDirectories: true)
        let outcome = try program.run([
            corpus.path, "--target", target, "--inputs", "\(inputs)", "--seconds", "60", "--keep", keep.path,
        ])
        let line = "\(target): status \(outcome.status), \(outcome.output)\(outcome.errors)"
        guard outcome.status == 0 else {
            Issue.record("\(line); the input is \(keep.path)/current")
            return
        }
        // Seeds that are all refused would try nothing.
        #expect(outcome.output.firstMatch(of: /, ([1-9][0-9]*) accepted/) != nil, "\(line)")
        try FileManager.default.removeItem(at: keep)
    }

    @Test(
        "Seeds and changes of them are read or refused: no crash, no hang, no other message",
        arguments: targets)
    func parsers(target: String) throws { try Self.check(target, inputs: 200) }

    @Test("So are whole command lines of all commands with any options")
    func commands() throws { try Self.check("command", inputs: 60) }
}
