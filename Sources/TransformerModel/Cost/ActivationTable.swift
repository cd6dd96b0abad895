import Training

/// Bytes that one microbatch leaves on a rank for the backward pass, by element and recomputation.
///
/// Per layer, T tokens of width d, b bytes of a product's operand kept (2, or 1 in fp8 and fp4):
///
///     T·d/sp·(4 + 2b + 2·dropout) + queries, keys, values and output + scores + feed-forward
///
/// Source: Korthikanti et al. 2022, arXiv:2205.05198, equation 2, taken apart by tensor and extended to
/// gated and expert layers, latent attention and flash kernels; own.
struct ActivationTable: Sendable {
    struct Layer: Sendable {
        /// Nothing recomputed.
        var kept: Double
        /// Everything but the layer's input recomputed.
        var full: Double
        /// What is not kept where a module is recomputed.
        var saved: ByModule

        /// Some modules recomputed.
        func kept(without modules: RecomputedModules) -> Double { kept - saved.sum(of: modules) }
    }

    let layers: [Layer]
    /// Logits on the rank, elements.
    let logits: Double
    /// Elements of the hidden state on a rank, T·d.
    let hidden: Double
    /// Elements of routed tokens on a rank; 0 without experts.
    let routed: Double

    init(job: TrainingJob, kernels: KernelSet, key: BlockKey, elements: [ChainElement]) {
        let shape = BlockShape(job.model, key)
        layers = elements.map { Self.layer($0, job: job, kernels: kernels, key: key, shape: shape) }
        logits = shape.tokens * Double(job.model.vocabulary) / shape.tensor
        hidden = shape.tokens * shape.width
        routed = job.model.experts.map { job.routedRows(shape, $0) * shape.width } ?? 0
    }

    private static func layer(
        _ element: ChainElement, job: TrainingJob, kernels: KernelSet, key: BlockKey, shape: BlockShape
    ) -> Layer {
        let model = job.model
        let operand: Double =
            switch job.precision.matrix {
            case .fp8, .fp4: 1
            default: 2
            }
        // Dropout belongs to the models with learned positions or linear biases that were trained with it.
        let dropout: Double = model.norms.kind == .layer ? 1 : 0
        let between = shape.tokens * shape.width / shape.sequence
        let share = 0.5 * Double(element.parts)
        var kept = share * between * (4 + 2 * operand + 2 * dropout)
        if model.norms.kind == .rootMeanSquare, kernels.norms == .eager {
            kept += share * between * MemoryConstants.fitted.eagerNormBytes
        }
        var saved = ByModule()
        let isEager = kernels.elementwise == .eager
        let normOutput = between * operand
        let full = 2 * between
        var checkpoint = full
        var scores = 0.0
        switch element.mixer {
        case .attention:
            kept += attentionBytes(model, shape)
            let scoreBytes: Double = kernels.attention == .unfused ? 7 : 4 + dropout
            scores =
                kernels.attention.isFlash
                ? 4 * shape.tokens * shape.heads
                : shape.tokens * shape.sequenceLength * shape.heads * scoreBytes
            if model.attention.form.isLatent {
                saved[.norms] += normOutput
                saved[.latentUp] = 2 * shape.tokens * latentHeads(shape)
            }
            checkpoint += 2 * shape.tokens * shape.heads * shape.valueSize
            checkpoint += shape.tokens * (shape.heads + 2 * shape.keyHeads) * shape.scoreSize
        case .recurrent:
            if let recurrence = model.recurrence {
                let tokens = shape.tokens / shape.tensor
                kept += tokens * RecurrentCore.keptBytes(recurrence)
                checkpoint += tokens * (2 * recurrence.inner + recurrence.columns)
            }
        case .absent: break
        }
        if element.kind == .expert, let experts = model.experts {
            let rows = job.routedRows(shape, experts) * Double(key.expertTensor)
            let width = Double(experts.width) / Double(key.expertTensor)
            let output: Double = job.conduct.expertOutputs == .kept ? 2 : 0
            let routed =
                rows * ((operand + output) * shape.width + width * (2 * shape.gates + operand))
            let shared =
                shape.tokens / shape.tensor * Double(experts.sharedExperts * experts.sharedWidth)
                * (2 * shape.gates + operand)
            kept += routed + shared
            saved[.norms] += normOutput
            saved[.expertActivation] = rows * width * operand
            saved[.experts] = routed + shared
            saved[.sharedExperts] = shared
            checkpoint += rows * shape.gates * width
        } else if element.kind != .mixer {
            saved[.feedForward] = shape.tokens * shape.feedForward * (2 * shape.gates + operand)
            kept += saved[.feedForward]
            if isEager {
                let queries = element.mixer == .attention ? shape.heads * shape.scoreSize : 0
                kept +=
                    MemoryConstants.fitted.eagerActivationBytes * shape.tokens
                    * (shape.feedForward + queries)
            }
            checkpoint += shape.tokens * shape.gates * shape.feedForward
        }
        // What adapters have between their two products; the large products' inputs are kept as if their weights were
        // trained, for the adapters read them.
        let adapters = Adapters(job, element)
        kept += 2 * shape.tokens * adapters.kept
        if element.kind == .expert, let experts = job.model.experts {
            kept += 2 * job.routedRows(shape, experts) * Double(key.expertTensor) * adapters.expertKept
        }
        kept += scores
        saved[.coreAttention] = scores
        saved[.everySecondProduct] = max(0, kept - checkpoint)
        return Layer(kept: kept, full: full, saved: saved)
    }

