import Training

/// What Megatron-LM and what is built on it can run.
enum MegatronSupport {
    /// Why a layout cannot be run; empty when it can.
    static func reasons(_ request: LaunchRequest) -> [String] {
        var reasons = LaunchFramework.megatronLM.refusals(of: request)
        if orderArgument(request) == nil {
            reasons.append(
                "ranks can be ordered tensor, context, expert, data, pipeline, or with data outermost")
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
        if model.norms.perLayer != 2 {
            notes.append("Not carried over: \(model.norms.perLayer) norms in a layer; Megatron has two.")
        }
        if model.norms.embedding == .present {
            notes.append("Not carried over: the norm after the embedding.")
        }
        if model.norms.kind == .layerWithoutBias {
            notes.append("Not carried over: layer norms without a shift; they get one.")
        }
        if model.positions == .linearBias {
            notes.append("Not carried over: ALiBi; the model is written without positions.")
        }
        if !model.biases.isDisjoint(with: [.router, .head]) {
            notes.append("Not carried over: biases of router or logits.")
        }
        if model.attention.mask == .full { notes.append("Not carried over: attention without a mask.") }
        let known: [Biases] = [[], .queryKeyValue, .layer]
        if !known.contains(model.biases.intersection(.layer)) {
            notes.append("Not carried over: biases on some of a layer's matrices only; all get one.")
        }
        return notes
    }
}
