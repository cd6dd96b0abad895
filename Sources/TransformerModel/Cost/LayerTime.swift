import Training

/// Seconds of one layer for one microbatch on one rank, each direction once and nothing hidden.
struct LayerTime: Sendable {
    /// Kernels.
    var kernels = PassTime()
    /// Seconds of each module's kernels within `kernels.forward`, without those that are no module of the layer.
    var modules = ByModule()
    /// Tensor traffic of one direction.
    var tensor = 0.0
    /// Expert traffic of one direction.
    var expert = 0.0
    /// Context traffic of one direction.
    var context = 0.0

    /// What the forward pass of modules takes a second time.
    func again(_ modules: RecomputedModules) -> ForwardAgain {
        if modules.contains(.everySecondProduct) {
            return ForwardAgain(
                kernels: 0.5 * (kernels.forward - self.modules[.coreAttention]), host: .infinity)
        }
        var again = ForwardAgain(kernels: self.modules.sum(of: modules))
        again.host = Self.replay * Double(self.modules.count(of: modules))
        // Half of the tensor traffic of a layer is that of attention.
        if modules.contains(.experts), self.modules[.experts] > 0 { (again.expert, again.tensor) = (1, 0.5) }
        if modules.contains(.feedForward), self.modules[.feedForward] > 0 { again.tensor = 0.5 }
        return again
    }

    /// Seconds in which the host replays a module of a layer.
    ///
    /// Moonlight 16B on 8 H100, bound by its host: 0.35 to 0.9 ms for each of core_attn, moe_act, mla_up_proj and
    /// layernorm (NVIDIA-NeMo/Megatron-Bridge at 067f987, skills/nemo-mbridge-perf-activation-recompute).
    static let replay = 0.0006

    /// What the whole forward pass takes a second time.
    var allAgain: ForwardAgain {
        ForwardAgain(
            kernels: kernels.forward, host: .infinity, tensor: 1, expert: 1, context: 1)
    }
}

/// What of a layer's forward pass runs a second time on the way back.
struct ForwardAgain: Sendable {
    /// Seconds of kernels, and of the host beside launching them.
    var kernels = 0.0
    var host = 0.0
    /// Shares of the traffic of one direction.
    var tensor = 0.0
    var expert = 0.0
    var context = 0.0
}

/// Prices layers.
final class LayerPricer: Sendable {
    let job: TrainingJob
    let kernels: KernelSet
    let rates: MachineRates
    let constants: StepConstants
    let attention: AttentionCore
    let collective: Collective

    init(job: TrainingJob, rates: MachineRates, constants: StepConstants) {
        self.job = job
        let kernels = job.kernelSet
        self.kernels = kernels
        self.rates = rates
        self.constants = constants
        attention = AttentionCore(
            rates: rates, constants: constants, kernels: kernels,
            exposedTraffic: job.conduct.exposedTraffic)
        collective = Collective(rates: rates, constants: constants)
    }

    /// Bytes that element-wise passes move over the least they need.
    var passFactor: Double { job.conduct.passFactor }

    /// Time of one numbered layer.
    /// - Parameters:
    ///   - element: dense or expert, with its window.
    ///   - key: the block's part of the layout.
    ///   - spreads: where tensor, expert and context ranks lie.
    /// - Returns: seconds.
    func time(of element: ChainElement, _ key: BlockKey, _ spreads: BlockSpreads) -> LayerTime {
        let shape = BlockShape(job.model, key)
        let matrix = matrix(key)
        var layer = timeBesideExperts(of: element, key, shape, matrix, spreads)
        if element.kind == .expert, let experts = job.model.experts {
            let kernels = expertKernels(shape, experts, key, matrix)
            layer.kernels += kernels
            layer.modules[.experts] = kernels.forward
            layer.modules[.sharedExperts] = sharedExperts(shape, experts, matrix).forward
            let split = Double(key.expertTensor)
            let rows = job.routedRows(shape, experts) * split
            layer.modules[.expertActivation] = activation(rows * Double(experts.width) / split).forward
            layer.modules[.norms] += normSeconds(shape).forward
            layer.expert = expertTraffic(shape, experts, key, spreads)
        }
        return layer
    }

