import Training

/// What Megatron-LM and what is built on it can run.
enum MegatronSupport {
    /// Why a layout cannot be run; empty when it can.
    static func reasons(_ request: LaunchRequest, for framework: LaunchFramework) -> [String] {
        var reasons = framework.refusals(of: request)
        if orderArgument(request) == nil {
            reasons.append(
                "ranks can be ordered tensor, context, expert, data, pipeline, or with data outermost")
        }
        return reasons + shapeReasons(request)
    }

    /// What it refuses of shapes and formats.
    private static func shapeReasons(_ request: LaunchRequest) -> [String] {
        let (layout, model) = (request.layout, request.model)
        var reasons: [String] = []
        if layout.context > 1, !model.sequenceLength.isMultiple(of: 2 * layout.context) {
            reasons.append(
                "sequence length \(model.sequenceLength) is not a multiple of twice the \(layout.context) "
                    + "context ranks")
        }
        return reasons
    }

    /// What it refuses of a model, whatever the layout.
    static func modelReasons(_ model: Transformer) -> [String] {
        var reasons: [String] = []
        if model.multiTokenDepth > 0, case .learned = model.positions {
            reasons.append("multi-token prediction needs rotary positions, or none")
        }
        reasons += ModelRefusals.windows(model) + MegatronMixers.reasons(model)
        if let experts = model.experts, model.hasExpertLayers, experts.groups > 1,
            !experts.experts.isMultiple(of: experts.groups)
        {
            reasons.append("\(experts.experts) experts do not split into \(experts.groups) groups")
        }
        return reasons
    }

    /// Arguments that set the order of ranks; nil where it cannot be had.
    static func orderArgument(_ request: LaunchRequest) -> [String]? {
        let layout = request.layout
        let extents: [LayoutDimension: Int] = [
            .tensor: max(layout.tensor, layout.expertTensor), .context: layout.context,
            .expert: layout.expert, .data: layout.data, .pipeline: layout.pipeline,
        ]
        // Dimensions of one rank may lie anywhere.
        let order = request.order.filter { (extents[$0] ?? 1) > 1 }
        func matches(_ wanted: [LayoutDimension]) -> Bool {
            order == wanted.filter { (extents[$0] ?? 1) > 1 }
        }
        if matches([.tensor, .context, .expert, .data, .pipeline]) { return [] }
        if matches([.tensor, .context, .expert, .pipeline, .data]) { return ["--use-tp-pp-dp-mapping"] }
        return nil
    }

    /// Traits of the model that no argument carries.
    static func notes(_ model: Transformer) -> [String] {
        var notes: [String] = []
        let norms = MegatronMixers.way(model) == .oneParts ? 1 : 2
        if model.norms.perLayer != norms {
            notes.append(
                "Not carried over: \(model.norms.perLayer) norms in a layer; one a part is there, \(norms).")
        }
        if model.norms.embedding == .present {
            notes.append("Not carried over: the norm after the embedding.")
        }
        if model.norms.kind == .layerWithoutBias {
            notes.append("Not carried over: layer norms without a shift; they get one.")
        }
        if model.attention.headNorm == .projections {
            notes.append("Not carried over: norms over all queries and keys; each head gets one of its own.")
        }
        if model.positions == .linearBias {
            notes.append("Not carried over: ALiBi; the model is written without positions.")
        }
        if !model.biases.isDisjoint(with: [.router, .head]) {
            notes.append("Not carried over: biases of router or logits.")
        }
        let constants = model.constants
        if model.positions == .rotary, constants?.rotaryBase == nil {
            notes.append("The base of the rotation is not known; its 10000 stands: --rotary-base.")
        }
        if constants?.normEpsilon == nil {
            notes.append(
                "What is added under the root of a norm is not known; its 1e-5 stands: --norm-epsilon.")
        }
        switch (model.feedForward.gating, constants?.activation) {
        case (.plain, .relu): notes.append("Not carried over: ReLU; it gets GELU.")
        case (.plain, .silu): notes.append("Not carried over: SiLU without a gate; it gets GELU.")
        case (.gated, let other?) where other != .silu:
            notes.append("Not carried over: a gate of \(other.rawValue); it gets SiLU.")
        default: break
        }
        if model.attention.mask == .full { notes.append("Not carried over: attention without a mask.") }
        let known: [Biases] = [[], .queryKeyValue, .layer]
        if !known.contains(model.biases.intersection(.layer)) {
            notes.append("Not carried over: biases on some of a layer's matrices only; all get one.")
        }
        return notes
    }
}
