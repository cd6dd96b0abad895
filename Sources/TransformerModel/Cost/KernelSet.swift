import Training

/// Which kernels a run uses where sources differ.
///
/// One rule says which, ``usual(for:on:sharding:)``; a run states only what is otherwise (``StatedKernels``).
public struct KernelSet: Hashable, Sendable, Codable {
    /// How scores are computed.
    public var attention: AttentionKernel
    /// Whether norms are one kernel each.
    public var norms: Fusion
    /// Whether rotary embedding and activation are one kernel each.
    public var elementwise: Fusion
    /// How bias, dropout and residual pass over memory, and whose flash kernels run.
    public var passes: Passes
    /// Whether the loss works on 16-bit logits in place, or keeps them and their gradient in fp32.
    public var loss: Fusion

    /// Makes a set.
    public init(
        attention: AttentionKernel = .flash2, norms: Fusion = .fused, elementwise: Fusion = .fused,
        passes: Passes = .joined, loss: Fusion = .fused
    ) {
        self.attention = attention
        self.norms = norms
        self.elementwise = elementwise
        self.passes = passes
        self.loss = loss
    }

    /// Kernels of the passes between matrix products.
    public enum Passes: String, Hashable, Sendable, Codable, CaseIterable {
        /// One kernel for bias, dropout and residual, as Megatron-LM's.
        case joined
        /// The framework's own, one for each operation, and FlashAttention-2 as it ships with it.
        case single
    }

    /// Whether an operation is one kernel or many.
    public enum Fusion: String, Hashable, Sendable, Codable, CaseIterable {
        /// One kernel.
        case fused
        /// A kernel for each step.
        case eager
    }
}

/// How attention computes scores.
public enum AttentionKernel: String, Hashable, Sendable, Codable, CaseIterable {
    /// Products and single softmax operations.
    case unfused
    /// Products and one softmax kernel, as Megatron-LM's.
    case fused
    /// FlashAttention (Dao et al. 2022, arXiv:2205.14135).
    case flash1
    /// FlashAttention-2 (Dao 2023, arXiv:2307.08691) or the vendor's kernels of its kind.
    case flash2

    /// Whether scores never reach memory.
    public var isFlash: Bool { self == .flash1 || self == .flash2 }
}

extension KernelSet {
    /// The kernels that a run is taken to use: the rule of tables, plans, explanations and the library alike.
    ///
    /// - Software of the overlapped generation is Megatron-LM and its kin with one kernel for bias, dropout and
    ///   residual; sharded weights are the framework's own way (FSDP), with its own kernels and a loss that
    ///   keeps fp32 logits.
    /// - Software of the classic generation is Megatron-LM for the models it was written for, GPT and BLOOM
    ///   (layer norms with a shift, tied embeddings), with one softmax kernel. Others ran on the framework's own
    ///   kernels: RMS norms, rotary embedding and gated activations as single operations (Hagemann et al. 2023,
    ///   arXiv:2311.05610, section 3).
    /// - Models with linear biases and norms without a shift (MPT) have Triton's FlashAttention and a fused
    ///   loss (llm-foundry).
    ///
    /// What shards weights changes the passes and the loss alone, never what a layer keeps.
    /// - Parameters:
    ///   - model: what is trained.
    ///   - software: the generation of the machine's software.
    ///   - sharding: what replicas keep in shards.
    /// - Returns: the set; the constants of the step model are fitted with it.
    public static func usual(
        for model: Transformer, on software: SoftwareGeneration, sharding: Sharding.Stage
    ) -> KernelSet {
        let shardsWeights = sharding == .weights
        let isMegatronModel = model.norms.kind == .layer && model.embeddings == .tied
        let isTritonModel = model.positions == .linearBias && model.norms.kind == .layerWithoutBias
        let isClassic = software == .classic
        var kernels = KernelSet()
        if isTritonModel {
            kernels.attention = .flash1
        } else if isMegatronModel, isClassic {
            kernels.attention = .fused
        }
        kernels.passes = (isClassic ? isMegatronModel : !shardsWeights) ? .joined : .single
        if shardsWeights, !isTritonModel { kernels.loss = .eager }
        if isClassic, !isMegatronModel {
            if model.norms.kind == .rootMeanSquare { kernels.norms = .eager }
            if model.positions == .rotary { kernels.elementwise = .eager }
        }
        return kernels
    }

    /// The set with what a run states in place of what is usual.
    public func stating(_ stated: StatedKernels) -> KernelSet {
        KernelSet(
            attention: stated.attention ?? attention, norms: stated.norms ?? norms,
            elementwise: stated.elementwise ?? elementwise, passes: stated.passes ?? passes,
            loss: stated.loss ?? loss)
    }
}
