import Foundation
import GLPKSolver
import Quantities
import SolverTestSupport
import Testing
import Training

@testable import Optimization
@testable import ScalingModel

@Suite struct ShapeEngineTests {
    static let chunks: [Range<UInt64>] = stride(from: UInt64(0), to: 40, by: 10).map { $0..<($0 + 10) }

    private func answer(_ question: PlanningQuestion, _ engine: Engine) throws -> PlanningAnswer {
        var question = question
        question.engine = engine
        return try Planner(question, solver: GLPKSolver()).answer()
    }

    @Test("Enumeration and masters choose the same shape and plan", arguments: chunks)
    func sameAnswer(seeds: Range<UInt64>) throws {
        var masters = 0
        for seed in seeds {
            var instance = try ShapeInstance(seed: seed)
            instance.narrow()
            let expected = try answer(instance.question, .enumerate)
            let found = try answer(instance.question, .mip)
            #expect(found.certificate.engine == "mip" || found.certificate.account.spaceSize == 0)
            #expect(found.best?.run == expected.best?.run, "seed \(seed)")
            #expect(found.best?.plan == expected.best?.plan, "seed \(seed)")
            #expect(found.certificate.bound == expected.certificate.bound, "seed \(seed)")
            #expect(found.certificate.isOptimal == expected.certificate.isOptimal, "seed \(seed)")
            #expect(found.certificate.account.open == 0, "seed \(seed)")
            #expect(found.certificate.shapes?.open == 0, "seed \(seed)")
            masters += found.certificate.engines?.mixedInteger?.masters ?? 0
        }
        #expect(masters > 0)
    }

    @Test("both runs one against the other over all shapes", arguments: [UInt64(0), 1, 2, 5])
    func both(seed: UInt64) throws {
        var instance = try ShapeInstance(seed: seed)
        instance.narrow()
        let found = try answer(instance.question, .both)
        #expect(found.certificate.engine == "both")
        #expect(found.best?.plan == (try answer(instance.question, .enumerate)).best?.plan)
        let masters = try #require(found.certificate.engines?.mixedInteger)
        #expect(masters.masters > 0 || found.best == nil)
    }

    @Test("A solver that finds every master infeasible is noticed")
    func difference() throws {
        let seed = try #require(
            (UInt64(0)..<40).first { seed in
                (try? Planner(ShapeInstance(seed: seed).question).answer().best) ?? nil != nil
            })
        var question = try ShapeInstance(seed: seed).question
        question.engine = .both
        #expect(throws: EngineError.self) {
            try Planner(question, solver: Pessimist()).answer()
        }
    }

    @Test(
        "Four network levels and a free shape: the masters close the gap or report it truthfully",
        arguments: (100..<112).map { UInt64($0) })
    func fourLevels(seed: UInt64) throws {
        var instance = try ShapeInstance(seed: seed, levels: 4)
        let optimum = try answer(instance.question, .enumerate)
        instance.question.timeLimit = Seconds(2)
        let found = try answer(instance.question, .mip)
        guard let best = optimum.best else {
            #expect(found.best == nil)
            return
        }
        let value = instance.value(of: best)
        let certificate = found.certificate
        if certificate.isOptimal {
            #expect(certificate.gap == 0)
            #expect(ShapeOracle.isClose(instance.value(of: try #require(found.best)), value))
            return
        }
        // Not proved: the bound still holds, and the gap covers the distance to the optimum.
        #expect((certificate.shapes?.open ?? 0) + certificate.account.open > 0)
        switch certificate.bound {
        case .leastSeconds(let bound), .fewestGPUs(let bound): #expect(bound <= value * (1 + 1e-9))
        case .largestEffectiveFlop(let bound): #expect(bound >= value * (1 - 1e-9))
        default: Issue.record("no bound")
        }
        if let plan = found.best {
            let gap = try #require(certificate.gap)
            let distance = abs(instance.value(of: plan) - value) / max(instance.value(of: plan), value)
            #expect(gap >= distance - 1e-9)
        }
    }
}

extension ShapeInstance {
    /// Keeps the depths near the law's, so that a slow engine has few shapes to search.
    mutating func narrow() {
        guard case .free(var freedom) = question.shape else { return }
        freedom.ratios = [4]
        question.shape = .free(freedom)
    }
}
