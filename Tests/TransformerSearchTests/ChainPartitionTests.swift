import TestSupport
import Testing

@testable import TransformerModel

/// Stages filled from the last one back against every cut, and against the dynamic program.
@Suite struct ChainPartitionTests {
    /// A small problem in whole numbers, nothing recomputed, later stages with no more microbatches in flight.
    private static func problem(_ random: inout SplitMix64) -> ChainProblem {
        let kinds = (0..<Int.random(in: 1...3, using: &random)).map { _ in
            ChainProblem.Kind(
                costs: ChainCosts.Element(
                    seconds: random.whole(in: 1...9), extraSeconds: 0, stateBytes: random.whole(in: 0...8),
                    keptBytes: random.whole(in: 0...6), recomputedBytes: 0),
                recomputation: .never)
        }
        let count = Int.random(in: 2...9, using: &random)
        let inFlight = (0..<Int.random(in: 1...min(5, count), using: &random)).map { _ in
            Int.random(in: 1...4, using: &random)
        }
        return ChainProblem(
            kinds: kinds, order: (0..<count).map { _ in kinds.indices.randomElement(using: &random) ?? 0 },
            microbatches: Int.random(in: 2...8, using: &random), inFlight: inFlight.sorted(by: >),
            memory: random.whole(in: 20...80))
    }

    /// The first elements of the stages of every cut that fits, with the seconds of its slowest stage.
    private static func cuts(_ problem: ChainProblem) -> [(starts: [Int], slowest: Double)] {
        var cuts: [(starts: [Int], slowest: Double)] = []
        func visit(_ starts: [Int], _ start: Int, _ slowest: Double) {
            guard starts.count < problem.stages else {
                if start == problem.order.count { cuts.append((starts, slowest)) }
                return
            }
            guard start < problem.order.count else { return }
            let inFlight = Double(problem.inFlight[starts.count])
            for end in (start + 1)...problem.order.count {
                let elements = problem.order[start..<end].map { problem.kinds[$0].costs }
                let bytes = elements.reduce(0) { $0 + $1.stateBytes + inFlight * $1.keptBytes }
                guard bytes <= problem.memory else { break }
                let seconds = elements.reduce(0) { $0 + $1.seconds }
                visit(starts + [start], end, max(slowest, seconds))
            }
        }
        visit([], 0, 0)
        return cuts
    }

    @Test("The slowest stage is the quickest there is, and no cut as quick has a stage that starts earlier")
    func equalsExhaustion() throws {
        var random = SplitMix64(seed: 11)
        var (feasible, tied) = (0, 0)
        for instance in 0..<1000 {
            let problem = Self.problem(&random)
            let partition = try #require(ChainPartition(problem))
            let cuts = Self.cuts(problem)
            let quickest = cuts.map(\.slowest).min()
            let cut = partition.shortest(within: .infinity)
            let program = ChainProgram(
                ColumnTable(problem, limit: .infinity, stop: { false }), problem: problem
            ).best()
            #expect(cut?.stepSeconds == program?.seconds, "instance \(instance)")
            #expect(cut?.stages.map(\.seconds).max() == quickest, "instance \(instance)")
            guard let cut, let quickest else { continue }
            feasible += 1
            let ties = cuts.filter { $0.slowest == quickest }
            if ties.count > 1 { tied += 1 }
            let earliest = (0..<problem.stages).map { stage in ties.map { $0.starts[stage] }.min() }
            #expect(cut.stages.map(\.elements.lowerBound) == earliest, "instance \(instance)")
            #expect(partition.shortest(within: quickest)?.stepSeconds == cut.stepSeconds)
            #expect(partition.shortest(within: quickest.nextDown) == nil)
        }
        #expect(feasible > 400 && feasible < 1000 && tied > 200)
    }

    @Test(
        "Chains with recomputation, or with more in flight on later stages, are left to the dynamic program")
    func refusals() throws {
        var random = SplitMix64(seed: 12)
        var problem = Self.problem(&random)
        while problem.stages < 2 { problem = Self.problem(&random) }
        problem.inFlight = [1] + Array(repeating: 2, count: problem.stages - 1)
        #expect(ChainPartition(problem) == nil)
        problem.inFlight = problem.inFlight.reversed()
        #expect(ChainPartition(problem) != nil)
        problem.kinds[0].recomputation = .allowed
        #expect(ChainPartition(problem) == nil)
    }
}
