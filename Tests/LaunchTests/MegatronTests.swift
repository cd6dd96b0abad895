import Testing
import Training

@testable import Files

@Suite struct MegatronTests {
    /// Layouts of several kinds with a model each.
    static let requests: [(String, TrainingLayout, TrainingPrecision)] = [
        (
            "megatron-22b",
            TrainingLayout(
                tensor: 8, sequenceParallelism: .on, globalBatch: 4, recomputation: .selective), .fp16
        ),
        (
            "megatron-175b",
            TrainingLayout(
                tensor: 8, pipeline: 8, chunks: 3, schedule: .interleaved, globalBatch: 64,
                recomputation: .full), .bf16
        ),
        (
            "llama-3-405b",
            TrainingLayout(
                tensor: 8, sequenceParallelism: .on, context: 2, contextMethod: .allGather, pipeline: 16,
                data: 64, sharding: Sharding(.optimizer), globalBatch: 2048,
                recomputation: .layersPerStage(2), offload: .optimizer), .fp8(.tensorwise)
        ),
        (
            "deepseek-v3",
            TrainingLayout(
                pipeline: 16, chunks: 2, schedule: .interleaved,
                spread: .given([3] + Array(repeating: 2, count: 28) + [2, 0, 0]), expert: 64, data: 128,
                sharding: Sharding(.optimizer), globalBatch: 16_384), .fp8(.blockwise)
        ),
        (
            "qwen3-235b-a22b",
            TrainingLayout(
                tensor: 4, sequenceParallelism: .on, pipeline: 2, expert: 8, expertTensor: 1, data: 4,
                sharding: Sharding(.weights, group: 2), globalBatch: 64), .fp8(.microscaling)
        ),
        ("mixtral-8x7b", TrainingLayout(expert: 8, data: 8, globalBatch: 256), .fp4(.nvfp4)),
        ("llama-2-7b", TrainingLayout(context: 4, contextMethod: .allToAll, data: 2, globalBatch: 2), .bf16),
    ]

    @Test("What is written reads back as the same model, layout and precision", arguments: requests.indices)
    func roundTrip(index: Int) throws {
        let (name, layout, precision) = Self.requests[index]
        let model = try ModelCatalogue.entry(name).model
        let request = LaunchRequest(model: model, layout: layout, precision: precision)
        let text = try Launch.configuration(request, for: .megatronLM).text
        let run = try MegatronParser.run(text: text, gpus: layout.gpus)
        var read = run.request
        #expect(read.precision == precision)
        // A list has no name and no default batch, and it gives each chunk's layers where they are uneven.
        read.model.name = model.name
        read.model.defaultGlobalBatch = model.defaultGlobalBatch
        #expect(read.model == model)
        #expect(read.layout.layersByChunk(of: model) == layout.layersByChunk(of: model))
        read.layout.spread = layout.spread
        #expect(read.layout == layout)
        #expect(run.ignored == [])
    }

