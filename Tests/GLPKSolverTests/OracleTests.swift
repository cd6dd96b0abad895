import GLPKSolver
import Optimization
import SolverTestSupport
import Testing

@Suite struct OracleTests {
    @Test(arguments: 0..<8)
    func `GLPK agrees with brute force on random knapsacks`(block: Int) throws {
        for seed in 0..<40 {
            try compare(RandomModels.knapsack(seed: UInt64(block * 40 + seed), groups: 4))
        }
    }

    @Test(arguments: 0..<4)
    func `GLPK agrees with brute force on random assignments`(block: Int) throws {
        for seed in 0..<40 { try compare(RandomModels.assignment(seed: UInt64(block * 40 + seed))) }
    }

    @Test(arguments: 0..<4)
    func `GLPK agrees with brute force on random integer programmes`(block: Int) throws {
        for seed in 0..<40 { try compare(RandomModels.general(seed: UInt64(block * 40 + seed))) }
    }

    @Test func `a cutoff at brute force's optimum changes nothing`() throws {
        for seed in 500..<560 {
            let model = RandomModels.knapsack(seed: UInt64(seed), groups: 4)
            guard let best = try BruteForce().outcome(of: model).solution else { continue }
            var options = SolveOptions()
            options.cutoff = best.objective
            let found = try GLPKSolver().solve(model, options: options)
            #expect(found.termination == .optimal && found.solution?.objective == best.objective)
            // Costs are whole: half a unit better is out of reach.
            options.cutoff = best.objective - model.objective.sense.sign * 0.5
            let nothing = try GLPKSolver().solve(model, options: options)
            #expect(nothing.termination == .cutoffProvedNothingBetter && nothing.solution == nil)
        }
    }

    @Test func `the duals of the relaxation certify its bound`() throws {
        for seed in 0..<100 {
            let model = RandomModels.knapsack(seed: UInt64(seed), groups: 4)
            let relaxation = try GLPKSolver().relax(model)
            guard relaxation.termination == .optimal, let objective = relaxation.objective else { continue }
            let certified = model.dualBound(rowDuals: relaxation.rowDuals)
            #expect((certified - objective).magnitude < 1e-6 * max(1, objective.magnitude), "seed \(seed)")
        }
    }

    private func compare(_ model: MixedIntegerModel) throws {
        let truth = try BruteForce().outcome(of: model)
        let found = try GLPKSolver().solve(model)
        guard let best = truth.solution else {
            #expect(found.termination == .infeasible && found.solution == nil, "\(model.name)")
            return
        }
        // Whole data and whole variables: equal to the last bit.
        #expect(found.solution?.objective == best.objective, "\(model.name): \(found)")
        #expect(found.termination == .optimal, "\(model.name)")
        let bound = try #require(found.bound)
        #expect(!model.objective.sense.isBetter(best.objective, than: bound), "\(model.name)")
        let check = model.check(values: found.solution?.values ?? [])
        #expect(check.passes, "\(model.name)")
        let relaxed = try #require(try GLPKSolver().relax(model).bound)
        #expect(!model.objective.sense.isBetter(best.objective, than: relaxed), "\(model.name)")
    }
}
