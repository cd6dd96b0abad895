import Training

/// Seconds that a stage spends on one microbatch, split by what they are spent on.
struct StageSeconds: Hashable, Sendable {
    var layers = 0.0
    var ends = 0.0
    var tensor = 0.0
    var expert = 0.0
    var context = 0.0
    var pipeline = 0.0

    var total: Double { layers + ends + tensor + expert + context + pipeline }

    static func + (left: StageSeconds, right: StageSeconds) -> StageSeconds {
        StageSeconds(
            layers: left.layers + right.layers, ends: left.ends + right.ends,
            tensor: left.tensor + right.tensor, expert: left.expert + right.expert,
            context: left.context + right.context, pipeline: left.pipeline + right.pipeline)
    }

    static func * (left: StageSeconds, factor: Double) -> StageSeconds {
        StageSeconds(
            layers: left.layers * factor, ends: left.ends * factor, tensor: left.tensor * factor,
            expert: left.expert * factor, context: left.context * factor, pipeline: left.pipeline * factor)
    }
}

/// What everything in a stage takes for one microbatch on one rank, tabulated for layouts of one block.
public struct BlockCosts: Sendable {
    /// A numbered layer, forward and backward, for each distinct element.
    struct Layer: Sendable {
        /// Nothing recomputed.
        var kept: StageSeconds
        /// Everything recomputed.
        var full: StageSeconds
        /// Each direction once, for modules that are recomputed.
        var time: LayerTime
        var element: ChainElement
    }

    let key: BlockKey
    let layers: [Layer]
    /// Embedding on the first stage.
    let embedding: StageSeconds
    /// Logits, loss and multi-token depths on the last stage.
    let head: StageSeconds
    /// Weights by element.
    let parameters: ParameterTable
    /// Activations by element.
    let activations: ActivationTable
}

extension LayerPricer {
    /// Tabulates a block.
    func costs(_ key: BlockKey, _ spreads: BlockSpreads, elements: [ChainElement]) -> BlockCosts {
        let layers = elements.map { layer($0, key, spreads) }
        let (embedding, plainHead, depth) = ends(key, spreads)
        var head = plainHead
        if job.model.multiTokenDepth > 0, let last = elements.firstIndex(of: job.model.lastLayer) {
            // Each depth: a projection of two widths to one, a layer of the last one's kind and logits.
            var one = layers[last].kept
            one.ends = depth
            head = head + one * Double(job.model.multiTokenDepth)
        }
        return BlockCosts(
            key: key, layers: layers, embedding: embedding, head: head,
            parameters: ParameterTable(job: job, key: key, elements: elements),
            activations: ActivationTable(job: job, kernels: kernels, key: key, elements: elements))
    }

    /// What comes before and after the numbered layers.
    /// - Returns: the embedding; the head without multi-token depths; seconds of a multi-token depth beside its
    ///   layer.
    func ends(
        _ key: BlockKey, _ spreads: BlockSpreads
    ) -> (embedding: StageSeconds, head: StageSeconds, depth: Double) {
        let shape = BlockShape(job.model, key)
        let matrix = matrix(key)
        let exposed = tensorSum(shape, spreads.tensor) * job.conduct.tensorExposed
        var embedding = StageSeconds()
        embedding.ends = 8 * shape.tokens * shape.width * passFactor / rates.memory
        embedding.tensor = exposed
        var head = StageSeconds()
        let columns = Double(job.model.vocabulary) / shape.tensor
        let logits = matrix.time(
            rows: shape.tokens, columns: columns, inner: shape.width, kind: rates.activations,
            hasAdapter: false)
        let loss = shape.tokens * columns * 16 / rates.memory
        head.ends = logits.forward + logits.backward + loss + 10 * constants.launch
        head.tensor = exposed
        let projection = matrix.time(
            rows: shape.tokens / shape.sequence, columns: shape.width, inner: 2 * shape.width,
            kind: rates.weights)
        return (embedding, head, head.ends + projection.forward + projection.backward)
    }

    /// Seconds in which the host launches a layer; a part that is absent takes it half as long as a layer without experts
    /// less.
    func hostSeconds(_ element: ChainElement) -> Double {
        let part = 0.5 * job.conduct.hostDense
        guard element.kind == .expert else { return element.parts == 2 ? job.conduct.hostDense : part }
        let hasGraphs = rates.architecture.map(job.conduct.graphsOn.contains) ?? false
        let experts = hasGraphs ? job.conduct.hostGraphs : job.conduct.hostExperts
        return element.parts == 2 ? experts : max(0.5 * experts, experts - part)
    }

    private func layer(
        _ element: ChainElement, _ key: BlockKey, _ spreads: BlockSpreads
    ) -> BlockCosts.Layer {
        let time = time(of: element, key, spreads)
        return BlockCosts.Layer(
            kept: seconds(time, element), full: seconds(time, element, again: time.allAgain),
            time: time, element: element)
    }

    /// Seconds of a numbered layer forward and backward, exposed parts only.
    /// - Parameters:
    ///   - time: of the layer, each direction once.
    ///   - element: the layer.
    ///   - again: what of the forward pass runs a second time.
    /// - Returns: seconds by part.
    func seconds(
        _ time: LayerTime, _ element: ChainElement, again: ForwardAgain = ForwardAgain()
    ) -> StageSeconds {
        let conduct = job.conduct
        let host = hostSeconds(element)
        // What is replayed goes on beside nothing.
        let isBeside = conduct.expertOverlap == .present && again.expert == 0
        let exposed = isBeside ? conduct.expertExposed : max(1, conduct.expertExposed)
        // Kernels share the device with those that send tokens.
        let sending = time.expert > 0 ? conduct.exchangeMultiprocessors : 0
        let share = max(0.1, 1 - sending / max(1, rates.multiprocessors))
        let kernelSeconds = (time.kernels.forward + time.kernels.backward + again.kernels) / share
        // The host issues kernels ahead of the device: whichever is later counts. No replay takes it longer than that of
        // the whole layer.
        let kernels = Double.smoothMaximum(
            kernelSeconds, host + min(0.35 * host, again.host))
        return StageSeconds(
            layers: kernels,
            tensor: time.tensor * conduct.tensorExposed * (1 + again.tensor + conduct.tensorBackward),
            expert: time.expert * exposed * (2 + again.expert),
            context: time.context * conduct.contextExposed * (3 + again.context))
    }
}
