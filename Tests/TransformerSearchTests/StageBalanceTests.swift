import Quantities
import TestSupport
import Testing
import Training

@testable import TransformerModel

/// Cuts against every cut there is, on small pipelines.
@Suite struct StageBalanceTests {
    /// The pipeline of a layout by the formula.
    private static func formula(_ model: TransformerStepModel, _ layout: TrainingLayout) -> (
        pipeline: Double, slowest: Double, all: Double
    ) {
        let stages = model.stageSummaries(layout).map(\.time.value)
        let (slowest, all) = (stages.max() ?? 0, stages.reduce(0, +))
        return (StageBalance.pipeline(layout, slowest: slowest, all: all), slowest, all)
    }

    /// The shortest pipeline, by the formula, of every cut and every choice of recomputed layers that fits.
    private static func shortest(
        _ model: TransformerStepModel, _ layout: TrainingLayout, _ visitCut: (TrainingLayout) -> Void
    ) -> Double {
        var best = Double.infinity
        let total = model.job.model.layers
        func visit(_ counts: [Int], _ recomputed: [Int]) {
            guard counts.count < layout.pipeline else {
                guard counts.reduce(0, +) == total else { return }
                var candidate = layout
                candidate.spread = .given(StageBalance.chunkCounts(counts, layout))
                candidate.recomputation =
                    recomputed.contains { $0 > 0 } ? .layersByStage(recomputed) : .nothing
                guard candidate.problems(for: model.job.model).isEmpty, model.fits(candidate) else { return }
                visitCut(candidate)
                best = min(best, formula(model, candidate).pipeline)
                return
            }
            // A stage in the middle holds a layer at least; the ends may hold embedding or head alone.
            let isInside =
                !counts.isEmpty && (counts.count < layout.pipeline - 1 || layout.schedule.placement == .turn)
            for count in (isInside ? 1 : 0)...max(1, total - counts.reduce(0, +)) {
                for again in 0...count { visit(counts + [count], recomputed + [again]) }
            }
        }
        visit([], [])
        return best
    }

    private static func layout(_ model: Transformer, _ random: inout SplitMix64) -> TrainingLayout {
        let schedules = Schedule.allCases.filter { schedule in
            switch schedule.unequalStages {
            case .anyLayers: true
            case .layersOfOneKind: model.experts == nil
            case .none: false
            }
        }
        let schedule = schedules.randomElement(using: &random) ?? .oneForwardOneBackward
        return TrainingLayout(
            pipeline: Int.random(in: 2...3, using: &random),
            chunks: schedule.chunkRange.lowerBound, schedule: schedule,
            microbatch: 1, globalBatch: [2, 4, 12].randomElement(using: &random) ?? 4)
    }

    /// Seconds from which on a floor holds all layers, and those of all elements over the stages at the least.
    private static func slowest(_ floor: StageFloor, even: Double) -> Double {
        guard floor.holds(.infinity) else { return .infinity }
        guard !floor.holds(even) else { return even }
        var (low, high) = (even, 2 * even)
        while !floor.holds(high) { (low, high) = (high, 2 * high) }
        while high - low > 1e-12 * high {
            let middle = 0.5 * (low + high)
            if floor.holds(middle) { high = middle } else { low = middle }
        }
        return low
    }

