import Optimization
import ScalingModel
import Testing

@Suite struct BranchAndBoundTests {
    @Test(
        "On 400 random instances the search equals an unpruned brute force: plan, rank, and size of the space"
    )
    func bruteForce() throws {
        var feasible = 0
        for seed in 0..<400 {
            let instance = try RandomInstance(seed: UInt64(seed))
            if equalsBruteForce(instance, seed: seed) { feasible += 1 }
        }
        // The draw must exercise both outcomes.
        #expect(feasible > 150 && feasible < 400, "\(feasible)")
    }

    @Test("On 100 random instances of four levels the search equals an unpruned brute force")
    func fourLevels() throws {
        var feasible = 0
        for seed in 0..<100 {
            let instance = try RandomInstance(
                seed: UInt64(seed), domains: [[2, 2, 2], [2, 3, 2], [4, 2, 3], [3, 2, 2]])
            if equalsBruteForce(instance, seed: seed) { feasible += 1 }
        }
        #expect(feasible > 30 && feasible < 100, "\(feasible)")
    }

    /// Compares a search with its brute force.
    /// - Returns: whether the instance has a plan.
    private func equalsBruteForce(_ instance: RandomInstance, seed: Int) -> Bool {
        var space = instance.space()
        let result = BranchAndBound.search(&space)
        let expected = BruteForce(instance)
        #expect(result.account.spaceSize == expected.legal, "seed \(seed)")
        #expect(result.account.open == 0, "seed \(seed)")
        #expect(result.best.first?.rank == expected.best?.rank, "seed \(seed)")
        #expect(result.best.first?.candidate.plan == expected.best?.plan, "seed \(seed)")
        return expected.best != nil
    }

    @Test("The best ten contain the best three, in the same order")
    func topCandidates() throws {
        for seed in 0..<60 {
            let instance = try RandomInstance(seed: UInt64(seed))
            var few = instance.space()
            var many = instance.space()
            let three = BranchAndBound.search(&few, wanted: 3).best.map(\.candidate.plan)
            let ten = BranchAndBound.search(&many, wanted: 10)
            #expect(ten.best.prefix(3).map(\.candidate.plan) == three)
            #expect(zip(ten.best, ten.best.dropFirst()).allSatisfy { !($1.rank < $0.rank) })
        }
    }

    @Test("A search that is stopped says what is open and gives a bound that the optimum keeps")
    func stopped() throws {
        for seed in 0..<40 {
            let instance = try RandomInstance(seed: UInt64(seed))
            var whole = instance.space()
            var part = instance.space()
            let best = BranchAndBound.search(&whole).best.first
            var calls = 0
            let result = BranchAndBound.search(&part) {
                calls += 1
                return true
            }
            if let open = result.openBound, let best {
                #expect(result.account.open > 0)
                #expect(!(best.rank < min(open, result.best.first?.rank ?? .worst)))
            } else {
                #expect(result.isComplete)
            }
        }
    }

    @Test("Any plan within the deadline is found where there is one, and none where there is none")
    func anyGoal() throws {
        for seed in 0..<60 {
            let instance = try RandomInstance(seed: UInt64(seed))
            var all = instance.space()
            var some = instance.space()
            let best = BranchAndBound.search(&all).best.first
            let any = BranchAndBound.search(&some, goal: .any).best.first
            #expect((best == nil) == (any == nil))
        }
    }
}
