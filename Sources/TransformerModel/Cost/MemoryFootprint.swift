import Quantities
import Training

/// Memory of one rank at its fullest, by component.
public struct MemoryFootprint: Hashable, Sendable, Codable {
    /// Weights.
    public var weights = Bytes.zero
    /// Gradients.
    public var gradients = Bytes.zero
    /// Master copy and moments.
    public var optimizer = Bytes.zero
    /// Activations of all microbatches in flight.
    public var activations = Bytes.zero
    /// Logits and their gradient.
    public var logits = Bytes.zero
    /// A gathered unit of sharded weights.
    public var gathered = Bytes.zero
    /// Buffers of tensor and expert traffic.
    public var buffers = Bytes.zero
    /// What the allocator cannot use.
    public var fragmentation = Bytes.zero
    /// The framework's context.
    public var context = Bytes.zero

    /// What the rank keeps in the host's memory instead, no part of ``total``.
    public var host = Bytes.zero

    /// Makes a footprint of nothing.
    public init() {}

    /// What the framework's allocator reports at its peak: everything but fragmentation and context.
    public var allocated: Bytes {
        weights + gradients + optimizer + activations + logits + gathered + buffers
    }

    /// What the device must hold.
    public var total: Bytes { allocated + fragmentation + context }

    /// The components by name, in the order they are reported.
    public static var parts: [(name: String, part: WritableKeyPath<MemoryFootprint, Bytes>)] {
        [
            ("weights", \.weights), ("gradients", \.gradients), ("optimizer", \.optimizer),
            ("activations", \.activations), ("logits", \.logits), ("gathered", \.gathered),
            ("buffers", \.buffers), ("fragmentation", \.fragmentation), ("context", \.context),
        ]
    }
}

extension TransformerStepModel {
    /// Memory of the fullest rank.
    public func memory(_ layout: TrainingLayout) -> MemoryFootprint {
        memory(layout, costs: costs(of: layout), stages: StageTable(layout, model: job.model))
    }

    /// Memory of the fullest rank from tables.
    /// - Parameters:
    ///   - layout: the layout.
    ///   - costs: of its block.
    ///   - stages: of its pipeline.
    /// - Returns: bytes by component.
    public func memory(
        _ layout: TrainingLayout, costs: BlockCosts, stages: StageTable
    ) -> MemoryFootprint { fullest(layout, costs: costs, stages: stages).worst }

    /// Memory of the fullest rank, and its stage.
    func fullest(
        _ layout: TrainingLayout, costs: BlockCosts, stages: StageTable
    ) -> (worst: MemoryFootprint, stage: Int) {
        var worst = MemoryFootprint()
        var stage = 0
        for entry in stages.classes {
            let here = footprint(layout, entry, costs: costs, stages: stages)
            if worst.total < here.total { (worst, stage) = (here, entry.first) }
        }
        return (worst, stage)
    }

    func footprint(
        _ layout: TrainingLayout, _ stage: StageTable.Class, costs: BlockCosts, stages: StageTable
    ) -> MemoryFootprint {
        let held = heldBytes(layout, stage, costs: costs)
        let isOnHost = layout.offload.contains(.activations)
        return footprint(
            layout, stage, costs: costs,
            held: isOnHost ? (held.working, held.flight * held.microbatch) : (held.all, 0))
    }

