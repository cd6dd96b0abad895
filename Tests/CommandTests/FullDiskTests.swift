import Foundation
import TestSupport
import Testing

/// Standard output and folders that take no more.
@Suite struct FullDiskTests {
    private static let program = BuiltProgram("meshwright")

    private static let commands: [[String]] = [
        ["plan", "--gpus", "64", "--flop", "1e21"],
        ["plan", "--gpus", "64", "--flop", "1e21", "--format", "json"],
        ["plan", "--gpus", "8", "--flop", "1e27"],
        ["plan", "--model", "llama-3-8b", "--gpus", "8", "--batch", "16", "--fix", "pipeline=1"],
        ["frontier", "--from", "1e22", "--to", "1e23", "--points", "2", "--space", "published"],
        ["explain", "--gpus", "16", "--flop", "1e20", "--space", "published"],
        ["pareto", "--flop", "1e21", "--gpus", "8,16"],
        ["evaluate", "-"], ["fleet", "-", "--menu", "2"], ["limits"], ["hardware", "list"],
        ["hardware", "show", "h100-sxm"], ["models", "list"], ["--help"], ["help", "plan"], ["--version"],
    ]

    private func run(_ words: [String], _ redirection: String, input: String = "") throws
        -> BuiltProgram.Outcome
    {
        try BuiltProgram.shell("exec \"$0\" \"$@\" \(redirection)", [Self.program.path] + words, input: input)
    }

    @Test("A command whose output is lost ends with a line and exit code 3", arguments: commands)
    func standardOutput(words: [String]) throws {
        let input =
            words[0] == "fleet"
            ? "fleet:\n  - {hardware: h100-sxm, gpus: 8}\nruns:\n  - {flop: 1e20}\n"
            : "gpu,d_model,d_ff,layers,batch_sequences,microbatches,dp_by_level,tp_model_by_level,"
                + "tp_ff_by_level,pp_by_level,ep_by_level\nh100-sxm,1024,4096,4,64,1,1/1,1/1,1/1,1/1,1/1\n"
        for redirection in ["> /dev/full", ">&-"] {
            let outcome = try run(words, redirection, input: input)
            #expect(outcome.status == 3, "\(words) \(redirection): \(outcome.errors)")
            let last = outcome.errors.split(separator: "\n").last ?? ""
            #expect(last.hasPrefix("meshwright: standard output cannot be written"), "\(outcome.errors)")
        }
    }

    @Test("A file that does not fit is not left in half, and an older one stays")
    func folder() throws {
        let folder = try TemporaryFolder()
        let out = folder.path("out")
        try FileManager.default.createDirectory(atPath: out, withIntermediateDirectories: true)
        try Data("old".utf8).write(to: URL(fileURLWithPath: out + "/report.html"))
        // Files of at most 8 blocks of 1,024 bytes: the page is longer.
        let outcome = try BuiltProgram.shell(
            "trap '' XFSZ; ulimit -f 8; exec \"$0\" \"$@\"",
            [Self.program.path, "plan", "--gpus", "64", "--flop", "1e21", "--output", out])
        #expect(outcome.status == 2, "\(outcome.errors)")
        #expect(outcome.errors.contains("cannot be written"))
        let files = try folder.files(in: "out")
        #expect(files["report.html"] == Data("old".utf8))
        #expect(files.keys.allSatisfy { !$0.hasSuffix(".partial") })
        #expect(files.values.allSatisfy { $0.count < 8 * 1024 })
    }
}

extension BuiltProgram {
    /// Runs a script of the shell, words after it as its arguments from `$0` on.
    fileprivate static func shell(
        _ script: String, _ words: [String], input: String = ""
    ) throws -> Outcome {
        try BuiltProgram(executable: URL(fileURLWithPath: "/bin/bash")).run(
            ["-c", script] + words, input: input)
    }
}
