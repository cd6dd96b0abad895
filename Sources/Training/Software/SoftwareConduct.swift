/// What a training software does with a layout, as far as it decides the price: its kernels, the formats on its
/// wires, what runs beside what, and the time of its host.
///
/// Each number is labelled in the software's file as fitted or assumed. Which terms they enter:
/// `docs/transformer-model.md`; how they were fitted: `docs/transformer-accuracy.md`.
public struct SoftwareConduct: Hashable, Sendable, Codable {
    /// Kernels where a run states none.
    public var kernels = KernelSet()
    /// What is recomputed where recomputation is selective and no modules are named.
    public var selective = RecomputedModules.coreAttention
    /// Format in which gradients are added up over replicas, unless training is in fp16.
    public var gradientTraffic = GradientFormat.half
    /// Format in which weights are gathered where products are narrower than 16 bits.
    public var gatheredWeights = GatheredFormat.products
    /// Bytes of a gradient kept beside sharded optimizer states, at most; narrow products keep 2.
    public var shardedGradientBytes = 4.0
    /// Bytes of the framework's context, libraries and collectives' buffers on a device.
    public var contextBytes = 1.5e9
    /// Share of the memory that a process can use which is left free, 0 to below 1.
    ///
    /// What the allocator holds beside what is live, and room where it does not have to tidy up.
    public var headroom = 0.0

    /// Share of a product's memory traffic that is not hidden behind its arithmetic, 0...1.
    public var exposedTraffic = 0.5
    /// Bytes moved over the least that element-wise passes need, at least 1.
    public var passFactor = 1.4
    /// Share of forward tensor traffic that nothing hides; a little above 1 where ranks wait.
    public var tensorExposed = 0.65
    /// Backward tensor traffic over forward.
    public var tensorBackward = 0.7
    /// Seconds that a pass of tensor traffic waits for each domain of the innermost network, where there are several.
    public var tensorWait = 0.0
    /// Efficiency of grouped products of experts relative to one product, above 0.
    public var groupedEfficiency = 0.75
    /// Bytes per routed element for permuting and scaling, one direction.
    public var routingBytes = 12.0
    /// Share of expert traffic that nothing hides, where it goes on beside other work.
    public var expertExposed = 0.6
    /// Tokens of the busiest expert over the even share, at least 1: 1 where routing is forced to be even, as in
    /// benchmarks.
    public var expertBalance = 1.0
    /// Whether what experts put out is kept, to weigh it afterwards; where weights enter with the activation it is not.
    public var expertOutputs = ExpertOutputs.kept
    /// How tokens are sent to their experts.
    public var expertTransport = ExpertTransport.hybridEP
    /// Format of tokens on their way to their experts; on the way back they have 16 bits.
    public var dispatch = GatheredFormat.half
    /// Multiprocessors that send tokens while the others compute, in layers whose experts lie on several ranks.
    public var exchangeMultiprocessors = 0.0
    /// Whether tokens are exchanged beside other work, where nothing of the experts is recomputed.
    public var expertOverlap = TrainingSoftware.Ability.present
    /// Share of the reduction of gradients inside its window that nothing hides.
    public var dataExposed = 0.4
    /// Weights that one pass of a step's sharded reduction takes; 0 where passes are so large that their starts do not
    /// matter.
    public var bucketWeights = 0.0
    /// Share of gathers of sharded weights inside their window that nothing hides.
    public var shardExposed = 0.15
    /// Share of pipeline transfers that nothing hides, with one chunk a stage; above 1, as sender and receiver both wait.
    public var pipelineExposed = 1.8
    /// The same with several.
    public var pipelineExposedInterleaved = 0.3
    /// Share of context traffic that nothing hides.
    public var contextExposed = 0.4
    /// Seconds in which the host launches a layer without experts, forward and backward.
    public var hostDense = 0.001
    /// The same for a layer with experts.
    public var hostExperts = 0.005
    /// The same where such layers are launched as graphs.
    public var hostGraphs = 0.002
    /// Architectures on which layers with experts are launched as graphs.
    public var graphsOn: [Architecture] = []
    /// Seconds that each of several tensor ranks adds to a layer where stages lie in different domains of the
    /// innermost network.
    public var hostPipeline = 0.0
    /// Growth of a step per doubling of the accelerators past eight.
    public var jitter = 0.006
    /// Seconds a step takes besides everything else.
    public var stepOverhead = 0.017

    /// Makes what is assumed, to be changed.
    public init() {}

