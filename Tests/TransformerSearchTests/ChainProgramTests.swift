import TestSupport
import Testing

@testable import TransformerModel

/// The dynamic program against every cut and every choice of recomputed elements.
@Suite struct ChainProgramTests {
    /// A small problem in whole numbers, so that sums are exact.
    private static func problem(_ random: inout SplitMix64, elements: ClosedRange<Int> = 2...6)
        -> ChainProblem
    {
        let kinds = (0..<Int.random(in: 1...3, using: &random)).map { _ in
            ChainProblem.Kind(
                costs: ChainCosts.Element(
                    seconds: random.whole(in: 1...15), extraSeconds: random.whole(in: 0...4),
                    stateBytes: random.whole(in: 0...8), keptBytes: random.whole(in: 0...6),
                    recomputedBytes: random.whole(in: 0...3)),
                recomputation: Int.random(in: 0..<3, using: &random) == 0 ? .never : .allowed)
        }
        let count = Int.random(in: elements, using: &random)
        return ChainProblem(
            kinds: kinds, order: (0..<count).map { _ in kinds.indices.randomElement(using: &random) ?? 0 },
            microbatches: Int.random(in: 1...8, using: &random),
            inFlight: (0..<Int.random(in: 1...min(3, count), using: &random)).map { _ in
                Int.random(in: 1...4, using: &random)
            },
            memory: random.whole(in: 12...60))
    }

    /// The least step of all cuts that fit; infinite if none does.
    private static func shortest(_ problem: ChainProblem) -> Double {
        var best = Double.infinity
        func visit(_ start: Int, _ times: [Double]) {
            guard times.count < problem.stages else {
                guard start == problem.order.count else { return }
                let step = times.reduce(0, +) + Double(problem.microbatches - 1) * (times.max() ?? 0)
                best = min(best, step)
                return
            }
            guard start < problem.order.count else { return }
            let inFlight = Double(problem.inFlight[times.count])
            for end in (start + 1)...problem.order.count {
                let kinds = problem.order[start..<end].map { problem.kinds[$0] }
                for choice in 0..<(1 << kinds.count) {
                    var (seconds, bytes, isLegal) = (0.0, 0.0, true)
                    for (place, kind) in kinds.enumerated() {
                        let isRecomputed = choice >> place & 1 == 1
                        if isRecomputed, kind.recomputation == .never { isLegal = false }
                        let costs = kind.costs
                        seconds += costs.seconds + (isRecomputed ? costs.extraSeconds : 0)
                        bytes +=
                            costs.stateBytes
                            + inFlight * (isRecomputed ? costs.recomputedBytes : costs.keptBytes)
                    }
                    if isLegal, bytes <= problem.memory { visit(end, times + [seconds]) }
                }
            }
        }
        visit(0, [])
        return best
    }

    @Test("The cut is the shortest of all, and is what it says")
    func equalsExhaustion() {
        var random = SplitMix64(seed: 1)
        var feasible = 0
        for instance in 0..<400 {
            let problem = Self.problem(&random)
            let truth = Self.shortest(problem)
            guard let cut = problem.shortest(within: .infinity) else {
                #expect(truth == .infinity, "instance \(instance)")
                continue
            }
            feasible += 1
            #expect(cut.stepSeconds == truth, "instance \(instance)")
            #expect(cut.stages.flatMap { Array($0.elements) } == Array(problem.order.indices))
            for (stage, inFlight) in zip(cut.stages, problem.inFlight) {
                var bytes = 0.0
                for (kind, count) in zip(problem.kinds, stage.counts) {
                    #expect(0...count.all ~= count.recomputed)
                    #expect(count.recomputed == 0 || kind.recomputation == .allowed)
                    let held =
                        Double(count.all - count.recomputed) * kind.costs.keptBytes
                        + Double(count.recomputed) * kind.costs.recomputedBytes
                    bytes += Double(count.all) * kind.costs.stateBytes + Double(inFlight) * held
                }
                #expect(bytes <= problem.memory)
            }
            // A limit that the cut meets finds it, and one that it misses finds none.
            #expect(problem.shortest(within: truth)?.stepSeconds == truth)
            #expect(problem.shortest(within: truth - 0.5) == nil)
        }
        #expect(feasible > 200 && feasible < 400)
    }

    @Test("More memory is never slower, and fewer microbatches in flight are not either")
    func laws() {
        var random = SplitMix64(seed: 2)
        for _ in 0..<200 {
            let problem = Self.problem(&random, elements: 4...12)
            let before = problem.shortest(within: .infinity)?.stepSeconds ?? .infinity
            var roomier = problem
            roomier.memory += 5
            #expect((roomier.shortest(within: .infinity)?.stepSeconds ?? .infinity) <= before)
            var emptier = problem
            emptier.inFlight = problem.inFlight.map { max(1, $0 - 1) }
            #expect((emptier.shortest(within: .infinity)?.stepSeconds ?? .infinity) <= before)
        }
    }

    @Test(
        "128 elements of three kinds at random on 32 stages are cut, and stopped when asked",
        .timeLimit(.minutes(1)))
    func largeChains() throws {
        var random = SplitMix64(seed: 7)
        let kinds = [1, 1.37, 0.61].map { scale in
            ChainProblem.Kind(
                costs: ChainCosts.Element(
                    seconds: 0.03 * scale, extraSeconds: 0.01 * scale, stateBytes: 3e9 * scale,
                    keptBytes: 1.5e9 * scale, recomputedBytes: 0.1e9),
                recomputation: .allowed)
        }
        for microbatches in [1, 2, 32, 512] {
            let problem = ChainProblem(
                kinds: kinds, order: (0..<128).map { _ in Int.random(in: 0..<3, using: &random) },
                microbatches: microbatches, inFlight: (0..<32).map { min(microbatches, 32 - $0) },
                memory: 80e9)
            let cut = try #require(problem.shortest(within: .infinity))
            #expect(cut.stages.count == 32)
            // No stage is shorter than a 32nd of all, and the slowest bounds the step.
            let all = problem.leastWork
            #expect(cut.stepSeconds >= (all + Double(microbatches - 1) * all / 32) * (1 - 1e-12))
            var asked = 0
            let stopped = problem.shortest(within: .infinity) {
                asked += 1
                return asked > 3
            }
            #expect(stopped == nil)
        }
    }

    @Test("Numbers that are none, too many stages and empty memory give no cut")
    func unsound() {
        var random = SplitMix64(seed: 3)
        let sound = Self.problem(&random)
        #expect(sound.isSound)
        var wrong = [sound, sound, sound, sound]
        wrong[0].kinds[0].costs.seconds = .infinity
        wrong[1].inFlight = Array(repeating: 1, count: sound.order.count + 1)
        wrong[2].memory = 0
        wrong[3].kinds[0].costs.keptBytes = .nan
        for problem in wrong { #expect(problem.shortest(within: .infinity) == nil) }
    }
}
