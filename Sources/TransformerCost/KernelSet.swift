import Workload

/// Which kernels a run uses where sources differ.
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

/// A model to train with everything that decides its kernels but the layout.
public struct TrainingJob: Hashable, Sendable {
    /// The model.
    public var model: Transformer
    /// Formats of numbers.
    public var precision: TrainingPrecision
    /// Kernels.
    public var kernels: KernelSet

    /// Makes a job.
    public init(model: Transformer, precision: TrainingPrecision = .bf16, kernels: KernelSet = KernelSet()) {
        self.model = model
        self.precision = precision
        self.kernels = kernels
    }
}
