/// What a framework must be told of a model besides its shape, and no price depends on.
///
/// Left out, a framework takes its own: Megatron-LM rotates by a base of 10,000 where Llama 3 was trained with 500,000.
public struct ModelConstants: Hashable, Sendable, Codable {
    /// Base of the rotation's wavelengths, at least 1 (arXiv:2104.09864, section 3.3).
    public var rotaryBase: Double?
    /// Share of a head that is rotated, above 0 and at most 1.
    public var rotaryShare: Double?
    /// Added under the root of a norm, above 0.
    public var normEpsilon: Double?
    /// Function between the feed-forward part's matrices.
    public var activation: Activation?
    /// Factor on what the routed experts put out, above 0.
    public var expertScale: Double?
    /// Weight of the loss that keeps experts evenly used, at least 0.
    public var auxiliaryLoss: Double?

    /// Makes a set in which nothing is known that is not given.
    public init(
        rotaryBase: Double? = nil, rotaryShare: Double? = nil, normEpsilon: Double? = nil,
        activation: Activation? = nil, expertScale: Double? = nil, auxiliaryLoss: Double? = nil
    ) {
        self.rotaryBase = rotaryBase
        self.rotaryShare = rotaryShare
        self.normEpsilon = normEpsilon
        self.activation = activation
        self.expertScale = expertScale
        self.auxiliaryLoss = auxiliaryLoss
    }

    /// Itself, or nil where nothing is known.
    public var ifKnown: ModelConstants? { self == ModelConstants() ? nil : self }

    /// Functions between the feed-forward part's matrices; a gated part puts one on its gate.
    public enum Activation: String, Hashable, Sendable, Codable, CaseIterable {
        /// x times its logistic function.
        case silu
        /// x times the normal distribution.
        case gelu
        /// The positive part.
        case relu
        /// The positive part's square (arXiv:2109.08668).
        case squaredReLU = "squared-relu"
    }
}