    /// Queries, keys, values and the output, its gate with the product, and what latent attention keeps between its two
    /// products; with an indexer its queries, key and weights, and the places of chosen keys in 32 bits.
    private static func attentionBytes(_ model: Transformer, _ shape: BlockShape) -> Double {
        let output = shape.heads * shape.valueSize
        switch model.attention.form {
        case .grouped(let form):
            let keys = 2 * shape.keyHeads * Double(form.headSize)
            let gates = model.attention.outputGate == .present ? 2 * output : 0
            return 2 * shape.tokens * (shape.heads * shape.scoreSize + keys + output + gates)
        case .latent(let form):
            let ranks = Double((form.queryRank ?? 0) + form.keyValueRank + form.rotaryHeadSize)
            if let indexer = model.attention.indexer {
                let core = shape.core(of: model)
                let heads = shape.heads * (shape.scoreSize + core.scoreSize + core.valueSize)
                let index = Double(indexer.heads * indexer.headSize + indexer.headSize + indexer.heads)
                let places = 4 * min(Double(indexer.topK), shape.sequenceLength)
                return shape.tokens * (2 * (heads + output + ranks + index) + places)
            }
            return 2 * shape.tokens * (latentHeads(shape) + output + ranks)
        }
    }

    /// Elements a token of queries, keys and values.
    private static func latentHeads(_ shape: BlockShape) -> Double {
        shape.heads * (2 * shape.scoreSize + shape.valueSize)
    }
}

/// Numbers of the memory model that are not arithmetic of the shape: visible and to be changed.
public struct MemoryConstants: Hashable, Sendable {
    /// Bytes of a logit at the fullest: 16-bit logits, an fp32 copy whose gradient is made in place.
    public var logitBytes = 6.0
    /// Share that the allocator adds to what is allocated.
    public var fragmentation = 0.0
    /// Bytes per element that an RMS norm made of single operations keeps.
    public var eagerNormBytes = 16.0
    /// Bytes per element that activation functions and rotary embedding of single operations keep.
    public var eagerActivationBytes = 4.0
    /// Layers whose activations full recomputation holds while it runs backward.
    public var workingLayers = 2.0

    /// Chosen over both tables of plans that ran and plans that ran out of memory.
    public static let fitted = MemoryConstants()

    /// Makes the published choice, to be changed.
    public init() {}
}
