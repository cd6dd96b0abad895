import Benchmark
import Meshwright

/// Pricing single layouts of a transformer, and whole answers.
///
/// Limits that the project holds itself to, in CPU time: 2 µs for the step time and the memory of one layout from
/// tables, 2 s for the best layout of the largest published run, 2 s for a point of free shapes of a dense model and 10 s for
/// one with experts, a minute on two cores for 64 points.
let benchmarks: @Sendable () -> Void = {
    Benchmark.defaultConfiguration = .init(
        metrics: [.cpuTotal, .wallClock, .throughput], warmupIterations: 1,
        maxDuration: .seconds(5), maxIterations: 200)

    for (model, gpus, batch) in [("llama-3-405b", 16384, 2048), ("deepseek-v3", 2048, 15360)] {
        Benchmark(
            "evaluations: \(model), time and memory from tables",
            configuration: .init(scalingFactor: .mega)
        ) { benchmark in
            let priced = try PricedSample(model: model, batch: batch)
            benchmark.startMeasurement()
            for index in benchmark.scaledIterations { blackHole(priced.evaluate(index)) }
        }

        Benchmark("plan: \(model), \(gpus) GPUs, h100-sxm-80gb") { benchmark in
            let question = TransformerQuestion(
                job: TrainingJob(model: try Catalogue.model(model)),
                machine: try Catalogue.machine("h100-sxm-80gb"), given: .gpus(gpus), globalBatch: batch)
            for _ in benchmark.scaledIterations { blackHole(try TransformerPlanner(question).answer()) }
        }
    }

    for (model, flop) in [
        ("llama-3-405b", 1e25), ("llama-3-405b", 1e27), ("llama-3-405b", 1e28), ("deepseek-v3", 1e25),
        ("deepseek-v3", 1e28),
    ] {
        Benchmark(
            "frontier point of free shapes: \(model), \(Readable.scientific(flop)) FLOP, 3 months, h100-sxm-80gb",
            configuration: .init(
                metrics: [.cpuTotal, .wallClock], warmupIterations: 0, maxDuration: .seconds(60),
                maxIterations: 5)
        ) { benchmark in
            let question = try freeShape(model, flop: flop)
            for _ in benchmark.scaledIterations { blackHole(try TransformerPlanner(question).answer()) }
        }
    }

    Benchmark(
        "frontier of free shapes: llama-3-405b, 64 points from 1e24 to 1e29 FLOP, 3 months, h100-sxm-80gb",
        configuration: .init(
            metrics: [.cpuTotal, .wallClock], warmupIterations: 0, maxDuration: .seconds(60), maxIterations: 1
        )
    ) { benchmark in
        let sweep = try Sweep(
            template: try freeShape("llama-3-405b", flop: 1e24),
            points: .compute(from: 1e24, to: 1e29, count: 64), time: .months(3))
        for _ in benchmark.scaledIterations { blackHole(try sweep.answers()) }
    }
}

/// The fewest H100s on which any shape of a model's family buys so much effective compute in three months.
private func freeShape(_ model: String, flop: Double) throws -> TransformerQuestion {
    let named = try Catalogue.model(model)
    var question = TransformerQuestion(
        job: TrainingJob(model: named), machine: try Catalogue.machine("h100-sxm-80gb"),
        given: .flopAndTime(flop: flop, time: .months(3)), globalBatch: 1)
    question.batchLaw = .standard
    question.family = try TransformerFamily(named)
    return question
}

/// Layouts of one model with their tables, as a search keeps them.
private struct PricedSample {
    private struct Entry {
        let layout: TrainingLayout
        let costs: BlockCosts
        let stages: StageTable
        let spreads: StepSpreads
    }

    private let model: TransformerStepModel
    private let entries: [Entry]

    /// Every combination of a few degrees, schedules, kinds of sharding and of recomputation.
    init(model name: String, batch: Int) throws {
        let transformer = try Catalogue.model(name)
        let model = TransformerStepModel(
            job: TrainingJob(model: transformer), machine: try Catalogue.machine("h100-sxm-80gb"))
        self.model = model
        var entries: [Entry] = []
        for (tensor, pipeline, data) in [(8, 16, 128), (4, 16, 64), (8, 8, 32), (1, 1, 512)] {
            var layout = TrainingLayout(
                tensor: tensor, sequenceParallelism: tensor > 1 ? .on : .off, pipeline: pipeline,
                expert: transformer.experts == nil ? 1 : 16, data: data, globalBatch: batch)
            for (schedule, chunks) in [
                (.oneForwardOneBackward, 1), (.interleaved, 2), (.zeroBubbleV, 2),
            ] as [(Schedule, Int)] {
                layout.schedule = pipeline > 1 ? schedule : .oneForwardOneBackward
                layout.chunks = pipeline > 1 ? chunks : 1
                for sharding in [
                    Sharding(), Sharding(.optimizer), Sharding(.weights), Sharding(.weights, group: 16),
                ] {
                    layout.sharding = sharding
                    let costs = model.costs(of: layout)
                    let stages = StageTable(layout, model: transformer)
                    let spreads = StepSpreads(layout, placement: model.placement)
                    for recomputation in [.nothing, .selective, .full, .layersPerStage(1)]
                        as [LayoutRecomputation]
                    {
                        layout.recomputation = recomputation
                        guard layout.problems(for: transformer).isEmpty else { continue }
                        entries.append(
                            Entry(layout: layout, costs: costs, stages: stages, spreads: spreads))
                    }
                }
            }
        }
        self.entries = entries
    }

    /// Seconds and bytes of a layout.
    func evaluate(_ index: Int) -> Double {
        let entry = entries[index % entries.count]
        let step = model.step(
            entry.layout, costs: entry.costs, stages: entry.stages, spreads: entry.spreads)
        let memory = model.memory(entry.layout, costs: entry.costs, stages: entry.stages)
        return step.total.value + memory.total.value
    }
}
