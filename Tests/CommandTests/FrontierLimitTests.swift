import Foundation
import TestSupport
import Testing

/// What ends a frontier and a plan of the scaling model.
@Suite struct FrontierLimitTests {
    static let program = BuiltProgram("meshwright")
    /// Seconds beyond a limit that a command may take; one is the promise, the rest is for busy machines.
    private static let latest = 6.0

    @Test(
        "Commands end with their time limit, points, tables and landmarks included",
        arguments: [
            ["frontier", "--from", "1e21", "--to", "1e22", "--points", "2", "--max-tokens", "1e9"],
            ["frontier", "--to", "1e40"], ["frontier", "--shape", "free"],
            ["frontier", "--hardware", "tpu-v5p", "--sparse", "--points", "200"],
            ["frontier", "--uncertain", "network.*.latency=±10%", "--samples", "1e5"],
            [
                "plan", "--gpus", "8999999999999999", "--months", "3", "--depth", "1e4", "--sparse",
                "--shape",
                "free",
            ],
            [
                "plan", "--gpus", "1e9", "--flop", "1e27", "--sparse",
                "--set", "network.+={name: pod, size_below: 32, bandwidth_one_way: 25GB/s, latency: 3us}",
                "--set", "network.+={name: site, size_below: 64, bandwidth_one_way: 1GB/s, latency: 5ms}",
            ],
        ])
    func ends(_ words: [String]) throws {
        try Self.program.expectEnd(words, limit: 1, latest: Self.latest)
    }

    @Test("A frontier that was cut off says which points and landmarks it has not looked at")
    func says() throws {
        let outcome = try Self.program.run([
            "frontier", "--shape", "free", "--time-limit", "1s", "--threads", "1",
        ])
        #expect(outcome.output.contains("the time limit ended the sweep before this point was begun"))
        #expect(outcome.output.contains("the time limit ended the search for them"))
        #expect(!outcome.output.contains("end of linear scaling: "))
    }

    @Test("Cells that a batch has no time for stay open, and resuming it gives the undisturbed files")
    func batch() throws {
        let folder = try TemporaryFolder()
        let arguments = [
            "frontier", "--from", "1e26", "--to", "1e31", "--points", "24", "--shape", "free", "--threads",
            "1",
        ]
        let cut = try Self.program.run(
            arguments + ["--output", folder.path("cut"), "--time-limit", "1s"])
        #expect(cut.errors.contains("--resume goes on with them"), "\(cut.errors)")
        let journal = try String(contentsOfFile: folder.path("cut/cells.journal"), encoding: .utf8)
        #expect(journal.split(separator: "\n").count < 25)
        #expect(
            try Self.program.run(arguments + ["--output", folder.path("cut"), "--resume"]).status == 0)
        #expect(try Self.program.run(arguments + ["--output", folder.path("whole")]).status == 0)
        let whole = try folder.files(in: "whole", except: BatchFrontierTests.sideFiles)
        let resumed = try folder.files(in: "cut", except: BatchFrontierTests.sideFiles)
        #expect(resumed == whole)
    }
}
