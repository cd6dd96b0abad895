/// A mixer that carries a state along the sequence instead of looking back at every token: linear attention or a
/// state-space model.
///
/// Its work grows with the length of the sequence, not with its square.
///
/// H heads each hold a state of N by P numbers (`keySize` by `valueSize`); keys and queries, the B and C of state-space
/// models, are made for G groups of heads. Training computes chunks of C tokens with matrix products and passes the
/// state from chunk to chunk.
public struct Recurrence: Hashable, Sendable, Codable {
    /// How the state changes from token to token.
    public enum Rule: String, Hashable, Sendable, Codable, CaseIterable {
        /// The delta rule with a gate (Gated DeltaNet): Yang et al. 2024, arXiv:2412.06464.
        case gatedDelta = "gated-delta"
        /// Linear attention with a fixed decay a head (Lightning Attention): Qin et al. 2024, arXiv:2401.04658.
        case lightning
        /// A state-space model with a scalar decay (Mamba-2): Dao and Gu 2024, arXiv:2405.21060.
        case mamba2 = "mamba-2"
        /// A selective state-space model (Mamba): Gu and Dao 2023, arXiv:2312.00752; with norms on step, B and C, as in
        /// Jamba (arXiv:2403.19887).
        case mamba1 = "mamba-1"

        /// Name for people.
        public var title: String {
            switch self {
            case .gatedDelta: "Gated DeltaNet"
            case .lightning: "Lightning Attention"
            case .mamba2: "Mamba-2"
            case .mamba1: "Mamba"
            }
        }
    }

    /// How the state changes.
    public var rule: Rule
    /// Heads of values, H, at least 1; for Mamba its channels, each a head of one value.
    public var heads: Int
    /// Heads of keys, G, a divisor of `heads`; 1 for Mamba.
    public var keyHeads: Int
    /// Width of a key, N, at least 1: the size of the state of state-space models.
    public var keySize: Int
    /// Width of a value, P, at least 1.
    public var valueSize: Int
    /// Taps of the convolution along the sequence; 0 without one.
    public var convolution: Int
    /// Tokens of a chunk, C, at least 1; without meaning for Mamba, whose scan has none.
    public var chunk: Int
    /// Width of the vector that steps are made from, of Mamba alone; 0 elsewhere.
    public var stepRank: Int

    /// Makes a recurrence.
    public init(
        rule: Rule, heads: Int, keyHeads: Int, keySize: Int, valueSize: Int, convolution: Int, chunk: Int,
        stepRank: Int = 0
    ) {
        self.rule = rule
        self.heads = heads
        self.keyHeads = keyHeads
        self.keySize = keySize
        self.valueSize = valueSize
        self.convolution = convolution
        self.chunk = chunk
        self.stepRank = stepRank
    }

    /// Width of all values, H·P.
    public var inner: Double { Double(heads) * Double(valueSize) }

    /// Width of all keys, G·N.
    public var keys: Double { Double(keyHeads) * Double(keySize) }

    /// Columns of the projection from the width of the model: values and their gate, keys and queries, and what steps
    /// and decays are made from.
    public var columns: Double {
        switch rule {
        case .gatedDelta: 2 * inner + 2 * keys + 2 * Double(heads)
        case .lightning: 2 * inner + 2 * keys
        case .mamba2: 2 * inner + 2 * keys + Double(heads)
        case .mamba1: 2 * inner
        }
    }

    /// Channels that the convolution passes over.
    public var channels: Double {
        switch rule {
        case .gatedDelta, .mamba2: inner + 2 * keys
        case .mamba1: inner
        case .lightning: 0
        }
    }

    /// Columns of the second projection, of Mamba: from its values to step, B and C.
    public var selection: Double { rule == .mamba1 ? Double(stepRank) + 2 * keys : 0 }

    /// Multiply-adds of its projections for a token of width d: in, out, and Mamba's two between.
    /// - Parameter width: d.
    /// - Returns: as many as there are weights.
    public func projectionWeights(width: Double) -> Double {
        width * columns + inner * width + inner * selection + Double(stepRank) * inner
    }

    /// Weights of the convolution, without its biases.
    public var convolutionWeights: Double { channels * Double(convolution) }

    /// Multiply-adds of the matrix products between and within chunks, for one token of all heads.
    ///
    /// | rule | H heads, G groups, chunks of C |
    /// | --- | --- |
    /// | Mamba-2 | G·C·N + H·C·P + 2·H·N·P: scores, their product with values, state in and state out (section 6) |
    /// | Lightning | H·(C·N + C·P + 2·N·P): the same with keys of each head (section 3.2) |
    /// | Gated DeltaNet | H·(3·C·N + 2·C·P + 3·N·P + C²/6): keys by keys, its triangular inverse and two products with that, scores, their product, and the state's three (sections 2 and 3 of arXiv:2412.06464; arXiv:2406.06484, section 3) |
    /// | Mamba | 0: a scan has no matrix products |
    public var chunkMultiplyAdds: Double {
        let (h, n, p, c) = (Double(heads), Double(keySize), Double(valueSize), Double(chunk))
        return switch rule {
        case .mamba2: keys * c + h * c * p + 2 * h * n * p
        case .lightning: h * (c * n + c * p + 2 * n * p)
        case .gatedDelta: h * (3 * c * n + 2 * c * p + 3 * n * p + c * c / 6)
        case .mamba1: 0
        }
    }

    /// Parameters of the mixer in a layer of width d, its norms left out.
    /// - Parameter width: d.
    /// - Returns: projections, convolution with its biases, and what heads have of their own: decay, bias of the step
    ///   and skip.
    public func parameters(width: Double) -> Double {
        let own: Double =
            switch rule {
            case .gatedDelta: 2 * Double(heads)
            case .lightning: 0
            case .mamba2: 3 * Double(heads) + channels
            // Decays of every number of the state, skip, bias of the step.
            case .mamba1: inner * Double(keySize) + 2 * inner + channels
            }
        return projectionWeights(width: width) + convolutionWeights + own
    }

    /// Parameters of the norms inside the mixer: on the output (of one head in Gated DeltaNet), in Jamba on step, B and C.
    public var normParameters: Double {
        switch rule {
        case .gatedDelta: Double(valueSize)
        case .lightning, .mamba2: inner
        case .mamba1: selection
        }
    }

    /// Whether some training software is known to split it over ranks.
    ///
    /// Megatron-Core 0.19.2 splits heads of Gated DeltaNet and Mamba-2 over tensor ranks, and over context ranks by an
    /// exchange of tokens for heads (`ssm/gated_delta_net`, `ssm/mamba_mixer.py`, `ssm/mamba_context_parallel.py`).
    public var isSplit: Bool { rule == .gatedDelta || rule == .mamba2 }
}
