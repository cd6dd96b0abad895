/// Which kernels a run uses where software differs.
///
/// A software has its own (``SoftwareConduct/kernels``); a run states only what is otherwise (``StatedKernels``).
public struct KernelSet: Hashable, Sendable, Codable {
    /// How scores are computed.
    public var attention: AttentionKernel
    /// Whose flash kernels of the second kind run.
    public var flash: FlashOrigin
    /// Whether norms are one kernel each.
    public var norms: Fusion
    /// Whether rotary embedding and activation are one kernel each.
    public var elementwise: Fusion
    /// How the loss keeps its logits.
    public var loss: LossKernel

    /// Makes a set.
    public init(
        attention: AttentionKernel = .flash2, flash: FlashOrigin = .vendor, norms: Fusion = .fused,
        elementwise: Fusion = .fused, loss: LossKernel = .fused
    ) {
        self.attention = attention
        self.flash = flash
        self.norms = norms
        self.elementwise = elementwise
        self.loss = loss
    }

    /// Whether an operation is one kernel or many.
    public enum Fusion: String, Hashable, Sendable, Codable, CaseIterable {
        /// One kernel.
        case fused
        /// A kernel for each step.
        case eager
    }

    /// How the loss keeps its logits.
    public enum LossKernel: String, Hashable, Sendable, Codable, CaseIterable {
        /// In 16 bits, in place.
        case fused
        /// With their gradient, in fp32.
        case eager
        /// As fused, an eighth of the tokens at a time (torchtitan's `ChunkedCELoss` of 8 chunks).
        case chunked

        /// Logits held over those that ``fused`` holds.
        public var copies: Double {
            switch self {
            case .fused: 1
            case .eager: 2
            case .chunked: 1 / 8.0
            }
        }
    }

    /// Whose flash kernels run.
    public enum FlashOrigin: String, Hashable, Sendable, Codable, CaseIterable {
        /// The published library's, as frameworks ship it.
        case library
        /// The vendor's, tuned for each architecture.
        case vendor
    }

    /// The set with what a run states in place of what is usual.
    public func stating(_ stated: StatedKernels) -> KernelSet {
        KernelSet(
            attention: stated.attention ?? attention, flash: flash, norms: stated.norms ?? norms,
            elementwise: stated.elementwise ?? elementwise, loss: stated.loss ?? loss)
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
