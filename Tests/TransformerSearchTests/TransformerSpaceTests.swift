import Optimization
import Quantities
import ScalingModel
import TestSupport
import Testing
import Training

@testable import TransformerModel

@Suite struct TransformerSpaceTests {
    @Test("The pruned search finds what plain loops over every layout find, and counts the same layouts")
    func equalsExhaustion() throws {
        var random = SplitMix64(seed: 20_261_121)
        var infeasible = 0
        var hybrid = 0
        var offloaded = 0
        var unsettled = 0
        for instance in 0..<120 {
            var job = TrainingJob(model: SmallQuestions.transformer(&random))
            if instance % 6 == 2 { job.trained = .adapters(rank: 8) }
            var machine = try SmallQuestions.machine(&random)
            // Data ranks with sharded weights in slowly joined domains: what shard groups are for.
            let isSlow = instance.isMultiple(of: 4)
            if isSlow {
                let last = machine.network.count - 1
                machine.network[last].bidirectionalBandwidth =
                    machine.network[last].bidirectionalBandwidth / 8
            }
            let model = TransformerStepModel(job: job, machine: machine)
            let gpus = isSlow ? 8 : Int.random(in: 1...10, using: &random)
            let batch = isSlow ? 64 : [2, 4, 6, 8].randomElement(using: &random) ?? 4
            var limits = LayoutLimits()
            let everyGroup = instance.isMultiple(of: 2)
            if everyGroup { limits.shardGroups = .any }
            if isSlow {
                limits.sharding = [.weights]
                limits.data = [8]
                limits.microbatch = [1]
            }
            if instance % 5 == 1 {
                limits.offload = [[], .optimizer, .activations, [.optimizer, .weights, .activations]]
            }
            var space = TransformerSpace(model: model, gpus: gpus, globalBatch: batch, limits: limits)
            let found = BranchAndBound.search(&space)
            let truth = ExhaustiveLayouts(
                model: model, gpus: gpus, globalBatch: batch, everyGroup: everyGroup,
                limits: limits
            ).search()
            if found.best.first?.candidate.layout.offload.isEmpty == false { offloaded += 1 }
            if found.best.first?.candidate.layout.sharding.group != nil { hybrid += 1 }
            #expect(found.account.spaceSize == truth.legal, "instance \(instance)")
            // Every leaf is priced or discarded, but for those that the certificate counts on their own.
            #expect(found.account.open <= found.account.unsettled, "instance \(instance)")
            unsettled += found.account.unsettled
            let seconds = found.best.first?.candidate.step.total.value
            guard let best = truth.best else {
                infeasible += 1
                #expect(seconds == nil, "instance \(instance)")
                continue
            }
            let one = try #require(seconds, "instance \(instance)")
            #expect(
                abs(one / best.step.total.value - 1) < 1e-12,
                "instance \(instance): \(found.best.map(\.candidate.layout)) for \(best.layout)")
        }
        print(
            "\(infeasible) of 120 instances have no layout that fits; \(hybrid) are best with shard groups, "
                + "\(offloaded) with something on the host")
        #expect(unsettled < 50, "\(unsettled) leaves are not settled")
        #expect(hybrid > 3 && offloaded > 3)
        #expect(infeasible > 3 && infeasible < 90)
    }

    @Test(
        "A space of layouts that use all accelerators has those of the whole one, and within a limit those within it"
    )
    func usesAll() throws {
        var random = SplitMix64(seed: 20_261_130)
        var (found, worse) = (0, 0)
        for instance in 0..<80 {
            let model = TransformerStepModel(
                job: TrainingJob(model: SmallQuestions.transformer(&random)),
                machine: try SmallQuestions.machine(&random))
            let gpus = Int.random(in: 1...12, using: &random)
            let batch = [2, 4, 6, 8].randomElement(using: &random) ?? 4
            func space(usesAll: Bool, limit: Double = .infinity) -> TransformerSpace {
                TransformerSpace(
                    model: model, gpus: gpus, globalBatch: batch, deadline: limit, limits: LayoutLimits(),
                    limit: limit, known: KnownCuts(), clock: .unlimited, usesAll: usesAll)
            }
            let truth = ExhaustiveLayouts(model: model, gpus: gpus, globalBatch: batch, usesAll: true)
                .search()
            var all = space(usesAll: true)
            let result = BranchAndBound.search(&all)
            #expect(result.account.spaceSize == truth.legal && result.isComplete, "instance \(instance)")
            guard let best = truth.best else {
                #expect(result.best.isEmpty, "instance \(instance)")
                continue
            }
            found += 1
            let one = try #require(result.best.first?.candidate, "instance \(instance)")
            #expect(one.layout.gpus == gpus)
            #expect(abs(one.step.total / best.step.total - 1) < 1e-12, "instance \(instance)")
            var whole = space(usesAll: false)
            let any = try #require(BranchAndBound.search(&whole).best.first?.candidate)
            if any.layout.gpus < gpus { worse += 1 }
            #expect(any.step.total <= one.step.total)
            // At the limit where it matters.
            let seconds = one.step.total.value
            var within = space(usesAll: true, limit: seconds)
            #expect(BranchAndBound.search(&within).best.first?.candidate.layout == one.layout)
            var below = space(usesAll: true, limit: seconds * (1 - 1e-12))
            #expect(BranchAndBound.search(&below).best.isEmpty, "instance \(instance)")
        }
        #expect(found > 40 && worse > 3, "\(found) found, \(worse) of them slower than on fewer")
    }

    @Test("A layout costs the same wherever it was found")
    func priceIsOne() throws {
        var random = SplitMix64(seed: 7)
        for _ in 0..<20 {
            let model = TransformerStepModel(
                job: TrainingJob(model: SmallQuestions.transformer(&random)),
                machine: try SmallQuestions.machine(&random))
            var space = TransformerSpace(model: model, gpus: 8, globalBatch: 8)
            for ranked in BranchAndBound.search(&space, wanted: 5).best {
                let found = ranked.candidate
                #expect(model.step(found.layout) == found.step)
                #expect(model.memory(found.layout) == found.memory)
                #expect(found.layout.problems(for: model.job.model).isEmpty)
            }
        }
    }

    @Test("More bandwidth, memory or arithmetic never makes the best layout slower")
    func betterMachinesAreNotSlower() throws {
        var random = SplitMix64(seed: 11)
        for instance in 0..<40 {
            let job = TrainingJob(model: SmallQuestions.transformer(&random))
            let machine = try SmallQuestions.machine(&random)
            func best(_ machine: Accelerator, gpus: Int = 8) -> Double {
                var space = TransformerSpace(
                    model: TransformerStepModel(job: job, machine: machine), gpus: gpus, globalBatch: 8)
                return BranchAndBound.search(&space).best.first?.rank.primary ?? .infinity
            }
            let before = best(machine)
            for (what, other) in SmallQuestions.better(machine, by: 1.3) {
                #expect(best(other) <= before, "\(what), instance \(instance)")
            }
            #expect(best(machine, gpus: 9) <= before, "one accelerator more, instance \(instance)")
        }
    }
}