    /// Time of one numbered layer, without its routed and shared experts where it has any.
    /// - Parameters:
    ///   - element: dense or expert, with its window.
    ///   - key: the block's part of the layout; of an expert layer the expert degrees do not matter.
    ///   - shape: of the key.
    ///   - matrix: of the key.
    ///   - spreads: where tensor and context ranks lie.
    /// - Returns: seconds.
    func timeBesideExperts(
        of element: ChainElement, _ key: BlockKey, _ shape: BlockShape, _ matrix: MatrixKernel,
        _ spreads: BlockSpreads
    ) -> LayerTime {
        var layer = LayerTime()
        switch element.mixer {
        case .attention:
            layer.kernels = projections(shape, matrix) + elementwise(shape, parts: element.parts)
            addAttention(element, shape, matrix, to: &layer)
            layer.context = contextTraffic(shape, key, spreads.context)
        case .recurrent:
            layer.kernels = elementwise(shape, parts: element.parts, isRotated: false)
            if let recurrence = job.model.recurrence {
                layer.kernels += recurrent(recurrence, shape, matrix)
                layer.context = recurrentContext(recurrence, shape, key, spreads.context)
            }
        case .absent: layer.kernels = elementwise(shape, parts: element.parts, isRotated: false)
        }
        if element.kind == .dense || element.kind == .expert && job.model.experts == nil {
            let kernels =
                feedForward(shape, width: shape.feedForward, matrix)
                + activation(shape.tokens * shape.feedForward)
            layer.kernels += kernels
            layer.modules[.feedForward] = kernels.forward
            layer.kernels += PassTime(forward: constants.launch, backward: constants.launch)
        }
        layer.tensor = Double(element.parts) * tensorSum(shape, spreads.tensor)
        return layer
    }

    /// Adds what attention does besides its projections.
    private func addAttention(
        _ element: ChainElement, _ shape: BlockShape, _ matrix: MatrixKernel, to layer: inout LayerTime
    ) {
        let model = job.model
        let keys = model.attendedKeys(window: element.window, counting: .causal)
        if model.attention.form.isLatent {
            layer.modules[.norms] = normSeconds(shape).forward
            layer.modules[.latentUp] = latentUp(shape, matrix).forward + rotarySeconds(shape).forward
        }
        let core = shape.core(of: model)
        layer.kernels += attention.time(core, keys: keys)
        layer.modules[.coreAttention] = attention.recomputed(core, keys: keys)
        if let indexer = model.attention.indexer {
            layer.kernels += index(indexer, shape, matrix, keys: keys)
        }
        if model.attention.outputGate == .present {
            // Output and gate read, their product written; backward twice that but for one.
            let elements = shape.tokens * shape.heads * shape.valueSize * passFactor / rates.memory
            layer.kernels += PassTime(
                forward: 6 * elements + constants.launch, backward: 10 * elements + constants.launch)
        }
    }

    /// Products of a block, whose layout decides how wide gradients are.
    func matrix(_ key: BlockKey) -> MatrixKernel {
        MatrixKernel(
            rates: rates, constants: constants, exposedTraffic: job.conduct.exposedTraffic,
            gradientBytes: Double(key.gradientBytes), adapterRank: job.trained.rank.map(Double.init))
    }

    /// Seconds in which tensor ranks add up hidden states: two passes, each of which waits for every domain.
    func tensorSum(_ shape: BlockShape, _ spread: CommunicatorSpread) -> Double {
        let sum = collective.allReduce(bytes: 2 * shape.tokens * shape.width, spread: spread)
        let domains = Double(spread.members) / Double(spread.inside[0])
        return domains > 1 ? sum + 2 * job.conduct.tensorWait * domains : sum
    }

    /// Queries, keys, values and output.
    private func projections(_ shape: BlockShape, _ matrix: MatrixKernel) -> PassTime {
        let tokens = shape.tokens
        func product(_ rows: Double, _ columns: Double, _ inner: Double) -> PassTime {
            matrix.time(rows: rows, columns: columns, inner: inner, kind: rates.weights)
        }
        var time = product(tokens, shape.width, shape.heads * shape.valueSize)
        switch job.model.attention.form {
        case .grouped(let form):
            let gates = job.model.attention.outputGate == .present ? shape.heads : 0
            let columns = (shape.heads + 2 * shape.keyHeads + gates) * Double(form.headSize)
            time += product(tokens, columns, shape.width)
        case .latent(let form):
            let keyRank = Double(form.keyValueRank)
            let columns = form.queryRank.map(Double.init) ?? shape.heads * shape.scoreSize
            time += product(tokens, columns, shape.width)
            time += product(tokens, keyRank + Double(form.rotaryHeadSize), shape.width)
            time += latentUp(shape, matrix)
        }
        return time
    }