    /// What is taken of software that nobody has measured: round values of current software on GPUs.
    public static let assumed = SoftwareConduct()

    /// Its numbers by key in software files, in the order of the files.
    public static var numbers: [SoftwareNumber] {
        [
            SoftwareNumber("sharded_gradient_bytes", \.shardedGradientBytes, 2...4),
            SoftwareNumber("context_bytes", \.contextBytes, 0...64e9),
            SoftwareNumber("headroom", \.headroom, 0...0.9),
            SoftwareNumber("exposed_traffic", \.exposedTraffic, 0...1),
            SoftwareNumber("pass_factor", \.passFactor, 1...10),
            SoftwareNumber("tensor_exposed", \.tensorExposed, 0...2),
            SoftwareNumber("tensor_backward", \.tensorBackward, 0...2),
            SoftwareNumber("tensor_wait", \.tensorWait, 0...1),
            SoftwareNumber("grouped_efficiency", \.groupedEfficiency, 0.01...1.5),
            SoftwareNumber("routing_bytes", \.routingBytes, 0...1000),
            SoftwareNumber("expert_exposed", \.expertExposed, 0...4),
            SoftwareNumber("exchange_multiprocessors", \.exchangeMultiprocessors, 0...64),
            SoftwareNumber("expert_balance", \.expertBalance, 1...100),
            SoftwareNumber("data_exposed", \.dataExposed, 0...2),
            SoftwareNumber("bucket_weights", \.bucketWeights, 0...1e12),
            SoftwareNumber("shard_exposed", \.shardExposed, 0...2),
            SoftwareNumber("pipeline_exposed", \.pipelineExposed, 0...8),
            SoftwareNumber("pipeline_exposed_interleaved", \.pipelineExposedInterleaved, 0...8),
            SoftwareNumber("context_exposed", \.contextExposed, 0...2),
            SoftwareNumber("host_dense", \.hostDense, 0...1),
            SoftwareNumber("host_experts", \.hostExperts, 0...1),
            SoftwareNumber("host_graphs", \.hostGraphs, 0...1),
            SoftwareNumber("host_pipeline", \.hostPipeline, 0...1),
            SoftwareNumber("jitter", \.jitter, 0...1),
            SoftwareNumber("step_overhead", \.stepOverhead, 0...60),
        ]
    }

    /// Formats of gradients on the wire.
    public enum GradientFormat: String, Hashable, Sendable, Codable, CaseIterable {
        /// 16 bits.
        case half = "16-bit"
        /// fp32.
        case single = "fp32"

        /// Bytes of a gradient.
        public var bytes: Double { self == .half ? 2 : 4 }
    }

    /// What becomes of what experts put out.
    public enum ExpertOutputs: String, Hashable, Sendable, Codable, CaseIterable {
        /// Held for the backward pass.
        case kept
        /// Sent back and forgotten.
        case freed
    }

    /// Ways of tokens to their experts.
    public enum ExpertTransport: String, Hashable, Sendable, Codable, CaseIterable {
        /// A copy for each expert.
        case allToAll = "all-to-all"
        /// A copy for each domain of the innermost network, spread there (deepseek-ai/DeepEP).
        case deepEP = "deepep"
        /// The same, NVIDIA's.
        case hybridEP = "hybrid-ep"
    }

    /// Busiest expert over the even share where routing is left to itself, early in a run.
    ///
    /// Qwen3-30B-A3B in mxfp8 on 8 GB200, 512 sequences of 4,096: 12.36 s a step with natural routing, 6.50 s with forced
    /// (NVIDIA-NeMo/Megatron-Bridge at 067f987, examples/model_verification_cards/qwen3-30b-a3b); with this factor the
    /// model says as much.
    public static let naturalBalance = 2.5

    /// Formats in which narrow weights are gathered.
    public enum GatheredFormat: String, Hashable, Sendable, Codable, CaseIterable {
        /// As products take them.
        case products = "as-products"
        /// In 16 bits, and made narrow afterwards.
        case half = "16-bit"
    }
}

/// A number of ``SoftwareConduct`` with its key in software files.
public struct SoftwareNumber: Sendable {
    /// Its key.
    public let key: String
    /// Where it is.
    public let path: any WritableKeyPath<SoftwareConduct, Double> & Sendable
    /// Values that make sense.
    public let range: ClosedRange<Double>

    init(
        _ key: String, _ path: any WritableKeyPath<SoftwareConduct, Double> & Sendable,
        _ range: ClosedRange<Double>
    ) {
        self.key = key
        self.path = path
        self.range = range
    }
}