    @Test("The cut is the shortest of all that fit, and the floor is not above it")
    func equalsExhaustion() throws {
        var random = SplitMix64(seed: 31)
        var (equal, cuts, infeasible, unsettled) = (0, 0, 0, 0)
        for instance in 0..<150 {
            let transformer = SmallQuestions.transformer(&random)
            let model = TransformerStepModel(
                job: TrainingJob(model: transformer), machine: try SmallQuestions.machine(&random))
            let layout = Self.layout(transformer, &random)
            guard layout.problems(for: transformer).isEmpty else { continue }
            let costs = model.costs(of: layout)
            let stages = StageTable(layout, model: transformer)
            let choices = StageBalance.Choices(LayoutLimits())
            let balance = StageBalance(model: model)
            let all = costs.secondsOfAll(StageTable(TrainingLayout(), model: transformer))
            let transfer = model.transferSeconds(layout, StepSpreads(layout, placement: model.placement))
            let floors = CutFloor(
                layout, costs: costs, transfer: transfer, layers: transformer.layers)
            let passing = all + Double(layout.pipeline) * transfer
            let truth = Self.shortest(model, layout) { cut in
                let played = model.step(cut).inPipeline.value * (1 + 1e-9)
                let formula = Self.formula(model, cut)
                #expect(floors.pipeline(slowest: formula.slowest, all: passing) <= played, "\(cut)")
                #expect(floors.pipeline(all: all) <= played, "\(cut)")
                #expect(formula.pipeline <= floors.formula(pipeline: played), "\(cut)")
                #expect(
                    formula.slowest <= floors.slowest(pipeline: played, all: passing) * (1 + 1e-9), "\(cut)")
            }
            let chain = model.chainCosts(layout, costs: costs, stages: stages)
            let outcome = balance.balanced(
                layout, costs: costs, chain: chain, choices: choices, transfer: transfer, limit: .infinity)
            let slowest = Self.slowest(
                balance.floor(layout, chain: chain, choices: choices),
                even: all / Double(layout.pipeline))
            let floor = StageBalance.pipeline(
                layout, slowest: slowest + transfer, all: all + Double(layout.pipeline) * transfer)
            #expect(floor <= truth * (1 + 1e-9), "instance \(instance)")
            switch outcome {
            case .nothing:
                infeasible += 1
                #expect(truth == .infinity, "instance \(instance)")
            case .interrupted: Issue.record("instance \(instance): no clock runs")
            case .unsettled(let shortest):
                unsettled += 1
                #expect(shortest <= truth * (1 + 1e-9), "instance \(instance)")
            case .found(let cut, let shortest):
                cuts += 1
                #expect(cut.problems(for: transformer).isEmpty, "instance \(instance)")
                #expect(model.fits(cut), "instance \(instance)")
                let found = Self.formula(model, cut).pipeline
                #expect(found >= truth * (1 - 1e-9), "instance \(instance)")
                if let shortest {
                    unsettled += 1
                    #expect(shortest <= truth * (1 + 1e-9), "instance \(instance)")
                } else {
                    equal += 1
                    #expect(found <= truth * (1 + 1e-9), "instance \(instance)")
                }
            }
        }
        print(
            "\(cuts) cuts, \(equal) of them proved the shortest; \(infeasible) pipelines without, \(unsettled) open"
        )
        #expect(equal > 60 && infeasible > 5)
        #expect(unsettled < equal / 10)
    }

    @Test("The slowest stage of a cut, and what its first stage holds, is known before the cut is found")
    func slowestStage() throws {
        var random = SplitMix64(seed: 47)
        var (cuts, exact, held) = (0, 0, 0)
        for instance in 0..<400 {
            var transformer = SmallQuestions.transformer(&random)
            transformer.layers = Int.random(in: 3...14, using: &random)
            var machine = try SmallQuestions.machine(&random)
            machine.memory.capacity = machine.memory.capacity * Double.random(in: 0.2...2, using: &random)
            let model = TransformerStepModel(job: TrainingJob(model: transformer), machine: machine)
            var layout = Self.layout(transformer, &random)
            layout.pipeline = Int.random(in: 2...6, using: &random)
            guard layout.problems(for: transformer).isEmpty else { continue }
            let costs = model.costs(of: layout)
            let stages = StageTable(layout, model: transformer)
            var limits = LayoutLimits()
            if instance % 3 > 0 { limits.recomputation = [.nothing] }
            let choices = StageBalance.Choices(limits)
            let balance = StageBalance(model: model)
            let all = costs.secondsOfAll(StageTable(TrainingLayout(), model: transformer))
            let transfer = model.transferSeconds(layout, StepSpreads(layout, placement: model.placement))
            let chain = model.chainCosts(layout, costs: costs, stages: stages)
            let outcome = balance.balanced(
                layout, costs: costs, chain: chain, choices: choices, transfer: transfer, limit: .infinity)
            guard case .found(let cut, _) = outcome else { continue }
            cuts += 1
            let floor = balance.floor(layout, chain: chain, choices: choices)
            let even = all / Double(layout.pipeline)
            let slowest = Self.formula(model, cut).slowest - transfer
            let first = model.stageSummaries(cut)[0].layers
            for most in [Double.infinity, 2 * slowest, slowest] {
                let known = balance.slowest(floor, choices: choices, even: even, most: most)
                #expect(known.least <= slowest && slowest <= known.most * (1 + 1e-9), "\(cut)")
                let layers = floor.leastOnFirst(seconds: known.most)
                #expect(layers <= first, "\(cut)")
                if layers > 0 { held += 1 }
                if known.most <= slowest * (1 + 1e-6), most == .infinity { exact += 1 }
            }
        }
        #expect(cuts > 150 && exact > 60 && held > 60, "\(cuts) cuts, \(exact) known exactly, \(held) held")
    }

    @Test("A heavy head gets fewer layers beside it, and the first stages recompute more")
    func movesLayers() throws {
        var random = SplitMix64(seed: 5)
        var machine = try SmallQuestions.machine(&random)
        machine.memory.capacity = Bytes(80e9)
        var transformer = SmallQuestions.transformer(&random)
        (transformer.layers, transformer.experts, transformer.vocabulary) = (12, nil, 262_144)
        let model = TransformerStepModel(job: TrainingJob(model: transformer), machine: machine)
        let layout = TrainingLayout(pipeline: 3, globalBatch: 12)
        let costs = model.costs(of: layout)
        let chain = model.chainCosts(layout, costs: costs, stages: StageTable(layout, model: transformer))
        let outcome = StageBalance(model: model).balanced(
            layout, costs: costs, chain: chain, choices: StageBalance.Choices(LayoutLimits()), transfer: 0,
            limit: .infinity)
        guard case .found(let cut, shortest: nil) = outcome else {
            Issue.record("\(outcome)")
            return
        }
        let stages = model.stageSummaries(cut)
        #expect(stages[2].layers < stages[1].layers)
        #expect(model.step(cut).total < model.step(layout).total)
        #expect(stages.map(\.time).max() ?? .zero < model.stageSummaries(layout).map(\.time).max() ?? .zero)
    }
}
