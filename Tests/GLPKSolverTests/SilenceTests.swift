import Foundation
import GLPKSolver
import Optimization
import SolverTestSupport
import Testing

// Descriptors 1 and 2 belong to the whole process, so a line the test runner prints meanwhile lands in the
// file too. What is looked for is therefore GLPK's own vocabulary, which the runner never uses in this way.
@Suite(.serialized) struct SilenceTests {
    private static let vocabulary = [
        "GLPK Integer", "INTEGER OPTIMAL", "OPTIMAL LP", "Preprocessing", "Scaling", "Error detected in file",
        "glp_add_cols", "Assertion failed", "NO PRIMAL FEASIBLE", "Long-step", "Problem data seem",
    ]

    @Test func `nothing GLPK says reaches the terminal, whatever happens`() throws {
        var broken = GLPKSolver()
        broken.sabotage = .build
        let brokenSolver = broken
        let printed = try captured {
            _ = try? GLPKSolver().solve(RandomModels.knapsack(seed: 1))
            _ = try? GLPKSolver().relax(RandomModels.knapsack(seed: 1))
            var options = SolveOptions()
            options.presolve = .off
            _ = try? GLPKSolver().solve(RandomModels.general(seed: 4), options: options)
            _ = try? brokenSolver.solve(RandomModels.knapsack(seed: 1))
            print("a line that proves the capture works")
        }
        #expect(printed.contains("a line that proves the capture works"))
        for words in Self.vocabulary { #expect(!printed.contains(words), "\(printed)") }
    }

    /// What reached descriptors 1 and 2 while `body` ran.
    private func captured(_ body: () -> Void) throws -> String {
        let path = FileManager.default.temporaryDirectory
            .appendingPathComponent("solver-silence-\(UUID().uuidString)").path
        defer { try? FileManager.default.removeItem(atPath: path) }
        let file = open(path, O_RDWR | O_CREAT | O_TRUNC, 0o600)
        try #require(file >= 0)
        // Nil means all streams: what was buffered before must not count.
        fflush(nil)
        let saved = (dup(1), dup(2))
        dup2(file, 1)
        dup2(file, 2)
        body()
        fflush(nil)
        dup2(saved.0, 1)
        dup2(saved.1, 2)
        defer { for descriptor in [saved.0, saved.1, file] { close(descriptor) } }
        // Foundation leaks its buffer when it reads an empty file, which is what this one should be.
        var bytes = [UInt8](repeating: 0, count: 1 << 16)
        let count = pread(file, &bytes, bytes.count, 0)
        return String(decoding: bytes.prefix(max(count, 0)), as: UTF8.self)
    }
}
