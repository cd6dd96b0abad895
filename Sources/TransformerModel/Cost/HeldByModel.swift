import Quantities
import Training

/// What a whole model holds on one rank of a block: the ground of bounds on the memory of all its layouts.
public struct HeldByModel: Hashable, Sendable {
    /// Bytes of a weight, and of what training it adds.
    struct WeightBytes {
        var weight: Double
        var trained: Double
    }

    /// Some layers and ends of it.
    struct Part: Hashable, Sendable {
        /// Weights outside the experts, and of routed experts.
        var shared = 0.0
        var experts = 0.0
        /// Those of both that are frozen.
        var frozenShared = 0.0
        var frozenExperts = 0.0
        /// Bytes of activations of one microbatch, kept or recomputed, whichever is less; modules leave more than the
        /// layer's input.
        var activations = 0.0

        fileprivate init(
            _ stage: StageTable.Class, _ parameters: ParameterTable, _ table: ActivationTable
        ) {
            let weights = parameters.parameters(of: stage)
            (shared, experts) = (weights.shared, weights.experts)
            (frozenShared, frozenExperts) = (weights.frozenShared, weights.frozenExperts)
            for (count, layer) in zip(stage.counts, table.layers) {
                activations += Double(count) * min(layer.kept, layer.full)
            }
        }

        /// Bytes of weights, gradients and optimizer states.
        func states(shared bytes: WeightBytes, experts: WeightBytes) -> Double {
            shared * bytes.weight + self.experts * experts.weight
                + (shared - frozenShared) * bytes.trained
                + (self.experts - frozenExperts) * experts.trained
        }
    }

    /// All layers and ends.
    private(set) var all: Part
    /// All layers.
    private(set) var layers: Part
    /// One layer of the kind that there are most of, and how many there are.
    private(set) var main: Part
    let mainLayers: Int
    /// Bytes that a microbatch leaves in that layer, kept and recomputed.
    private(set) var mainKept: Double
    private(set) var mainRecomputed: Double
    /// Bytes of a gathered unit of sharded weights on every rank, at the least; 0 where some weights are frozen.
    let gathered: Double
    /// Bytes of buffers for traffic on every rank.
    private(set) var buffers: Double
    /// Tensor and context ranks, and ranks that experts need in multiples.
    let tensor: Int
    let context: Int
    let expertRanks: Int

    /// Adds up the tables of a block, where there are most layers of one kind.
    fileprivate init(
        _ layout: TrainingLayout, _ parameters: ParameterTable, _ table: ActivationTable, whole: StageTable,
        main kind: Int
    ) {
        // The whole model is one stage.
        let stage = whole.classes[0]
        all = Part(stage, parameters, table)
        layers = Part(StageTable.Class(counts: stage.counts), parameters, table)
        mainLayers = stage.counts[kind]
        (mainKept, mainRecomputed) = (table.layers[kind].kept, table.layers[kind].full)
        let one = stage.counts.indices.map { $0 == kind ? 1 : 0 }
        main = Part(StageTable.Class(counts: one), parameters, table)
        gathered = all.frozenShared + all.frozenExperts > 0 ? 0 : 4 * parameters.leastUnit
        buffers = 4 * ((layout.tensor > 1 ? table.hidden : 0) + table.routed)
        (tensor, context, expertRanks) = (layout.tensor, layout.context, layout.expert * layout.expertTensor)
    }

    /// The same with microbatches so many times as large; what they leave on a rank grows with their tokens.
    func scaled(microbatch factor: Int) -> HeldByModel {
        var held = self
        held.all.activations *= Double(factor)
        held.layers.activations *= Double(factor)
        held.main.activations *= Double(factor)
        held.mainKept *= Double(factor)
        held.mainRecomputed *= Double(factor)
        held.buffers *= Double(factor)
        return held
    }
}

extension TransformerStepModel {
    /// What the whole model holds on a rank.
    /// - Parameters:
    ///   - layout: its block's part matters.
    ///   - whole: the model on one stage.
    /// - Returns: weights and bytes.
    public func held(_ layout: TrainingLayout, whole: StageTable) -> HeldByModel {
        let key = BlockKey(layout, precision: job.precision)
        return HeldByModel(
            layout, parameterTable(layout),
            ActivationTable(job: job, kernels: kernels, key: key, elements: layerElements), whole: whole,
            main: mainKind)
    }

    /// Weights of the ranks of a layout's block.
    func parameterTable(_ layout: TrainingLayout) -> ParameterTable {
        ParameterTable(job: job, key: BlockKey(layout, precision: job.precision), elements: layerElements)
    }

