import Optimization
import Training

/// Lists the blocks of a space with their costs.
struct BlockList {
    let blocks: [TransformerSpace.Block]

    /// Lists them; where the clock ends first, some are missing.
    init(
        model: TransformerStepModel, gpus: Int, globalBatch: Int, limits: LayoutLimits, clock: SearchClock
    ) {
        let stages = StageTable(TrainingLayout(), model: model.job.model)
        var blocks: [TransformerSpace.Block] = []
        Self.forEachLayout(of: model.job.model, gpus: gpus, globalBatch: globalBatch, limits: limits) {
            guard !clock.isOver else { return }
            blocks.append(Self.block($0, model: model, stages: stages))
        }
        self.blocks = blocks
    }

    /// Visits the legal choices of what one rank computes in a layer for a microbatch; the other decisions are
    /// left at one rank.
    static func forEachLayout(
        of job: Transformer, gpus: Int, globalBatch: Int, limits: LayoutLimits,
        _ visit: (TrainingLayout) -> Void
    ) {
        func allowed(_ values: [Int]?, _ all: [Int]) -> [Int] {
            guard let values else { return all }
            return all.filter(values.contains)
        }
        let experts = job.expertLayerCount > 0 ? job.experts : nil
        let tensors = allowed(limits.tensor, Divisors.all(of: job.attention.form.heads))
        let contexts = allowed(limits.context, Divisors.all(of: job.sequenceLength))
        let microbatches = allowed(limits.microbatch, Divisors.all(of: globalBatch))
        for tensor in tensors where tensor <= gpus {
            for context in contexts where tensor * context <= gpus {
                for method in context > 1 ? limits.contextMethods : [.ring] {
                    for sequence in sequences(limits, tensor: tensor) {
                        var layout = TrainingLayout(
                            tensor: tensor, sequenceParallelism: sequence, context: context,
                            contextMethod: method, globalBatch: globalBatch)
                        guard layout.problems(for: job).isEmpty else { continue }
                        for (expert, expertTensor) in expertDegrees(
                            experts, tensor: tensor, gpus: gpus, limits: limits)
                        {
                            layout.expert = expert
                            layout.expertTensor = expertTensor
                            for microbatch in microbatches {
                                layout.microbatch = microbatch
                                visit(layout)
                            }
                        }
                    }
                }
            }
        }
    }

    /// Whether activations may be split; without tensor ranks it is all one, so that one choice stands for both.
    private static func sequences(_ limits: LayoutLimits, tensor: Int) -> [SequenceParallelism] {
        guard tensor == 1 else { return limits.sequenceParallelism }
        return limits.sequenceParallelism.contains(.off)
            ? [.off] : Array(limits.sequenceParallelism.prefix(1))
    }

    private static func expertDegrees(
        _ experts: ExpertLayers?, tensor: Int, gpus: Int, limits: LayoutLimits
    ) -> [(Int, Int)] {
        guard let experts else {
            let isAllowed = [limits.expert, limits.expertTensor].allSatisfy { $0?.contains(1) ?? true }
            return isAllowed ? [(1, 1)] : []
        }
        var pairs: [(Int, Int)] = []
        for expert in Divisors.all(of: experts.experts) {
            if let allowed = limits.expert, !allowed.contains(expert) { continue }
            for split in Divisors.all(of: tensor)
            where experts.width.isMultiple(of: split) && expert * split <= gpus {
                if let allowed = limits.expertTensor, !allowed.contains(split) { continue }
                pairs.append((expert, split))
            }
        }
        return pairs
    }

    private static func block(
        _ layout: TrainingLayout, model: TransformerStepModel, stages: StageTable
    ) -> TransformerSpace.Block {
        func costs(_ sharding: Sharding.Stage) -> BlockCosts {
            var layout = layout
            layout.sharding = Sharding(sharding)
            return model.costs(of: layout)
        }
        let (plain, sharded) = (costs(.nothing), costs(.optimizer))
        var weights = layout
        weights.sharding = Sharding(.weights)
        // Sharded weights may run other kernels; where they do not, they cost what sharded states cost.
        let hasOwnKernels = model.kernels(of: weights) != model.kernels(of: layout)
        let all = [plain, sharded] + (hasOwnKernels ? [costs(.weights)] : [])
        return TransformerSpace.Block(
            layout: layout, plain: plain, sharded: sharded, shardedWeights: all[all.count - 1],
            all: all.map { $0.secondsOfAll(stages) }.min() ?? 0,
            leastLayer: all.map(\.leastLayerSeconds).min() ?? 0,
            inner: layout.tensor * layout.context,
            expertRanks: layout.expert * layout.expertTensor)
    }
}
