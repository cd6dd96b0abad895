import Foundation
import TestSupport
import Testing

@Suite struct BatchFrontierTests {
    static let program = BuiltProgram("meshwright")
    static let grid = [
        "frontier", "--gpus", (6...45).map { "\($0 * $0 * 20)" }.joined(separator: ","), "--from", "1e23",
        "--to",
        "1e27", "--points", "30", "--threads", "2",
    ]
    /// Files that may differ between runs: what the cells cost, and in which order they were finished.
    static let sideFiles: Set<String> = ["timings.csv", "cells.journal"]

    private func succeed(_ arguments: [String]) throws -> String {
        let outcome = try Self.program.run(arguments)
        #expect(outcome.status == 0, "\(outcome.errors)")
        return outcome.output
    }

    @Test("Killed at ten random moments and resumed, a sweep leaves the same bytes and repeats no cell")
    func kills() throws {
        let folder = try TemporaryFolder()
        let start = ContinuousClock.now
        _ = try succeed(Self.grid + ["--output", folder.path("whole")])
        let whole = start.duration(to: .now) / .seconds(1)
        var random = SplitMix64(seed: 11)
        var kills = 0
        let interrupted = Self.grid + ["--output", folder.path("killed"), "--resume"]
        for _ in 0..<10 {
            let moment = random.whole(in: 5...150) / 1000 * min(4, max(1, whole))
            if try Self.program.kill(interrupted, after: moment) { kills += 1 }
        }
        #expect(kills > 0)
        _ = try succeed(interrupted)
        let undisturbed = try folder.files(in: "whole", except: Self.sideFiles)
        #expect(undisturbed.count == 7)
        #expect(try folder.files(in: "killed", except: Self.sideFiles) == undisturbed)
        let journal = try String(contentsOfFile: folder.path("killed/cells.journal"), encoding: .utf8)
        #expect(journal.split(separator: "\n").count == 1 + 40 * 30)
        let again = try succeed(interrupted)
        #expect(again.hasPrefix("1200 cells, 1200 of them from the journal"))
    }

    @Test("A curve killed on its way has the same landmarks and plots")
    func curve() throws {
        let folder = try TemporaryFolder()
        let arguments = ["frontier", "--from", "1e24", "--to", "1e31", "--points", "9", "--output"]
        _ = try succeed(arguments + [folder.path("whole")])
        for moment in [0.1, 0.3, 0.5] {
            _ = try Self.program.kill(arguments + [folder.path("killed"), "--resume"], after: moment)
        }
        _ = try succeed(arguments + [folder.path("killed"), "--resume"])
        let whole = try folder.files(in: "whole", except: Self.sideFiles)
        #expect(whole["utilization.svg"] != nil && whole["parallelism.svg"] != nil)
        #expect(try folder.files(in: "killed", except: Self.sideFiles) == whole)
    }

    @Test("Two shards merged equal one run, byte for byte; one alone is refused with what is missing")
    func shards() throws {
        let folder = try TemporaryFolder()
        _ = try succeed(Self.grid + ["--output", folder.path("whole")])
        _ = try succeed(Self.grid + ["--output", folder.path("first"), "--shard", "1/2"])
        let parts = ["frontier", "--output", folder.path("merged"), "--merge", folder.path("first")]
        let early = try Self.program.run(parts)
        #expect(early.status == 2 && early.errors.contains("of 1200 cells are in none of the folders"))
        _ = try succeed(Self.grid + ["--output", folder.path("second"), "--shard", "2/2"])
        _ = try succeed(parts + [folder.path("second")])
        let whole = try folder.files(in: "whole", except: Self.sideFiles)
        #expect(try folder.files(in: "merged", except: Self.sideFiles) == whole)
    }

    @Test("A journal is neither overwritten, nor continued with other inputs, and one line says what to do")
    func refusals() throws {
        let folder = try TemporaryFolder()
        let small = [
            "frontier", "--gpus", "64,128", "--from", "1e22", "--to", "1e23", "--output", folder.path("a"),
        ]
        _ = try succeed(small + ["--points", "2"])
        let twice = try Self.program.run(small + ["--points", "2"])
        #expect(twice.status == 2 && twice.errors.contains("add --resume"))
        let other = try Self.program.run(small + ["--points", "3", "--resume"])
        #expect(other.status == 2 && other.errors.contains("answers other inputs"))
        let shard = try Self.program.run(small + ["--points", "2", "--resume", "--shard", "1/2"])
        #expect(shard.status == 2 && shard.errors.contains("holds shard 0/1"))
        for words in [["--resume"], ["--shard", "1/2"], ["--merge", "x"]] {
            let alone = try Self.program.run(["frontier"] + words)
            #expect(alone.status == 2 && alone.errors.contains("needs --output"))
        }
        let missing = try Self.program.run([
            "frontier", "--output", folder.path("b"), "--merge", folder.path("c"),
        ])
        #expect(missing.status == 2 && missing.errors.split(separator: "\n").count == 1)
    }

    @Test("Torn and damaged lines of a journal are dropped and their cells answered again")
    func damage() throws {
        let folder = try TemporaryFolder()
        let small = [
            "frontier", "--gpus", "64,128,200", "--from", "1e22", "--to", "1e23", "--points", "3", "--output",
        ]
        _ = try succeed(small + [folder.path("whole")])
        _ = try succeed(small + [folder.path("torn")])
        let journal = URL(fileURLWithPath: folder.path("torn/cells.journal"))
        var lines = try String(contentsOf: journal, encoding: .utf8).split(separator: "\n").map(String.init)
        lines[3] = lines[3].replacingOccurrences(of: "\"microbatches\":", with: "\"microbatches\":1")
        let text = lines.dropLast().joined(separator: "\n") + "\n" + lines[lines.count - 1].prefix(60)
        try Data(text.utf8).write(to: journal)
        let outcome = try Self.program.run(small + [folder.path("torn"), "--resume"])
        #expect(outcome.status == 0 && outcome.output.hasPrefix("9 cells, 7 of them from the journal"))
        #expect(outcome.errors.contains("1 damaged lines left out"))
        let whole = try folder.files(in: "whole", except: Self.sideFiles)
        #expect(try folder.files(in: "torn", except: Self.sideFiles) == whole)
    }
}
