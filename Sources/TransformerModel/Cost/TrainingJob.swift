import Training

/// A model to train with everything that decides its kernels but the layout and the machine.
public struct TrainingJob: Hashable, Sendable {
    /// The model.
    public var model: Transformer
    /// Formats of numbers.
    public var precision: TrainingPrecision
    /// Kernels that are not the usual ones.
    public var kernels: StatedKernels

    /// Makes a job.
    public init(
        model: Transformer, precision: TrainingPrecision = .bf16, kernels: StatedKernels = StatedKernels()
    ) {
        self.model = model
        self.precision = precision
        self.kernels = kernels
    }

    /// The kernels of a layout that keeps so much in shards.
    func kernels(on software: SoftwareGeneration, sharding: Sharding.Stage) -> KernelSet {
        KernelSet.usual(for: model, on: software, sharding: sharding).stating(kernels)
    }
}

/// Kernels that a run states; nil takes what is usual (``KernelSet/usual(for:on:sharding:)``).
public struct StatedKernels: Hashable, Sendable, Codable {
    /// How scores are computed.
    public var attention: AttentionKernel?
    /// Whether norms are one kernel each.
    public var norms: KernelSet.Fusion?
    /// Whether rotary embedding and activation are one kernel each.
    public var elementwise: KernelSet.Fusion?
    /// How bias, dropout and residual pass over memory.
    public var passes: KernelSet.Passes?
    /// How the loss keeps its logits.
    public var loss: KernelSet.Fusion?

    /// States some kernels, or none.
    public init(
        attention: AttentionKernel? = nil, norms: KernelSet.Fusion? = nil,
        elementwise: KernelSet.Fusion? = nil, passes: KernelSet.Passes? = nil, loss: KernelSet.Fusion? = nil
    ) {
        self.attention = attention
        self.norms = norms
        self.elementwise = elementwise
        self.passes = passes
        self.loss = loss
    }

    /// Reads an attention kernel, with `+rmsnorm` behind it where norms are one kernel each: `flash2+rmsnorm`.
    ///
    /// Nil for any other text.
    /// - Parameter name: as in tables of steps and `--attention-kernel`.
    public init?(named name: String) {
        let words = name.split(separator: "+", omittingEmptySubsequences: false).map(String.init)
        guard let first = words.first, let kernel = AttentionKernel(rawValue: first),
            words.dropFirst().allSatisfy({ $0 == Self.normWord }), words.count <= 2
        else { return nil }
        self.init(attention: kernel, norms: words.count == 2 ? .fused : nil)
    }

    private static let normWord = "rmsnorm"

    /// What ``init(named:)`` accepts, in words.
    public static let accepted =
        AttentionKernel.allCases.map(\.rawValue).joined(separator: ", ")
        + ", with +\(normWord) behind it for norms of one kernel"
}