    @Test("The arguments of a small layout, in full")
    func golden() throws {
        let model = try ModelCatalogue.entry("llama-3-8b").model
        let layout = TrainingLayout(
            tensor: 2, sequenceParallelism: .on, pipeline: 2, data: 2, sharding: Sharding(.optimizer),
            globalBatch: 128, recomputation: .selective)
        let configuration = try Launch.configuration(
            LaunchRequest(model: model, layout: layout), for: .megatronLM)
        #expect(
            configuration.text.replacing(" \\\n", with: "\n") == """
                --tensor-model-parallel-size 2
                --sequence-parallel
                --pipeline-model-parallel-size 2
                --context-parallel-size 1
                --use-distributed-optimizer
                --recompute-granularity selective
                --micro-batch-size 1
                --global-batch-size 128
                --bf16
                --grad-reduce-in-bf16
                --overlap-grad-reduce
                --overlap-param-gather
                --tp-comm-overlap
                --optimizer adam
                --cross-entropy-loss-fusion
                --cross-entropy-fusion-impl native
                --num-layers 32
                --hidden-size 4096
                --ffn-hidden-size 14336
                --num-attention-heads 32
                --kv-channels 128
                --group-query-attention
                --num-query-groups 8
                --seq-length 8192
                --max-position-embeddings 8192
                --position-embedding-type rope
                --vocab-size 128256
                --make-vocab-size-divisible-by 128
                --normalization RMSNorm
                --attention-dropout 0.0
                --hidden-dropout 0.0
                --norm-epsilon 1e-05
                --rotary-base 500000
                --swiglu
                --untie-embeddings-and-output-weights
                --disable-bias-linear

                """)
        #expect(configuration.notes == ["For 8 ranks; data parallelism 2 follows from them."])
    }

    @Test("Uneven stages are written as a layout of the pipeline")
    func uneven() throws {
        let model = try ModelCatalogue.entry("llama-3-405b").model
        let layout = TrainingLayout(tensor: 8, pipeline: 4, globalBatch: 8)
        let words = try MegatronConfiguration.arguments(LaunchRequest(model: model, layout: layout))
        // 126 = 31 + 32 + 32 + 31.
        let index = try #require(words.firstIndex(of: "--pipeline-model-parallel-layout"))
        #expect(words[index + 1] == "E,t*31|t*32|t*32|t*31,L")
    }

    @Test(
        "What Megatron-LM cannot run is refused with its reason",
        arguments: [
            (
                TrainingLayout(pipeline: 4, schedule: .zeroBubbleH1, globalBatch: 8),
                "it has no schedule zb-h1; 1f1b and interleaved are there"
            ),
            (
                TrainingLayout(pipeline: 4, chunks: 2, schedule: .interleaved, globalBatch: 6),
                "interleaving needs microbatches in multiples of pipeline 4, not 6"
            ),
            (
                TrainingLayout(globalBatch: 1, offload: .weights),
                "it does not keep weights on the host; nothing and optimizer can be kept there"
            ),
            (
                TrainingLayout(tensor: 64, globalBatch: 1),
                "heads 32 is not divisible by tensor 64; tensor 32 would be accepted"
            ),
        ])
    func refusals(layout: TrainingLayout, reason: String) throws {
        let model = try ModelCatalogue.entry("llama-3-8b").model
        #expect(throws: LaunchRefusal(framework: .megatronLM, reasons: [reason])) {
            try Launch.configuration(LaunchRequest(model: model, layout: layout), for: .megatronLM)
        }
    }

    @Test("An order of ranks that Megatron-LM has is written, another refused")
    func order() throws {
        let model = try ModelCatalogue.entry("llama-3-8b").model
        let layout = TrainingLayout(tensor: 2, pipeline: 2, data: 2, globalBatch: 4)
        let outer = LaunchRequest(
            model: model, layout: layout, order: [.tensor, .context, .expert, .pipeline, .data])
        #expect(try MegatronConfiguration.arguments(outer).contains("--use-tp-pp-dp-mapping"))
        let strange = LaunchRequest(
            model: model, layout: layout, order: [.data, .tensor, .pipeline, .context, .expert])
        #expect(throws: LaunchRefusal.self) { try MegatronConfiguration.arguments(strange) }
    }

    @Test("Traits of a model without an argument are noted")
    func notes() throws {
        let model = try ModelCatalogue.entry("bloom-176b").model
        let layout = TrainingLayout(tensor: 8, globalBatch: 1)
        let notes = try Launch.configuration(LaunchRequest(model: model, layout: layout), for: .megatronLM)
            .notes
        #expect(notes.count == 4)
        #expect(notes.contains { $0.contains("ALiBi") })
    }

    @Test("Windows and experts by layer are written as lists, what no option says is refused by its name")
    func layers() throws {
        var model = try ModelCatalogue.entry("qwen3-30b-a3b").model
        model.layers = 4
        model.attention.window = SlidingWindow(tokens: 512)
        model.pattern = LayerPattern(text: "WE *- *E WE")
        let request = LaunchRequest(model: model, layout: TrainingLayout(globalBatch: 4))
        let arguments = try MegatronConfiguration.arguments(request).joined(separator: " ")
        #expect(arguments.contains("--window-attn-skip-freq [1,0,0,1]"), "\(arguments)")
        #expect(arguments.contains("--moe-layer-freq [1,0,1,1]"), "\(arguments)")
        for (name, what, isSaid) in [
            ("qwen3-next-80b-a3b", "Gated DeltaNet", true),
            ("nemotron-3-nano-30b-a3b", "layers of one part", true), ("deepseek-v3.2", "an indexer", true),
            ("minimax-m1", "Lightning Attention", false), ("llama-4-maverick", "windows that cut", false),
        ] {
            let request = LaunchRequest(
                model: try ModelCatalogue.entry(name).model, layout: TrainingLayout(globalBatch: 4))
            for framework in LaunchFramework.allCases
            where !isSaid || framework != .megatronLM && framework != .megatronBridge {
                if framework == .maxText, ["qwen3-next-80b-a3b", "llama-4-maverick"].contains(name) {
                    continue
                }
                #expect("\(name) \(framework)") {
                    _ = try Launch.configuration(request, for: framework)
                } throws: { "\($0)".contains(what) }
            }
        }
    }
}
