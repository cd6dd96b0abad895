import Training

/// The legal tensor, sequence and context degrees of a model, and the expert degrees that go with each: all that blocks
/// are made of but the microbatch, whatever the batch and the accelerators.
struct BlockSplits: Sendable {
    private struct Split: Sendable {
        var tensor: Int
        var sequence: SequenceParallelism
        var context: Int
        var method: ContextMethod

        var ranks: Int { tensor * context }
    }

    /// Expert and expert-tensor degree.
    typealias ExpertDegrees = (expert: Int, expertTensor: Int)

    private let splits: [Split]
    /// By tensor degree.
    private let experts: [Int: [ExpertDegrees]]

    /// Lists them.
    /// - Parameters:
    ///   - model: that is split.
    ///   - limits: what may be chosen.
    init(of model: Transformer, limits: LayoutLimits) {
        func allowed(_ values: [Int]?, _ all: [Int]) -> [Int] {
            guard let values else { return all }
            return all.filter(values.contains)
        }
        let tensors = allowed(limits.tensor, Divisors.all(of: model.attention.form.heads))
        let contexts = allowed(limits.context, Divisors.all(of: model.sequenceLength))
        let split = model.hasExpertLayers ? model.experts : nil
        var splits: [Split] = []
        var experts: [Int: [ExpertDegrees]] = [:]
        for tensor in tensors {
            experts[tensor] = Self.expertDegrees(split, tensor: tensor, limits: limits)
            for context in contexts {
                for method in context > 1 ? limits.contextMethods : [.ring] {
                    for sequence in Self.sequences(limits, tensor: tensor) {
                        let layout = TrainingLayout(
                            tensor: tensor, sequenceParallelism: sequence, context: context,
                            contextMethod: method)
                        guard layout.problems(for: model).isEmpty else { continue }
                        splits.append(
                            Split(tensor: tensor, sequence: sequence, context: context, method: method))
                    }
                }
            }
        }
        self.splits = splits
        self.experts = experts
    }

    /// Visits those of at most so many ranks; the other decisions are left at one rank.
    /// - Parameters:
    ///   - gpus: accelerators given.
    ///   - globalBatch: sequences in a step.
    ///   - isWanted: whether some tensor × context ranks are.
    ///   - visit: called once for each split, with the expert degrees that go with it.
    func forEach(
        gpus: Int, globalBatch: Int, isWanted: (_ ranks: Int) -> Bool = { _ in true },
        _ visit: (TrainingLayout, [ExpertDegrees]) -> Void
    ) {
        for split in splits where split.ranks <= gpus && isWanted(split.ranks) {
            let layout = TrainingLayout(
                tensor: split.tensor, sequenceParallelism: split.sequence, context: split.context,
                contextMethod: split.method, globalBatch: globalBatch)
            visit(layout, expertDegrees(tensor: split.tensor, gpus: gpus))
        }
    }

    /// Visits the tensor and context degrees of all of at most so many ranks, each with the number of ranks that experts
    /// need in multiples.
    func forEachCount(gpus: Int, _ visit: (_ tensor: Int, _ context: Int, _ experts: Int) -> Void) {
        for split in splits where split.ranks <= gpus {
            for degrees in expertDegrees(tensor: split.tensor, gpus: gpus) {
                visit(split.tensor, split.context, degrees.expert * degrees.expertTensor)
            }
        }
    }

    private func expertDegrees(tensor: Int, gpus: Int) -> [ExpertDegrees] {
        let degrees = experts[tensor] ?? []
        let isSmall = degrees.last.map { $0.expert * $0.expertTensor <= gpus } ?? true
        return isSmall ? degrees : degrees.filter { $0.expert * $0.expertTensor <= gpus }
    }

    /// Whether activations may be split; without tensor ranks it is all one, so that one choice stands for both.
    private static func sequences(_ limits: LayoutLimits, tensor: Int) -> [SequenceParallelism] {
        guard tensor == 1 else { return limits.sequenceParallelism }
        return limits.sequenceParallelism.contains(.off)
            ? [.off] : Array(limits.sequenceParallelism.prefix(1))
    }

    /// Pairs of degrees, the one of most ranks last.
    private static func expertDegrees(
        _ experts: ExpertLayers?, tensor: Int, limits: LayoutLimits
    ) -> [ExpertDegrees] {
        guard let experts else {
            let isAllowed = [limits.expert, limits.expertTensor].allSatisfy { $0?.contains(1) ?? true }
            return isAllowed ? [(1, 1)] : []
        }
        var pairs: [ExpertDegrees] = []
        for expert in Divisors.all(of: experts.experts) {
            if let allowed = limits.expert, !allowed.contains(expert) { continue }
            for split in Divisors.all(of: tensor) where experts.width.isMultiple(of: split) {
                if let allowed = limits.expertTensor, !allowed.contains(split) { continue }
                pairs.append((expert, split))
            }
        }
        return pairs
    }
}
