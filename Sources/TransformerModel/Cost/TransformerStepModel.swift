import Quantities
import Training

/// Time and memory of one training step of a transformer, laid out over a cluster.
///
/// A class, as it is large, never changes and is handed to every part of a search.
///
/// The step is put together from blocks that are priced once for each `BlockKey`: layers by kind, embedding,
/// head. A stage is a sum of blocks; the pipeline fills, runs at its slowest stage and drains; what data
/// parallelism does not hide comes after. Every time is monotone: more bandwidth, memory or FLOP/s never makes
/// it longer, more work never shorter. Formulas with their sources: `docs/transformer-model.md`; how far the
/// predictions are from measured steps: `docs/transformer-accuracy.md`.
public final class TransformerStepModel: Sendable {
    /// What is trained.
    public let job: TrainingJob
    /// The machine.
    public let machine: Accelerator
    /// Where ranks lie.
    public let placementOrder: [LayoutDimension]
    /// Constants of the time model.
    public let constants: StepConstants
    /// Constants of the memory model.
    public let memoryConstants: MemoryConstants

    let rates: MachineRates
    let updateFlop: UpdateFlop
    let pricer: LayerPricer
    /// Distinct numbered layers of the model, in order of first occurrence, with how often each occurs.
    let layerCounts: [(element: ChainElement, count: Int)]
    let layerElements: [ChainElement]
    /// The place among them of the one that there are most of.
    let mainKind: Int
    /// For every numbered layer its place among them.
    let layerOrder: [Int]

    /// Prepares a model.
    /// - Parameters:
    ///   - job: model, precision, kernels.
    ///   - machine: with its calibration; one without takes `Calibration.assumed`.
    ///   - placementOrder: dimensions of the layout from the innermost.
    ///   - constants: of the time model.
    ///   - memoryConstants: of the memory model.
    public init(
        job: TrainingJob, machine: Accelerator,
        placementOrder: [LayoutDimension] = LayoutPlacement.usualOrder, constants: StepConstants = .fitted,
        memoryConstants: MemoryConstants = .fitted
    ) {
        self.job = job
        self.machine = machine
        self.placementOrder = placementOrder
        self.constants = constants
        self.memoryConstants = memoryConstants
        let rates = MachineRates(
            machine: machine, precision: job.precision, conduct: job.conduct, constants: constants)
        self.rates = rates
        updateFlop = UpdateFlop(job)
        pricer = LayerPricer(job: job, rates: rates, constants: constants)
        layerCounts = job.model.elementCounts.filter(\.element.kind.isLayer)
        layerElements = layerCounts.map(\.element)
        mainKind = Self.mainLayer(layerCounts)
        let elements = layerElements
        layerOrder = (0..<job.model.layers).map {
            elements.firstIndex(of: job.model.element(atLayer: $0)) ?? 0
        }
    }

    /// Memory that a layout may fill.
    public var memoryLimit: Bytes { job.memoryLimit(on: machine) }

    /// The kernels that run.
    public var kernels: KernelSet { pricer.kernels }

    /// Where the ranks of layouts lie.
    public var placement: LayoutPlacement { LayoutPlacement(on: machine, order: placementOrder) }

    /// The block costs of a layout; layouts with the same `BlockKey` and spreads share them.
    public func costs(of layout: TrainingLayout) -> BlockCosts {
        costs(of: layout, spreads: BlockSpreads(layout, placement: placement))
    }

    /// The block costs of a layout whose ranks are known to lie somewhere.
    func costs(of layout: TrainingLayout, spreads: BlockSpreads) -> BlockCosts {
        pricer.costs(
            BlockKey(layout, precision: job.precision), spreads, elements: layerElements)
    }

    /// The time of a step.
    /// - Parameter layout: assumed legal; see `TrainingLayout.problems(for:)`.
    /// - Returns: seconds by part.
    public func step(_ layout: TrainingLayout) -> StepBreakdown {
        let costs = costs(of: layout)
        let stages = StageTable(layout, model: job.model)
        let spreads = StepSpreads(layout, placement: placement)
        return played(
            step(layout, costs: costs, stages: stages, spreads: spreads), layout, costs: costs,
            stages: stages, spreads: spreads)
    }

