import Foundation
import GLPKSolver
import MixedInteger
@testable import Search
import Synchronization
import TestSupport
import Testing

@Suite struct MixedIntegerAgreementTests {
    /// Seeds are searched in chunks, so that tests run beside each other.
    static let chunks: [Range<UInt64>] = stride(from: UInt64(0), to: 520, by: 52).map { $0..<($0 + 52) }

    @Test("520 random instances: both engines find the same plan", arguments: chunks)
    func sameAnswer(seeds: Range<UInt64>) throws {
        for seed in seeds {
            let instance = try MixedIntegerInstance(seed: seed)
            var space = instance.space
            let expected = BranchAndBound.search(&space)
            let optimum = expected.best.first?.rank ?? .worst
            var options = MixedIntegerSearchOptions()
            options.start = seed % 2 == 0 ? .cold : .dive
            if let limit = ProcessInfo.processInfo.environment["MIP_LIMIT"].flatMap({ Double($0) }) { options.timeLimit = .seconds(limit) }
            let violations = Mutex<[MixedIntegerReport]>([])
            options.report = { report in
                if optimum < report.bound { violations.withLock { $0.append(report) } }
            }
            var other = instance.space
            let clock = ContinuousClock.now
            let found = try MixedIntegerSearch.search(&other, solver: GLPKSolver(), options: options)
            if ProcessInfo.processInfo.environment["MIP_TRACE"] != nil {
                print(
                    "TRACE", seed, instance.objective, instance.gpus, expected.account.spaceSize,
                    found.account, found.isComplete, ContinuousClock.now - clock)
            }
            #expect(violations.withLock { $0 }.isEmpty, "seed \(seed)")
            #expect(found.isComplete, "seed \(seed)")
            #expect(found.best.first?.rank == expected.best.first?.rank, "seed \(seed)")
            #expect(found.best.first?.candidate.plan == expected.best.first?.candidate.plan, "seed \(seed)")
            #expect(!(optimum < found.bound), "seed \(seed)")
        }
    }
}
