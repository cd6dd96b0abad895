/// Kernels that a run states; nil takes the software's own (``SoftwareConduct/kernels``).
public struct StatedKernels: Hashable, Sendable, Codable {
    /// How scores are computed.
    public var attention: AttentionKernel?
    /// Whether norms are one kernel each.
    public var norms: KernelSet.Fusion?
    /// Whether rotary embedding and activation are one kernel each.
    public var elementwise: KernelSet.Fusion?
    /// How the loss keeps its logits.
    public var loss: KernelSet.LossKernel?

    /// States some kernels, or none.
    public init(
        attention: AttentionKernel? = nil, norms: KernelSet.Fusion? = nil,
        elementwise: KernelSet.Fusion? = nil, loss: KernelSet.LossKernel? = nil
    ) {
        self.attention = attention
        self.norms = norms
        self.elementwise = elementwise
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
