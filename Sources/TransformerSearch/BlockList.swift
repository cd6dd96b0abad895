import Strategy
import TransformerCost
import Workload

/// Lists the blocks of a space with their costs.
struct BlockList {
    let blocks: [TransformerSpace.Block]

    init(model: TransformerStepModel, gpus: Int, globalBatch: Int, limits: LayoutLimits) {
        let job = model.job.model
        let stages = StageTable(TrainingLayout(), model: job)
        var blocks: [TransformerSpace.Block] = []
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
                    for sequence in tensor > 1 ? limits.sequenceParallelism : [.off] {
                        var layout = TrainingLayout(
                            tensor: tensor, sequenceParallelism: sequence, context: context,
                            contextMethod: method, globalBatch: globalBatch)
                        guard layout.problems(for: job).isEmpty else { continue }
                        for (expert, expertTensor) in Self.expertDegrees(
                            experts, tensor: tensor, gpus: gpus, limits: limits)
                        {
                            layout.expert = expert
                            layout.expertTensor = expertTensor
                            for microbatch in microbatches {
                                layout.microbatch = microbatch
                                blocks.append(Self.block(layout, model: model, stages: stages))
                            }
                        }
                    }
                }
            }
        }
        self.blocks = blocks
    }

    private static func expertDegrees(
        _ experts: ExpertLayers?, tensor: Int, gpus: Int, limits: LayoutLimits
    ) -> [(Int, Int)] {
        guard let experts else { return [(1, 1)] }
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
        var layout = layout
        let plain = model.costs(of: layout)
        layout.sharding = Sharding(.optimizer)
        let sharded = model.costs(of: layout)
        layout.sharding = Sharding()
        return TransformerSpace.Block(
            layout: layout, plain: plain, sharded: sharded,
            all: min(plain.secondsOfAll(stages), sharded.secondsOfAll(stages)),
            leastLayer: min(plain.leastLayerSeconds, sharded.leastLayerSeconds),
            inner: layout.tensor * layout.context,
            expertRanks: layout.expert * layout.expertTensor)
    }
}
