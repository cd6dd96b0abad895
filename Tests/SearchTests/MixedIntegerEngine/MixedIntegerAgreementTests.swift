import GLPKSolver
import Quantities
import Synchronization
import TestSupport
import Testing
import Training

@testable import Optimization
@testable import ScalingModel

@Suite struct MixedIntegerAgreementTests {
    /// Seeds are searched in chunks, so that tests run beside each other.
    static let chunks: [Range<UInt64>] = stride(from: UInt64(0), to: 520, by: 52).map { $0..<($0 + 52) }

    @Test("520 random instances: same plan as the enumeration, no bound above it", arguments: chunks)
    func sameAnswer(seeds: Range<UInt64>) throws {
        for seed in seeds {
            let instance = try MixedIntegerInstance(seed: seed)
            var space = instance.space
            let expected = BranchAndBound.search(&space)
            let optimum = expected.best.first?.rank ?? .worst
            var options = MixedIntegerSearchOptions()
            options.timeLimit = .seconds(30)
            options.start = seed % 2 == 0 && instance.gpus <= 30 ? .cold : .dive
            let highest = Mutex(Rank(-.infinity, 0, 0))
            options.report = { report in highest.withLock { $0 = max($0, report.bound) } }
            var other = instance.space
            let found = try MixedIntegerSearch.search(&other, solver: GLPKSolver(), options: options)
            #expect(!(optimum < highest.withLock { $0 }), "seed \(seed): a bound reported on the way")
            #expect(!(optimum < found.bound), "seed \(seed)")
            #expect(found.isComplete, "seed \(seed)")
            #expect(found.best.first?.rank == expected.best.first?.rank, "seed \(seed)")
            #expect(found.best.first?.candidate.plan == expected.best.first?.candidate.plan, "seed \(seed)")
        }
    }

    @Test(
        "The three best plans in the same order, from either start", arguments: [UInt64(2), 3, 6, 7, 9, 11])
    func severalPlans(seed: UInt64) throws {
        let instance = try MixedIntegerInstance(seed: seed, objective: .time)
        var space = instance.space
        let expected = BranchAndBound.search(&space, wanted: 3)
        for start in MixedIntegerSearchOptions.Start.allCases {
            var options = MixedIntegerSearchOptions()
            options.wanted = 3
            options.start = start
            var other = instance.space
            let found = try MixedIntegerSearch.search(&other, solver: GLPKSolver(), options: options)
            #expect(found.best.map(\.rank) == expected.best.map(\.rank))
            #expect(found.best.map(\.candidate.plan) == expected.best.map(\.candidate.plan))
        }
    }

    @Test(
        "Four network levels: the gap is closed or reported truthfully",
        arguments: (1000..<1012).map { UInt64($0) })
    func fourLevels(seed: UInt64) throws {
        let instance = try MixedIntegerInstance(seed: seed, levels: 4, objective: .time)
        var space = instance.space
        let optimum = BranchAndBound.search(&space).best.first?.rank ?? .worst
        var options = MixedIntegerSearchOptions()
        options.timeLimit = .seconds(1)
        var other = instance.space
        let found = try MixedIntegerSearch.search(&other, solver: GLPKSolver(), options: options)
        #expect(!(optimum < found.bound))
        if found.isComplete {
            #expect(found.best.first?.rank ?? .worst == optimum)
        } else if let best = found.best.first {
            let gap = try #require(found.gap)
            #expect(gap * best.rank.primary >= best.rank.primary - optimum.primary - 1e-15)
            #expect(found.asSearchResult.openBound == found.bound)
        }
    }

    @Test("A cancelled search keeps a valid bound and says that it is not complete")
    func cancellation() throws {
        let instance = try MixedIntegerInstance(seed: 1, objective: .time)
        var space = instance.space
        let optimum = try #require(BranchAndBound.search(&space).best.first?.rank)
        let token = CancellationToken()
        var options = MixedIntegerSearchOptions()
        options.cancellation = token
        options.start = .cold
        options.report = { report in if report.account.masters == 1 { token.cancel() } }
        var other = instance.space
        let found = try MixedIntegerSearch.search(&other, solver: GLPKSolver(), options: options)
        #expect(!found.isComplete)
        #expect(!(optimum < found.bound))
    }

    @Test("Too little memory is proved infeasible")
    func infeasible() throws {
        // Memory for 0.6 of the state: no plan of at most these accelerators fits.
        let seeds = (UInt64(0)..<60).filter { seed in
            guard let instance = try? MixedIntegerInstance(seed: seed, objective: .time) else { return false }
            let room = instance.model.machine.memory.capacity.value * Double(instance.gpus)
            return room < instance.model.stateBytes(data: 1)
        }
        #expect(seeds.count >= 3)
        for seed in seeds {
            var space = try MixedIntegerInstance(seed: seed, objective: .time).space
            let found = try MixedIntegerSearch.search(&space, solver: GLPKSolver())
            #expect(found.isComplete && found.best.isEmpty && found.bound == .worst && found.gap == nil)
        }
    }
}
