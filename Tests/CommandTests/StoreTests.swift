import Foundation
import TestSupport
import Testing

@Suite struct StoreCommandTests {
    static let program = BuiltProgram("meshwright")

    private func withFolder<Value>(_ body: (URL) throws -> Value) throws -> Value {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        return try body(folder)
    }

    @Test("A question asked again gives the same bytes and writes nothing on stderr")
    func again() throws {
        try withFolder { folder in
            let store = folder.appendingPathComponent("answers.db").path
            for format in ["text", "json", "csv"] {
                let words = ["plan", "--gpus", "1021", "--flop", "1e25", "--top", "3", "--format", format]
                let without = try Self.program.run(words)
                for _ in 0..<2 {
                    let with = try Self.program.run(words + ["--store", store])
                    #expect(with.output == without.output && with.errors.isEmpty && with.status == 0)
                }
            }
        }
    }

    @Test("A frontier asked again gives the same table")
    func frontier() throws {
        try withFolder { folder in
            let words = [
                "frontier", "--gpus", "1024,4096", "--from", "1e24", "--to", "1e26", "--points", "5",
                "--format",
                "csv", "--store", folder.appendingPathComponent("answers.db").path,
            ]
            let first = try Self.program.run(words)
            let second = try Self.program.run(words)
            #expect(first.status == 0 && first.output == second.output)
            #expect(first.output == (try Self.program.run(Array(words.dropLast(2)))).output)
        }
    }

    @Test("Processes that write one new store at the same time all answer")
    func atOnce() async throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let store = folder.appendingPathComponent("answers.db").path
        let outcomes = try await withThrowingTaskGroup(of: BuiltProgram.Outcome.self) { group in
            for index in 0..<6 {
                group.addTask {
                    try Self.program.run([
                        "plan", "--gpus", "\(1000 + index / 2)", "--flop", "1e24", "--store", store,
                    ])
                }
            }
            var outcomes: [BuiltProgram.Outcome] = []
            for try await outcome in group { outcomes.append(outcome) }
            return outcomes
        }
        #expect(outcomes.allSatisfy { $0.status == 0 && $0.errors.isEmpty }, "\(outcomes.map(\.errors))")
    }

    @Test("A damaged store is one line on stderr and exit code 2")
    func damaged() throws {
        try withFolder { folder in
            let file = folder.appendingPathComponent("answers.db")
            try Data(String(repeating: "no database ", count: 200).utf8).write(to: file)
            let outcome = try Self.program.run([
                "plan", "--gpus", "8", "--flop", "1e22", "--store", file.path,
            ])
            #expect(outcome.status == 2)
            #expect(outcome.errors.split(separator: "\n").count == 1)
            #expect(outcome.errors.contains("remove it or name another file"))
        }
    }
}