    /// What bounds the memory of layouts that shard and offload the same.
    /// - Parameters:
    ///   - sharding: what is sharded.
    ///   - offload: everything that may be offloaded.
    /// - Returns: the bound.
    func memoryFloor(sharding: Sharding.Stage, offload: Offload = []) -> MemoryFloor {
        MemoryFloor(
            sharding: sharding, weights: offload.contains(.weights) ? 0 : job.precision.weights.size.value,
            gradients: gradientBytes(sharding: sharding),
            states: offload.contains(.optimizer) ? 0 : job.stateBytes,
            activations: offload.contains(.activations) ? 0 : 1,
            context: job.conduct.contextBytes, growth: 1 + memoryConstants.fragmentation)
    }
}

/// Bytes below which the fullest rank's memory cannot be, whatever the stages: those of an average stage, and of one with
/// its share of the layers that there are most of, whole ones, each with one microbatch in flight.
///
/// Schedule and recomputation do not matter. It knows what is sharded and what may be offloaded.
struct MemoryFloor: Sendable {
    let sharding: Sharding.Stage
    /// Bytes of a weight, of its gradient and of its optimizer states where none is shared.
    let weights: Double
    let gradients: Double
    let states: Double
    /// Share of the activations that stays on the device.
    let activations: Double
    /// The framework's context, bytes, and what the allocator cannot use, over what it uses.
    let context: Double
    let growth: Double

    /// Bytes of a rank.
    /// - Parameters:
    ///   - held: what the whole model holds on a rank of the block.
    ///   - pipeline: stages.
    ///   - data: data ranks.
    ///   - group: ranks of a shard group; nil for all that there are.
    ///   - withUnit: whether a gathered unit of what is sharded counts.
    /// - Returns: bytes that no layout is below.
    func bytes(
        _ held: HeldByModel, pipeline: Int, data: Int, group: Int? = nil, withUnit: Bool = true
    ) -> Double {
        let (shared, experts) = weightBytes(held, data: data, group: group)
        func sum(_ part: HeldByModel.Part) -> Double {
            part.states(shared: shared, experts: experts) + activations * part.activations
        }
        let average = sum(held.all) / Double(pipeline)
        let most = Double((held.mainLayers + pipeline - 1) / pipeline) * sum(held.main)
        let unit = withUnit && sharding >= .gradients ? held.gathered : 0
        return ((max(average, most) + held.buffers + unit) * growth + context) * (1 - 1e-12)
    }

    /// What a rank has for layers of the kind that there are most of, and what each takes at the least.
    /// - Parameters:
    ///   - held: what the whole model holds on a rank of the block.
    ///   - data: data ranks.
    ///   - group: ranks of a shard group; nil for all that there are.
    ///   - limit: bytes that a rank may fill.
    /// - Returns: bytes.
    func room(_ held: HeldByModel, data: Int, group: Int?, limit: Double) -> LayerRoom {
        let (shared, experts) = weightBytes(held, data: data, group: group)
        let unit = sharding >= .gradients ? held.gathered : 0
        return LayerRoom(
            bytes: (limit * (1 + 1e-12) - context) / growth - held.buffers - unit,
            states: held.main.states(shared: shared, experts: experts),
            activations: activations * held.main.activations, layers: held.mainLayers,
            all: (held.layers.states(shared: shared, experts: experts), activations * held.layers.activations)
        )
    }

    /// Bytes of a weight outside the experts and of one of routed experts, which fewer ranks share.
    // Asked of every grid: a call costs a tenth of a search.
    @inline(__always) private func weightBytes(
        _ held: HeldByModel, data: Int, group: Int?
    ) -> (shared: HeldByModel.WeightBytes, experts: HeldByModel.WeightBytes) {
        let ranks = group ?? data * held.context
        return (
            bytes(sharedBy: ranks), bytes(sharedBy: max(1, ranks * held.tensor / held.expertRanks))
        )
    }

    /// Bytes of a weight, and of what training it adds, where so many ranks share it.
    private func bytes(sharedBy ranks: Int) -> HeldByModel.WeightBytes {
        let share = 1 / Double(ranks)
        return HeldByModel.WeightBytes(
            weight: sharding >= .weights ? weights * share : weights,
            trained: (sharding >= .gradients ? min(4 * share, gradients) : gradients)
                + (sharding >= .optimizer ? states * share : states)
        )
    }
}
