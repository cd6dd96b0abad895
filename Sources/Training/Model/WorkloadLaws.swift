import Foundation

/// The laws that turn a width or an amount of compute into a training run; each one can be replaced.
public struct WorkloadLaws: Hashable, Sendable, Codable {
    /// Depth from the width.
    public var depth: DepthLaw
    /// Experts from the width.
    public var sparsity: SparsityLaw
    /// Batch from the compute.
    public var batch: BatchLaw
    /// Training tokens for each parameter, on total parameters: the run's data at a published width.
    public var tokensPerParameter: Double
    /// Feed-forward width over width.
    public var feedForwardRatio: Int
    /// Sequence length s in tokens.
    public var sequenceLength: Int
    /// Width given by the user instead of the law; nil follows the law.
    public var fixedWidth: Int?
    /// Depth given by the user instead of the law; nil follows the law.
    public var fixedLayers: Int?
    /// Most training tokens that there are; nil for no limit.
    ///
    /// A run that would need more takes the next width of the grid that does not.
    public var mostTokens: Double?

    /// The published laws (arXiv:2411.01137) unless replaced.
    public init(
        depth: DepthLaw = DepthLaw(), sparsity: SparsityLaw = .dense, batch: BatchLaw = .standard,
        tokensPerParameter: Double = 20, feedForwardRatio: Int = 4, sequenceLength: Int = 2048,
        fixedWidth: Int? = nil, fixedLayers: Int? = nil
    ) {
        self.depth = depth
        self.sparsity = sparsity
        self.batch = batch
        self.tokensPerParameter = tokensPerParameter
        self.feedForwardRatio = feedForwardRatio
        self.sequenceLength = sequenceLength
        self.fixedWidth = fixedWidth
        self.fixedLayers = fixedLayers
    }

    /// The shape that the laws give to a width.
    /// - Parameter width: model width d, at least 1.
    /// - Returns: the law shape.
    /// - Throws: ``WorkloadError`` when the width is below 1.
    public func shape(width: Int) throws(WorkloadError) -> LayerStack {
        guard width >= 1 else { throw .notPositive(name: "width", value: Double(width)) }
        let feedForwardWidth = feedForwardRatio * width
        return try LayerStack(
            width: width, feedForwardWidth: feedForwardWidth,
            layers: fixedLayers ?? depth.layers(width: width, feedForwardWidth: feedForwardWidth),
            experts: sparsity.experts(width: width, feedForwardWidth: feedForwardWidth))
    }

    /// Compute that the laws give to a shape: 6·P·D/E with D = tokensPerParameter·P.
    public func lawFlop(of shape: LayerStack) -> Double {
        6 * shape.parameters * (tokensPerParameter * shape.parameters) / Double(shape.experts)
    }

    /// Global batch in sequences for a shape and an amount of compute.
    public func batchSequences(flop: Double, shape: LayerStack) -> Int {
        batch.sequences(flop: flop, experts: shape.experts, sequenceLength: sequenceLength)
    }
}

/// One training run: a shape, a batch and the compute it is trained with.
public struct TrainingRun: Hashable, Sendable {
    /// The model.
    public let shape: LayerStack
    /// Sequences in the global batch.
    public let batchSequences: Int
    /// Tokens in a sequence.
    public let sequenceLength: Int
    /// Training compute C in FLOP.
    public let flop: Double

    /// Makes a run.
    public init(shape: LayerStack, batchSequences: Int, sequenceLength: Int, flop: Double) {
        self.shape = shape
        self.batchSequences = batchSequences
        self.sequenceLength = sequenceLength
        self.flop = flop
    }

    /// Tokens in the global batch, B = b·s.
    public var batchTokens: Int { batchSequences * sequenceLength }

    /// Training tokens D = C·E/(6·P): they absorb what the shape leaves of the compute.
    public var tokens: Double { flop / shape.flopPerToken }

    /// Optimizer steps D/B, a real number.
    public var steps: Double { tokens / Double(batchTokens) }
}