    /// Products of latent attention from its ranks up to heads.
    private func latentUp(_ shape: BlockShape, _ matrix: MatrixKernel) -> PassTime {
        guard case .latent(let form) = job.model.attention.form else { return PassTime() }
        func product(_ columns: Double, _ inner: Double) -> PassTime {
            matrix.time(rows: shape.tokens, columns: columns, inner: inner, kind: rates.weights)
        }
        let time = product(
            shape.heads * Double(form.plainHeadSize + form.valueHeadSize), Double(form.keyValueRank))
        return form.queryRank.map { time + product(shape.heads * shape.scoreSize, Double($0)) } ?? time
    }

    /// Norms, residuals, dropout and rotary embedding: passes over memory.
    private func elementwise(_ shape: BlockShape, parts: Int, isRotated: Bool = true) -> PassTime {
        let share = 0.5 * Double(parts)
        let residuals = 12 * share * shape.tokens * shape.width / shape.sequence * passFactor / rates.memory
        let launches: (forward: Double, backward: Double) = hasEagerNorms ? (26, 37) : (12, 16)
        var time = PassTime(
            forward: residuals + share * launches.forward * constants.launch,
            backward: residuals + share * launches.backward * constants.launch)
        // A norm before each part.
        for _ in 0..<parts { time += normSeconds(shape) }
        if isRotated { time += rotarySeconds(shape) }
        return time
    }

    private var hasEagerNorms: Bool {
        job.model.norms.kind == .rootMeanSquare && kernels.norms == .eager
    }

    /// One norm, launches left out.
    private func normSeconds(_ shape: BlockShape) -> PassTime {
        let elements = shape.tokens * shape.width / shape.sequence
        let rate = passFactor / rates.memory
        let bytes = hasEagerNorms ? constants.eagerNormBytes : 4
        return PassTime(
            forward: elements * bytes * rate,
            backward: elements * (hasEagerNorms ? 2 * constants.eagerNormBytes : 6) * rate)
    }

    /// Rotary embedding of queries and keys, launches left out.
    private func rotarySeconds(_ shape: BlockShape) -> PassTime {
        guard job.model.positions == .rotary else { return PassTime() }
        let form = job.model.attention.form
        let bytes = kernels.elementwise == .eager ? 18.0 : 8.0
        let rotary = bytes * shape.tokens * Double(form.heads + form.keyValueHeads) * headSize / shape.tensor
        let rate = passFactor / rates.memory
        return PassTime(forward: rotary * rate, backward: 1.25 * rotary * rate)
    }

    /// Size of a head as the width divides, which is what rotary embedding turns.
    private var headSize: Double {
        switch job.model.attention.form {
        case .grouped(let form): Double(form.headSize)
        case .latent(let form): Double(form.rotaryHeadSize)
        }
    }

    private func feedForward(_ shape: BlockShape, width: Double, _ matrix: MatrixKernel) -> PassTime {
        matrix.time(
            rows: shape.tokens, columns: shape.gates * width, inner: shape.width, kind: rates.weights)
            + matrix.time(rows: shape.tokens, columns: shape.width, inner: width, kind: rates.weights)
    }

    private func activation(_ elements: Double) -> PassTime {
        let isGated = job.model.feedForward.gating == .gated
        let eager = kernels.elementwise == .eager && isGated ? 4.0 : 0
        let gates = Double(job.model.feedForward.gating.matrices - 1)
        let time = (2 * gates + 2 + eager) * elements * passFactor / rates.memory
        return PassTime(forward: time, backward: 1.5 * time)
    }