    /// The time of a step from tables, in closed form: the pipeline takes what none takes less than, see
    /// ``PipelineFloor`` and ``played(_:_:costs:stages:spreads:)``.
    /// - Parameters:
    ///   - layout: degrees, microbatches, sharding, recomputation.
    ///   - costs: of the layout's block.
    ///   - stages: of its pipeline.
    ///   - spreads: where the ranks lie that communicate once a step.
    ///   - hiding: seconds of the first stage's layers for one microbatch that hide traffic, where they are more than
    ///     the layout has; what is hidden by more is no longer than what is. What hides behind the slowest stage is then
    ///     hidden whole. nil takes the layout's own.
    /// - Returns: seconds by part.
    public func step(
        _ layout: TrainingLayout, costs: BlockCosts, stages: StageTable, spreads: StepSpreads,
        hiding: Double? = nil
    ) -> StepBreakdown {
        let microbatches = Double(layout.microbatches)
        let transfer = pipelineTransfer(layout, spreads.stageCrossings)
        var slowest = StageSeconds()
        var slowestTotal = -1.0
        var first = StageSeconds()
        for (index, entry) in stages.classes.enumerated() {
            if index == 0 { first = layers(layout, entry, costs) * layout.schedule.placement.passingShare }
            var here = stageSeconds(layout, entry, costs)
            here.layers = max(here.layers, hostSeconds(layout, entry, spreads.stageCrossings))
            here.pipeline += transfer
            let total = here.total
            if total > slowestTotal { (slowest, slowestTotal) = (here, total) }
        }
        var step = StepBreakdown()
        step.layers = Seconds(microbatches * slowest.layers)
        step.ends = Seconds(microbatches * slowest.ends)
        step.tensor = Seconds(microbatches * slowest.tensor)
        step.context = Seconds(microbatches * slowest.context)
        step.expert = Seconds(microbatches * slowest.expert)
        step.pipeline = Seconds(microbatches * slowest.pipeline)
        if layout.pipeline > 1 {
            let floor = pipelineFloor(
                layout, costs: costs, stages: stages, transfer: transfer, crossings: spreads.stageCrossings)
            step.bubble = Seconds(max(0, floor.seconds - microbatches * slowestTotal))
        }
        // The first stage is the last to finish, so nothing hides what its ranks still have to exchange.
        let parameters = costs.parameters.parameters(of: stages.classes[0])
        let isBound = hiding != nil
        let hiding = max(first.total, hiding ?? 0)
        let exchange = exchange(
            layout, parameters, spreads, firstStage: hiding,
            slowest: isBound ? .infinity : slowestTotal - transfer)
        step.shards = Seconds(exchange.shards)
        step.data = Seconds(exchange.data)
        step.optimizer = Seconds(optimizer(layout, parameters))
        if !layout.offload.isEmpty {
            let host = hostTraffic(layout, parameters, stages.classes[0], costs)
            // All that a stage does, waits for and gathers hides its traffic with the host, but for what hides the
            // reduction of gradients.
            let hidden = hiding > 0 ? exchange.hidden * (first.total / hiding) : 0
            let window = microbatches * (slowestTotal - transfer) + exchange.shards - hidden
            step.offload = Seconds(host.exposed(microbatches: microbatches, window: window))
        }
        let base = step.total.value
        step.jitter = Seconds(base * jitterShare(gpus: layout.gpus))
        step.overhead = Seconds(job.conduct.stepOverhead)
        return step
    }

    /// Share by which a step grows with the accelerators used: a constant for each doubling past eight.
    public func jitterShare(gpus: Int) -> Double {
        job.conduct.jitter * max(0, (Double(gpus) / 8).logarithm2)
    }

