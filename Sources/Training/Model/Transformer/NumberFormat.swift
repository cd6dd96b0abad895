import Quantities

/// How a number is stored.
public enum NumberFormat: String, Hashable, Sendable, Codable, CaseIterable {
    /// 32-bit floating point.
    case fp32
    /// 16-bit, 8 bits of exponent.
    case bf16
    /// 16-bit, 5 bits of exponent.
    case fp16
    /// 8-bit floating point; scales are counted where a recipe has one a block.
    case fp8
    /// 4-bit floating point with a scale for each block.
    case fp4

    /// Storage of one number, without scales.
    public var size: Bytes {
        switch self {
        case .fp32: Bytes(4)
        case .bf16, .fp16: Bytes(2)
        case .fp8: Bytes(1)
        case .fp4: Bytes(0.5)
        }
    }
}

/// What the matrix engine multiplies.
public enum MatrixPrecision: Hashable, Sendable, Codable {
    /// 32-bit (on tensor cores: TF32).
    case fp32
    /// bfloat16.
    case bf16
    /// half precision.
    case fp16
    /// 8-bit with one way to scale.
    case fp8(EightBitRecipe)
    /// 4-bit with one way to scale.
    case fp4(FourBitRecipe)

    /// The key of an accelerator's `peak_by_precision` for it.
    public var peakName: String { format.rawValue }

    /// The format of the numbers multiplied.
    public var format: NumberFormat {
        switch self {
        case .fp32: .fp32
        case .bf16: .bf16
        case .fp16: .fp16
        case .fp8: .fp8
        case .fp4: .fp4
        }
    }
}

/// How 8-bit numbers are scaled.
public enum EightBitRecipe: String, Hashable, Sendable, Codable, CaseIterable {
    /// One scale a tensor from the largest values of earlier steps.
    case delayed
    /// One scale a tensor from its present largest value; `cs`, current scaling.
    case tensorwise
    /// One scale a row.
    case rowwise
    /// One scale for 128 numbers, weights for 128 × 128. Source: DeepSeek-AI 2024, arXiv:2412.19437.
    case blockwise
    /// One 8-bit scale for 32 numbers. Source: OCP Microscaling Formats 1.0.
    case microscaling
    /// Not stated by the source.
    case unstated
}

/// How 4-bit numbers are scaled.
public enum FourBitRecipe: String, Hashable, Sendable, Codable, CaseIterable {
    /// One fp8 scale for 16 numbers.
    case nvfp4
    /// One 8-bit scale for 32 numbers. Source: OCP Microscaling Formats 1.0.
    case microscaling
}