    /// Routed and shared experts.
    func expertKernels(
        _ shape: BlockShape, _ experts: ExpertLayers, _ key: BlockKey, _ matrix: MatrixKernel
    ) -> PassTime {
        let split = Double(key.expertTensor)
        let rows = job.routedRows(shape, experts) * split
        let local = max(Double(experts.experts) / Double(key.expert), 1)
        let width = Double(experts.width) / split
        var time = PassTime()
        for (columns, inner) in [(shape.gates * width, shape.width), (shape.width, width)] {
            let one = matrix.time(
                rows: rows / local, columns: columns, inner: inner, kind: rates.weights,
                scale: job.conduct.groupedEfficiency)
            // One grouped kernel: one launch for all experts.
            time += PassTime(
                forward: one.forward * local - (local - 1) * constants.launch,
                backward: one.backward * local - 2 * (local - 1) * constants.launch)
        }
        time += activation(rows * width)
        let routing = rows * shape.width * job.conduct.routingBytes / rates.memory
        time += PassTime(forward: routing, backward: routing)
        return time + sharedExperts(shape, experts, matrix)
    }

    private func sharedExperts(
        _ shape: BlockShape, _ experts: ExpertLayers, _ matrix: MatrixKernel
    ) -> PassTime {
        guard experts.sharedExperts > 0 else { return PassTime() }
        let width = Double(experts.sharedExperts * experts.sharedWidth) / shape.tensor
        return feedForward(shape, width: width, matrix)
    }

    /// Seconds in which one direction exchanges tokens with their experts.
    func expertTraffic(
        _ shape: BlockShape, _ experts: ExpertLayers, _ key: BlockKey, _ spreads: BlockSpreads
    ) -> Double {
        let conduct = job.conduct
        let tokens = shape.tokens / shape.tensor * job.load(of: experts)
        // There and back, each direction of the layer.
        let narrow = conduct.dispatch == .products ? min(2, max(1, rates.weights.bytes) * (1 + 4 / 128.0)) : 2
        let exchange = collective.exchange(
            tokens: tokens, bytes: (narrow + 2) / 2 * shape.width,
            copies: TokenCopies(experts, isOnceADomain: conduct.expertTransport != .allToAll),
            spread: spreads.expert)
        // Expert-tensor ranks gather their tokens and scatter the sums.
        let rows = job.routedRows(shape, experts) * Double(key.expertTensor)
        let gather = collective.pass(bytes: 2 * rows * shape.width, spread: spreads.expertTensor)
        return 2 * exchange + 2 * gather
    }

    /// Keys and values round the ring or gathered, or heads exchanged for tokens.
    private func contextTraffic(
        _ shape: BlockShape, _ key: BlockKey, _ spread: CommunicatorSpread
    ) -> Double {
        guard key.context > 1 else { return 0 }
        let ranks = Double(key.context)
        let link = collective.slowestLink(spread)
        let wait = collective.roundExcess(spread)
        if job.model.attention.indexer != nil, case .latent(let form) = job.model.attention.form {
            // Latent vectors, from which heads take their keys and values, and the indexer's keys.
            let latent = Double(form.keyValueRank + form.rotaryHeadSize)
            let index = Double(job.model.attention.indexer?.headSize ?? 0)
            return (ranks - 1) * 2 * shape.tokens * (latent + index) / link + (ranks - 1) * wait
        }
        switch key.contextMethod {
        case .ring, .allGather:
            let bytes = 2 * shape.tokens * shape.keyHeads * (shape.scoreSize + shape.valueSize)
            return (ranks - 1) * bytes / link + (ranks - 1) * wait
        case .allToAll:
            let sizes =
                shape.heads * (shape.scoreSize + shape.valueSize)
                + shape.keyHeads * (shape.scoreSize + shape.valueSize)
            return (ranks - 1) / ranks * 2 * shape.tokens * sizes / link + wait
        }
    }
}

/// Where the ranks lie that exchange something within a layer.
public struct BlockSpreads: Hashable, Sendable {
    /// Tensor ranks.
    public var tensor: CommunicatorSpread
    /// Context ranks.
    public var context: CommunicatorSpread
    /// Expert ranks.
    public var expert: CommunicatorSpread
    /// Expert-tensor ranks.
    public var expertTensor: CommunicatorSpread

    /// Looks them up.
    public init(_ layout: TrainingLayout, placement: LayoutPlacement) {
        tensor = placement.spread(of: .tensor, in: layout)
        context = placement.spread(of: .context, in: layout)
        expert = placement.spread(of: .expert, in: layout)
        expertTensor = placement.spread(of: .expertTensor, in: layout)
    }
}