    /// Seconds of a stage for one microbatch, transfers left out.
    func stageSeconds(
        _ layout: TrainingLayout, _ stage: StageTable.Class, _ costs: BlockCosts
    ) -> StageSeconds {
        let passing = layout.schedule.placement.passingShare
        return layers(layout, stage, costs) * passing
            + costs.embedding * (passing * Double(stage.embeddings))
            + costs.head * (passing * Double(stage.heads))
    }

    /// Seconds in which the hosts of tensor ranks launch a stage's layers for one microbatch, where stages lie in
    /// different domains of the innermost network; zero elsewhere.
    func hostSeconds(_ layout: TrainingLayout, _ stage: StageTable.Class, _ crossings: [Double]) -> Double {
        let conduct = job.conduct
        guard conduct.hostPipeline > 0, layout.pipeline > 1, layout.tensor > 1,
            crossings.dropFirst().contains(where: { $0 > 0 })
        else { return 0 }
        let rank = conduct.hostPipeline * Double(layout.tensor)
        let layers = zip(stage.counts, layerElements).reduce(0.0) { sum, entry in
            sum + Double(entry.0) * (pricer.hostSeconds(entry.1) + rank)
        }
        return layers * layout.schedule.placement.passingShare
    }

    /// Seconds of a stage's numbered layers for one microbatch.
    func layers(
        _ layout: TrainingLayout, _ stage: StageTable.Class, _ costs: BlockCosts
    ) -> StageSeconds {
        var sum = StageSeconds()
        let share = stage.recomputedShare(layout.recomputation)
        let modules = modules(of: layout.recomputation)
        for (count, layer) in zip(stage.counts, costs.layers) where count > 0 {
            sum = sum + seconds(of: layer, recomputing: modules, share: share) * Double(count)
        }
        return sum
    }

    /// Modules that a layout recomputes in every layer; empty where it recomputes whole layers or nothing.
    func modules(of recomputation: LayoutRecomputation) -> RecomputedModules {
        recomputation.modules(selective: job.conduct.selective)
    }

    /// Seconds of a layer for one microbatch.
    /// - Parameters:
    ///   - layer: of the block.
    ///   - modules: that are recomputed.
    ///   - share: of the stage's layers that is recomputed whole.
    /// - Returns: seconds by part.
    func seconds(
        of layer: BlockCosts.Layer, recomputing modules: RecomputedModules, share: Double = 0
    ) -> StageSeconds {
        let kept =
            modules.isEmpty
            ? layer.kept : pricer.seconds(layer.time, layer.element, again: layer.time.again(modules))
        return share > 0 ? kept * (1 - share) + layer.full * share : kept
    }

    /// Exposed seconds of a stage's transfers for one microbatch.
    ///
    /// Each tensor rank sends its part, and the receivers put the parts together where they need the whole
    /// (Narayanan et al. 2021, section 4.1). A message waits for the level that it crosses, on the average of neighbours.
    ///
    /// - Parameters:
    ///   - layout: degrees, chunks, microbatch size.
    ///   - crossings: see ``StepSpreads/stageCrossings``.
    /// - Returns: seconds.
    func pipelineTransfer(_ layout: TrainingLayout, _ crossings: [Double]) -> Double {
        guard layout.pipeline > 1 else { return 0 }
        let tensor = Double(layout.tensor)
        let bytes = 2 * Double(layout.tokens(of: job.model)) * Double(job.model.width)
        var seconds = zip(crossings, rates.latencies).reduce(0.0) { $0 + $1.0 * $1.1 }
        for (level, share) in crossings.enumerated() {
            seconds += bytes / tensor * share / rates.links[level]
        }
        if layout.sequenceParallelism == .off { seconds += bytes * (tensor - 1) / tensor / rates.links[0] }
        let chunks = Double(layout.chunks)
        let exposed = chunks > 1 ? job.conduct.pipelineExposedInterleaved : job.conduct.pipelineExposed
        return 2 * chunks * layout.schedule.placement.passingShare * seconds * exposed
    }
}
