import Foundation
import TestSupport
import Testing

/// The scripts of `examples/04-slurm-array`, with the variables that a job array sets but without a queue.
@Suite struct SlurmArrayTests {
    private static let folder = URL(fileURLWithPath: #filePath)
        .appendingPathComponent("../../../examples/04-slurm-array").standardized

    private func run(_ script: String, _ variables: [String: String]) throws -> Int32 {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/bin/bash")
        process.arguments = [Self.folder.appendingPathComponent(script).path]
        process.environment = ProcessInfo.processInfo.environment.merging(variables) { $1 }
        process.standardOutput = FileHandle.nullDevice
        try process.run()
        process.waitUntilExit()
        return process.terminationStatus
    }

    @Test("Four tasks in any order, one of them twice, and the merge leave the whole grid")
    func array() throws {
        let folder = try TemporaryFolder()
        let common = ["MESHWRIGHT": BuiltProgram("meshwright").path, "FRONTIER": folder.path("frontier")]
        for part in ["3", "1", "4", "1", "2"] {
            let task = ["SLURM_ARRAY_TASK_ID": part, "SLURM_ARRAY_TASK_COUNT": "4"].merging(common) { $1 }
            #expect(try run("frontier.sbatch", task) == 0)
        }
        #expect(try run("merge.sbatch", common) == 0)
        let files = try folder.files(in: "frontier/all")
        let rows = String(decoding: files["frontier.csv"] ?? Data(), as: UTF8.self).split(separator: "\n")
        #expect(rows.count == 1 + 7 * 20)
        #expect(files.keys.contains("binding.svg") && files.keys.contains("frontier.jsonl"))
    }
}