    /// The same with what the stage's activations take on the device and on the host, bytes.
    func footprint(
        _ layout: TrainingLayout, _ stage: StageTable.Class, costs: BlockCosts,
        held: (device: Double, host: Double)
    ) -> MemoryFootprint {
        let parameters = costs.parameters.parameters(of: stage)
        var memory = MemoryFootprint()
        let all = parameters.all
        let shards = parameters.sharded(by: layout)
        let trained = parameters.trainedPart
        let stateStage = layout.sharding.stage
        let weightBytes = job.precision.weights.size.value
        memory.weights = Bytes(weightBytes * (stateStage >= .weights ? shards : all))
        let states = job.stateBytes
        let trainedShards = trained.sharded(by: layout)
        memory.optimizer = Bytes(states * (stateStage >= .optimizer ? trainedShards : trained.all))
        let gradients = gradientBytes(sharding: stateStage) * trained.all
        memory.gradients = Bytes(stateStage >= .gradients ? min(4 * trainedShards, gradients) : gradients)
        if layout.offload.contains(.optimizer) {
            memory.host = memory.optimizer
            memory.optimizer = .zero
        }
        if layout.offload.contains(.weights) {
            memory.host = memory.host + memory.weights
            memory.weights = .zero
        }
        if stateStage >= .gradients || layout.offload.contains(.weights) {
            // Two units in 16 bits: the one in use and the one being gathered, or of which gradients are scattered.
            let isWhole = stateStage == .weights || layout.offload.contains(.weights)
            memory.gathered = Bytes(4 * (isWhole ? parameters.unit : trained.unit))
        }
        memory.activations = Bytes(held.device)
        memory.host = memory.host + Bytes(held.host)
        if stage.heads > 0 {
            memory.logits = Bytes(kernels.loss.copies * memoryConstants.logitBytes * costs.activations.logits)
        }
        if layout.tensor > 1 { memory.buffers = Bytes(4 * costs.activations.hidden) }
        memory.buffers = memory.buffers + Bytes(4 * costs.activations.routed)
        memory.fragmentation = memory.allocated * memoryConstants.fragmentation
        memory.context = Bytes(job.conduct.contextBytes)
        return memory
    }

    /// Bytes of a gradient as it is kept.
    ///
    /// fp16 training adds up in fp16. Sharded optimizer states go with gradients of at most so many bytes as the
    /// software keeps, and of 16 bits where products are narrower than that.
    func gradientBytes(sharding: Sharding.Stage) -> Double {
        let usual = job.precision.matrix == .fp16 ? 2 : job.precision.gradients.size.value
        guard sharding >= .optimizer else { return usual }
        switch job.precision.matrix {
        case .fp8, .fp4: return min(2, usual)
        case .bf16, .fp16, .fp32: return min(job.conduct.shardedGradientBytes, usual)
        }
    }

    /// Activations that a stage keeps for the backward pass, in bytes.
    struct HeldActivations {
        /// Of all microbatches in flight.
        var all: Double
        /// Of the layers at work alone.
        var working: Double
        /// Of one microbatch, without those that are recomputed.
        var microbatch: Double
        /// Microbatches in flight.
        var flight: Double
    }

    /// Activations of all microbatches in flight, and of the layers at work alone.
    func heldBytes(
        _ layout: TrainingLayout, _ stage: StageTable.Class, costs: BlockCosts
    ) -> HeldActivations {
        heldBytes(
            layout, stage, costs: costs, recomputing: modules(of: layout.recomputation),
            share: stage.recomputedShare(layout.recomputation))
    }

    /// The same where modules are recomputed, and so large a share of the layers whole.
    func heldBytes(
        _ layout: TrainingLayout, _ stage: StageTable.Class, costs: BlockCosts,
        recomputing modules: RecomputedModules, share: Double
    ) -> HeldActivations {
        let flight = PipelineShape(layout).microbatchesInFlight(stage: stage.first)
        var kept = 0.0
        var full = 0.0
        var largest = 0.0
        var again = 0.0
        for (count, layer) in zip(stage.counts, costs.activations.layers) where count > 0 {
            let one = layer.kept(without: modules)
            kept += Double(count) * one
            full += Double(count) * layer.full
            largest = max(largest, one)
            again = max(again, layer.kept - layer.kept(without: modules.subtracting(.coreAttention)))
        }
        let working = memoryConstants.workingLayers * largest
        func held(_ all: Double, _ microbatch: Double) -> HeldActivations {
            HeldActivations(all: all, working: working, microbatch: microbatch, flight: flight)
        }
        // A stage that recomputes nothing holds what it keeps, one that recomputes all works on a few layers; modules
        // are recomputed layer by layer; scores of the layer at work are not counted, as in arXiv:2205.05198, equation 4.
        return held(
            (1 - share) * flight * kept + share * (flight * full + working) + again,
            (1 - share) * kept + share * full)
    }
}

extension TransformerStepModel {
    /// Whether the fullest rank fits into what a process can use of the memory, and its share of the host's.
    public func fits(_ layout: TrainingLayout) -> Bool { fits(memory(layout)) }

    /// Whether a footprint fits into what a process can use of the memory, and its share of the host's.
    public func fits(_ memory: MemoryFootprint) -> Bool {
        memory.total <= memoryLimit && memory.host <= hostCapacity
    }

    /// Memory of the host that is a rank's share.
    public var hostCapacity: Bytes { rates.host.capacity }
}
