import Foundation
import GLPKSolver
import Optimization
import SolverTestSupport
import Synchronization
import Testing

@Suite struct FatalErrorTests {
    private static func broken(_ sabotage: GLPKSolver.Sabotage) -> GLPKSolver {
        var solver = GLPKSolver()
        solver.sabotage = sabotage
        return solver
    }

    private static func fatalWords(_ sabotage: GLPKSolver.Sabotage) -> String? {
        do throws(SolverError) {
            _ = try broken(sabotage).solve(RandomModels.hard(seed: 9, groups: 10), options: SolveOptions())
            return nil
        } catch {
            guard case .fatal(let words) = error else { return nil }
            return words
        }
    }

    @Test func `a fatal error is an error with GLPK's words`() throws {
        let building = try #require(Self.fatalWords(.build))
        #expect(building.contains("glp_add_cols: ncs = 0"))
        let branching = try #require(Self.fatalWords(.branching))
        #expect(branching.contains("glp_ios_node_bound"))
    }

    @Test func `a hundred fatal errors in a row leave the next solve right`() throws {
        for round in 0..<100 {
            #expect(Self.fatalWords(round.isMultiple(of: 2) ? .build : .branching) != nil)
        }
        let model = RandomModels.assignment(seed: 1)
        let best = try #require(try BruteForce().outcome(of: model).solution)
        let found = try GLPKSolver().solve(model)
        #expect(found.solution?.objective == best.objective)
    }

    @Test func `fatal errors on some threads leave the others' solves right`() throws {
        let model = RandomModels.knapsack(seed: 2, groups: 12, options: 6)
        let expected = try GLPKSolver().solve(model).solution
        let wrong = Mutex(0)
        OwnThreads.run(count: 8) { place in
            for _ in 0..<10 {
                let isRight =
                    place.isMultiple(of: 2)
                    ? Self.fatalWords(.branching) != nil
                    : (try? GLPKSolver().solve(model).solution) == expected
                if !isRight { wrong.withLock { $0 += 1 } }
            }
        }
        #expect(wrong.withLock { $0 } == 0)
    }

    @Test func `a model that breaks GLPK's presolver is solved without it`() throws {
        // The cutoff fixes every column and stays behind as a row of none.
        var model = MixedIntegerModel(name: "without rows")
        let x = model.addInteger("x", lower: 0, upper: 3)
        let y = model.addContinuous("y", lower: -2, upper: 5)
        model.setObjective(.maximize, x - y)
        var options = SolveOptions()
        options.cutoff = 5
        let result = try GLPKSolver().solve(model, options: options)
        #expect(result.termination == .optimal)
    }

    @Test func `a solve inside a solve is refused and the outer one goes on`() throws {
        let model = RandomModels.hard(seed: 9, groups: 10)
        let inner = Mutex<[SolverError?]>([])
        var options = SolveOptions()
        options.progress = { _ in
            do throws(SolverError) {
                _ = try GLPKSolver().solve(model)
                inner.withLock { $0.append(nil) }
            } catch {
                inner.withLock { $0.append(error) }
            }
        }
        let result = try GLPKSolver().solve(model, options: options)
        #expect(result.termination == .optimal)
        let seen = inner.withLock { $0 }
        #expect(!seen.isEmpty && seen.allSatisfy { $0 == .nestedSolve })
    }
}
