/// Why a plan is not legal for a shape, a batch and a machine.
public struct PlanError: Error, Hashable, Sendable, CustomStringConvertible {
    /// One line: which value, why, what would do.
    public let description: String

    /// Makes an error from its one line.
    public init(_ description: String) { self.description = description }
}

extension Plan {
    /// Checks every divisibility and range that the data-movement model's full space demands.
    ///
    /// TPm | d, TPf | f, v·PP | L, EP | E, E·DP·M | B; zero bubble only with v = 1 and M ≥ 2·PP; v = 1 without
    /// a pipeline; at each bounded level the factors' product is at most the blocks that a domain holds
    /// (``DomainCapacity``).
    /// - Parameters:
    ///   - shape: the model.
    ///   - batchTokens: tokens in the global batch.
    ///   - machine: the network.
    /// - Throws: ``PlanError`` for the first rule broken.
    public func check(shape: LayerStack, batchTokens: Int, machine: Accelerator) throws(PlanError) {
        try checkFactors(machine: machine)
        try checkDivides(tensorModel, shape.width, "tp_model", "d_model")
        try checkDivides(tensorFeedForward, shape.feedForwardWidth, "tp_ff", "d_ff")
        try checkDivides(pipeline, shape.layers, "pp", "layers")
        try checkDivides(expert, shape.experts, "ep", "experts")
        guard interleave >= 1, microbatches >= 1 else {
            throw PlanError("interleave is \(interleave) and microbatches \(microbatches); both start at 1")
        }
        guard (shape.layers / pipeline).isMultiple(of: interleave) else {
            throw PlanError(
                "interleave \(interleave) does not divide the \(shape.layers / pipeline) layers of a stage")
        }
        guard interleave == 1 || pipeline > 1 else {
            throw PlanError("interleave is \(interleave) without a pipeline; it must be 1")
        }
        let perReplica = [shape.experts, data, microbatches].product
        guard perReplica < .max, batchTokens.isMultiple(of: perReplica) else {
            throw PlanError(
                "experts \(shape.experts) x data \(data) x microbatches \(microbatches) does not divide the "
                    + "batch of \(batchTokens) tokens")
        }
        if schedule == .zeroBubble {
            guard interleave == 1 else {
                throw PlanError("a zero-bubble schedule has interleave 1, not \(interleave)")
            }
            guard microbatches >= 2 * pipeline else {
                throw PlanError(
                    "a zero-bubble schedule needs at least \(2 * pipeline) microbatches "
                        + "(two a stage), not \(microbatches)")
            }
        }
    }

    private func checkFactors(machine: Accelerator) throws(PlanError) {
        let levels = machine.network.count
        for (name, factors) in [
            ("dp_by_level", placement.data), ("tp_model_by_level", placement.tensorModel),
            ("tp_ff_by_level", placement.tensorFeedForward), ("pp_by_level", placement.pipeline),
            ("ep_by_level", placement.expert),
        ] {
            guard factors.count == levels else {
                throw PlanError(
                    "\(name) has \(factors.count) factors; \(machine.name) has \(levels) network levels")
            }
            guard factors.allSatisfy({ $0 >= 1 }) else {
                throw PlanError("\(name) has a factor below 1")
            }
        }
        let sizes = machine.domainSizes
        var gpus = 1
        for level in 0..<levels {
            for factor in [
                placement.tensorModel[level], placement.tensorFeedForward[level], placement.pipeline[level],
                placement.expert[level], placement.data[level],
            ] {
                let (product, overflow) = gpus.multipliedReportingOverflow(by: factor)
                guard !overflow, product <= 1 << 60 else {
                    throw PlanError("the degrees multiply to more than 2^60 accelerators")
                }
                gpus = product
            }
            guard level < sizes.count else { continue }
            let used = placement.used(at: level)
            let blocks = DomainCapacity.blocks(sizes: sizes, level: level) { placement.used(at: $0) }
            guard blocks >= 1 else {
                let below = DomainCapacity.blocks(sizes: sizes, level: level - 1) { placement.used(at: $0) }
                throw PlanError(
                    "the factors at network level \(level) multiply to \(used), more than the "
                        + "\(sizes[level] * below) that a domain of size \(sizes[level]) holds")
            }
        }
    }

    private func checkDivides(
        _ degree: Int, _ total: Int, _ degreeName: String, _ totalName: String
    ) throws(PlanError) {
        guard total.isMultiple(of: degree) else {
            throw PlanError("\(degreeName) \(degree) does not divide \(totalName) \(total)")
        }
    }
}
