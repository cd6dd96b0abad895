import Quantities
import Training

extension TrainingJob {
    /// Model FLOP of one sequence: forward and backward, each once, whatever is recomputed.
    ///
    /// Three times the forward ones. Of frozen weights the backward pass has the gradients of inputs alone, hence with
    /// adapters of rank r twice the forward FLOP of products of weights, three times those of activations, and
    /// 3·2·r·(in + out) for each token and matrix.
    /// - Parameter counting: keys a query is counted with.
    /// - Returns: FLOP.
    public func modelFlop(counting: AttentionCounting) -> Flop {
        guard trained.rank != nil else { return model.modelFlop(counting: counting) }
        let forward = model.forwardFlop(counting: counting)
        let between = forward.attentionScores + forward.indexScores + forward.recurrentChunks
        return (forward.total - between) * 2 + between * 3 + adapterFlop
    }

    /// Hardware FLOP of one sequence: the model's, and what recomputation runs again; adapters are not counted there.
    /// - Parameters:
    ///   - counting: keys a query is counted with.
    ///   - recomputed: what runs twice.
    /// - Returns: FLOP.
    public func hardwareFlop(counting: AttentionCounting, recomputed: RecomputedWork) -> Flop {
        let all = model.hardwareFlop(counting: counting, recomputed: recomputed)
        guard trained.rank != nil else { return all }
        return modelFlop(counting: counting) + (all - model.modelFlop(counting: counting))
    }

    /// Weights of all adapters; 0 where all weights are trained.
    public var adapterParameters: Double {
        model.elementCounts.reduce(0) { sum, entry in
            let adapters = Adapters(self, entry.element)
            return sum + Double(entry.count)
                * (adapters.shared + Double(model.experts?.experts ?? 0) * adapters.expert)
        }
    }

    /// Forward and backward FLOP of the adapters for one sequence.
    private var adapterFlop: Flop {
        let tokens = Double(model.sequenceLength)
        var weights = 0.0
        for (element, count) in model.elementCounts {
            let adapters = Adapters(self, element)
            let experts = Double(model.experts?.topK ?? 0)
            weights += Double(count) * (adapters.shared + experts * adapters.expert)
        }
        return Flop(3 * 2 * tokens * weights)
    }

    /// The limits within which layouts of the job are searched: where the model is frozen, backward passes in one piece,
    /// as there are next to no gradients of weights that could be put off.
    public func suiting(_ limits: LayoutLimits) -> LayoutLimits {
        guard trained.rank != nil else { return limits }
        var limits = limits
        limits.schedules.removeAll { !$0.isBackwardWhole }
        return limits
    }
}

/// Weights of the adapters beside one element of a model's chain; none where all weights are trained.
struct Adapters {
    /// Beside matrices outside routed experts.
    var shared = 0.0
    /// Beside the matrices of one routed expert.
    var expert = 0.0
    /// Thin products' outputs that a token leaves, outside routed experts, and in one.
    var kept = 0.0
    var expertKept = 0.0

    /// Counts them: r·(in + out) for each matrix of in rows and out columns.
    init(_ job: TrainingJob, _ element: ChainElement) {
        guard let rank = job.trained.rank.map(Double.init) else { return }
        let model = job.model
        func add(_ matrices: [(Double, Double)]) {
            shared += matrices.reduce(0) { $0 + rank * ($1.0 + $1.1) }
            kept += rank * Double(matrices.count)
        }
        guard element.kind != .embedding, element.kind != .head else { return }
        let kind = element.kind == .multiToken ? model.lastLayer.kind : element.kind
        switch element.mixer {
        case .attention: add(UpdateFlop.attention(model))
        case .recurrent: add(UpdateFlop.recurrence(model))
        case .absent: break
        }
        if kind == .expert, let experts = model.experts {
            let matrices = UpdateFlop.block(model, experts.width)
            expert = matrices.reduce(0) { $0 + rank * ($1.0 + $1.1) }
            expertKept = rank * Double(matrices.count)
            if experts.sharedExperts > 0 {
                add(UpdateFlop.block(model, experts.sharedExperts * experts.sharedWidth))
            }
        } else if kind != .mixer {
            add(UpdateFlop.block(model, model.feedForward.width))
        }
        if element.kind == .multiToken { add([(2 * Double(model.width), Double(model.width))]) }
    }
}
