import Foundation
import TestSupport
import Testing

/// The scripts of `examples/04-slurm-array` under a Slurm cluster of one node, which `Scripts/local-slurm` starts.
@Suite struct LocalSlurmTests {
    private static let root = URL(fileURLWithPath: #filePath).appendingPathComponent("../../..").standardized

    /// Why there can be no cluster here; nil if nothing speaks against it.
    private static let obstacle: String? = {
        let folders = ["/usr/bin", "/usr/sbin", "/usr/local/bin", "/usr/local/sbin"]
        let missing = ["sbatch", "slurmctld", "slurmd", "munged"].filter { program in
            !folders.contains { FileManager.default.isExecutableFile(atPath: "\($0)/\(program)") }
        }
        if !missing.isEmpty {
            return "\(missing.joined(separator: ", ")) not installed "
                + "(Debian: apt-get install slurmctld slurmd slurm-client munge)"
        }
        return geteuid() == 0 ? nil : "slurmd must be started by root"
    }()

    @Test(
        "An array of four jobs and the merge leave the same bytes as one run",
        .enabled(if: obstacle == nil, "\(obstacle ?? "")"))
    func array() throws {
        let folder = try TemporaryFolder()
        let program = BuiltProgram("meshwright")
        let process = Process()
        process.executableURL = Self.root.appendingPathComponent("Scripts/local-slurm")
        process.arguments = [Self.root.appendingPathComponent("examples/04-slurm-array/submit").path]
        process.currentDirectoryURL = folder.url
        process.environment = ProcessInfo.processInfo.environment.merging(
            ["MESHWRIGHT": program.path, "FRONTIER": folder.path("frontier")]) { $1 }
        let log = folder.url.appendingPathComponent("log.txt")
        try Data().write(to: log)
        process.standardOutput = try FileHandle(forWritingTo: log)
        process.standardError = try FileHandle(forWritingTo: log)
        try process.run()
        process.waitUntilExit()
        let words = try String(contentsOf: log, encoding: .utf8)
        if process.terminationStatus == 77 {
            // The programs are there, but this machine does not let them run.
            print("LocalSlurmTests is left out: \(words)")
            return
        }
        #expect(process.terminationStatus == 0, "\(words)")
        let single = try program.run([
            "frontier", "--gpus", "1024:65536", "--from", "1e24", "--to", "1e26", "--points", "20",
            "--output", folder.path("single"),
        ])
        #expect(single.status == 0)
        var expected = try folder.files(in: "single")
        var merged = try folder.files(in: "frontier/all")
        for name in ["timings.csv", "cells.journal"] {
            expected[name] = nil
            merged[name] = nil
        }
        #expect(expected.count >= 7)
        #expect(merged == expected)
        for part in 1...4 {
            #expect(try !folder.files(in: "frontier/part-\(part)").isEmpty, "part \(part) was not run")
        }
    }
}
