import Quantities

/// The format of every kind of number in training.
public struct TrainingPrecision: Hashable, Sendable, Codable {
    /// Name that the precision is reported under.
    public var name: String
    /// What matrix products multiply, logits and scores excepted, which stay at `activations`.
    public var matrix: MatrixPrecision
    /// Weights as kept between steps and used by the forward pass.
    public var weights: NumberFormat
    /// Activations kept for the backward pass.
    public var activations: NumberFormat
    /// Gradients as added up over microbatches.
    public var gradients: NumberFormat
    /// Full-precision copy of the weights that the optimizer updates; nil where the weights are that copy.
    public var masterWeights: NumberFormat?
    /// First and second moment of Adam.
    public var moments: NumberFormat
    /// Activations sent between ranks.
    public var activationTraffic: NumberFormat
    /// Gradients sent between replicas.
    public var gradientTraffic: NumberFormat
    /// Weights gathered from shards.
    public var weightTraffic: NumberFormat

    /// Makes a precision; what is left out is usual mixed precision: 16-bit weights, activations and traffic
    /// in the same format, gradients, master copy and moments in fp32.
    public init(
        name: String, matrix: MatrixPrecision, weights: NumberFormat = .bf16,
        activations: NumberFormat = .bf16, gradients: NumberFormat = .fp32,
        masterWeights: NumberFormat? = .fp32, moments: NumberFormat = .fp32,
        activationTraffic: NumberFormat = .bf16, gradientTraffic: NumberFormat = .fp32,
        weightTraffic: NumberFormat = .bf16
    ) {
        self.name = name
        self.matrix = matrix
        self.weights = weights
        self.activations = activations
        self.gradients = gradients
        self.masterWeights = masterWeights
        self.moments = moments
        self.activationTraffic = activationTraffic
        self.gradientTraffic = gradientTraffic
        self.weightTraffic = weightTraffic
    }

    /// Bytes that one parameter's weights, gradient, master copy and two moments take unsharded.
    ///
    /// Usual mixed precision: 2 + 4 + 4 + 8 = 18. Source: Rajbhandari et al. 2020, arXiv:1910.02054,
    /// section 3.1, with fp32 gradients as Megatron-LM adds them up.
    public var stateBytesPerParameter: Bytes {
        weights.size + gradients.size + (masterWeights?.size ?? .zero) + moments.size * 2
    }
}

extension TrainingPrecision {
    /// 32-bit throughout.
    public static let fp32 = TrainingPrecision(
        name: "fp32", matrix: .fp32, weights: .fp32, activations: .fp32, masterWeights: nil,
        activationTraffic: .fp32, weightTraffic: .fp32)

    /// bfloat16 matrix products, fp32 gradients and optimizer.
    public static let bf16 = TrainingPrecision(name: "bf16", matrix: .bf16)

    /// Half-precision matrix products and gradient traffic, fp32 gradients and optimizer.
    public static let fp16 = TrainingPrecision(
        name: "fp16", matrix: .fp16, weights: .fp16, activations: .fp16, activationTraffic: .fp16,
        gradientTraffic: .fp16, weightTraffic: .fp16)

    /// 8-bit matrix products on bf16 weights.
    /// - Parameter recipe: how numbers are scaled.
    /// - Returns: the precision, named `fp8-` and the recipe, or `fp8` where it is not stated.
    public static func fp8(_ recipe: EightBitRecipe) -> TrainingPrecision {
        TrainingPrecision(
            name: recipe == .unstated ? "fp8" : "fp8-\(recipe.rawValue)", matrix: .fp8(recipe))
    }

    /// 4-bit matrix products on bf16 weights.
    /// - Parameter recipe: how numbers are scaled.
    /// - Returns: the precision, named `nvfp4` or `mxfp4`.
    public static func fp4(_ recipe: FourBitRecipe) -> TrainingPrecision {
        TrainingPrecision(name: recipe == .nvfp4 ? "nvfp4" : "mxfp4", matrix: .fp4(recipe))
    }

    /// The usual precision with products of a format.
    public init(matrix: MatrixPrecision) {
        self =
            switch matrix {
            case .fp32: .fp32
            case .bf16: .bf16
            case .fp16: .fp16
            case .fp8(let recipe): .fp8(recipe)
            case .fp4(let recipe): .fp4(recipe)
            }
    }

    /// Every name that is read, with what it means; capitals, spaces, `_` and `-` make no difference.
    public static let aliases: [(name: String, precision: TrainingPrecision)] = [
        ("fp32", .fp32), ("float32", .fp32), ("tf32", .fp32),
        ("bf16", .bf16), ("bfloat16", .bf16), ("bf16-mixed", .bf16),
        ("fp16", .fp16), ("float16", .fp16), ("half", .fp16), ("fp16-mixed", .fp16),
        ("fp8", .fp8(.unstated)), ("fp8+bf16", .fp8(.unstated)), ("float8", .fp8(.unstated)),
        ("fp8-ds", .fp8(.delayed)), ("fp8-delayed", .fp8(.delayed)),
        ("fp8-cs", .fp8(.tensorwise)), ("fp8-tensorwise", .fp8(.tensorwise)),
        ("fp8-current-scaling", .fp8(.tensorwise)),
        ("fp8-rowwise", .fp8(.rowwise)),
        ("fp8-sc", .fp8(.blockwise)), ("fp8-blockwise", .fp8(.blockwise)),
        ("fp8-subchannel", .fp8(.blockwise)),
        ("mxfp8", .fp8(.microscaling)), ("fp8-mx", .fp8(.microscaling)),
        ("fp8-microscaling", .fp8(.microscaling)),
        ("fp4", .fp4(.nvfp4)), ("nvfp4", .fp4(.nvfp4)), ("mxfp4", .fp4(.microscaling)),
    ]

    /// Reads a name as it occurs in published tables.
    /// - Parameter name: one of ``aliases``.
    /// - Throws: ``TransformerError`` when the name is not known.
    public init(named name: String) throws(TransformerError) {
        let wanted = Self.key(name)
        guard let match = Self.aliases.first(where: { Self.key($0.name) == wanted }) else {
            throw .unknownPrecision(name: name, known: Self.aliases.map(\.name))
        }
        self = match.precision
    }

    private static func key(_ name: String) -> String {
        name.lowercased().filter { $0 != " " && $0 != "_" && $0 != "-" }
    }
}
