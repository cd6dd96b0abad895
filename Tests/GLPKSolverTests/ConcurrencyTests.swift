import Foundation
import GLPKSolver
import Optimization
import SolverTestSupport
import Synchronization
import Testing

@Suite struct ConcurrencyTests {
    private static let models = (0..<12).map {
        RandomModels.knapsack(seed: UInt64(1000 + $0), groups: 10, options: 5)
    }

    private static func answers() throws -> [Solution?] {
        try models.map { try GLPKSolver().solve($0).solution }
    }

    @Test func `eight threads find what one finds, to the last bit`() throws {
        let serial = try Self.answers()
        let found = Mutex<[[Solution?]]>([])
        OwnThreads.run(count: 8) { _ in
            guard let answers = try? Self.answers() else { return }
            found.withLock { $0.append(answers) }
        }
        let all = found.withLock { $0 }
        #expect(all.count == 8 && all.allSatisfy { $0 == serial })
    }

    @Test(.timeLimit(.minutes(1)))
    func `cancelling the task ends a blocking solve within it`() async throws {
        let task = Task { try GLPKSolver().solve(RandomModels.hard(seed: 3)) }
        onOwnThread(afterSeconds: 0.2) { task.cancel() }
        let result = try await task.value
        #expect(result.termination == .cancelled)
    }

    @Test(.timeLimit(.minutes(1)))
    func `a token of the caller ends a solve`() async throws {
        let token = CancellationToken()
        var options = SolveOptions()
        options.cancellation = token
        let finalOptions = options
        let task = Task {
            try GLPKSolver().solve(RandomModels.hard(seed: 3), options: finalOptions)
        }
        onOwnThread(afterSeconds: 0.2) { token.cancel() }
        let result = try await task.value
        #expect(result.termination == .cancelled && !task.isCancelled)
    }
}

/// Runs a closure on a thread of its own, so that a busy task pool cannot delay it.
private func onOwnThread(afterSeconds seconds: Double, _ body: @escaping @Sendable () -> Void) {
    Thread.detachNewThread {
        Thread.sleep(forTimeInterval: seconds)
        body()
    }
}
