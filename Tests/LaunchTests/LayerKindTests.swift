import TestSupport
import Testing
import Training

@testable import Files

/// Layers that are not plain attention and a feed-forward part, as launch files say them.
@Suite struct LayerKindTests {
    static let models = ["nemotron-3-nano-30b-a3b", "qwen3-next-80b-a3b", "deepseek-v3.2"]

    private func request(_ name: String, _ layout: TrainingLayout) throws -> LaunchRequest {
        LaunchRequest(model: try ModelCatalogue.entry(name).model, layout: layout)
    }

    private func text(_ request: LaunchRequest, _ framework: LaunchFramework) throws -> String {
        try Launch.configuration(request, for: framework).text
    }

    @Test(
        "Layers of one part are a pattern with the cuts of the pipeline in it, and have a program of their own"
    )
    func oneParts() throws {
        var request = try request(
            "nemotron-3-nano-30b-a3b",
            TrainingLayout(pipeline: 2, chunks: 2, schedule: .interleaved, globalBatch: 8))
        let written = try Launch.configuration(request, for: .megatronLM)
        // 52 layers on 4 chunks of 13.
        #expect(written.text.contains("'MEMEM*EMEMEM*|EMEMEM*EMEMEM|*EMEMEM*EMEME|MEM*EMEMEMEME'"))
        for words in [
            "--mamba-num-heads 64 ", "--mamba-num-groups 8 ", "--mamba-state-dim 128 ",
            "--mamba-head-dim 64 ",
        ] { #expect(written.text.contains(words), "\(words)") }
        #expect(!written.text.contains("--num-virtual-stages-per-pipeline-rank"))
        #expect(!written.text.contains("--moe-layer-freq"))
        #expect(!written.notes.contains { $0.contains("norms in a layer") })
        let script = try #require(written.scripts.first { $0.fileName == "run.sh" })
        #expect(script.text.contains("\"${ENTRY:-pretrain_hybrid.py}\""))
        // Megatron Bridge has the pattern, and stages of one chunk.
        #expect("interleaved") { _ = try text(request, .megatronBridge) } throws: {
            "\($0)".contains("does not interleave chunks of layers of one part")
        }
        (request.layout.chunks, request.layout.schedule) = (1, .oneForwardOneBackward)
        let overrides = try text(request, .megatronBridge)
        #expect(
            overrides.contains(
                "  hybrid_layer_pattern: \"MEMEM*EMEMEM*EMEMEM*EMEMEM|*EMEMEM*EMEMEMEM*EMEMEMEME\"\n"))
        #expect(overrides.contains("  mamba_num_heads: 64\n"))
    }

    @Test("Gated DeltaNet in layers of two parts is a list, with a gate of attention and of shared experts")
    func linearAttention() throws {
        let request = try request("qwen3-next-80b-a3b", TrainingLayout(globalBatch: 8))
        let arguments = try text(request, .megatronLM)
        for words in [
            "--experimental-attention-variant gated_delta_net ", "--attention-output-gate ",
            "--moe-shared-expert-gate ", "--linear-num-value-heads 32 ", "--linear-num-key-heads 16 ",
            "--linear-conv-kernel-dim 4 ", "--linear-attention-freq '[1,1,1,0,1,1,1,0,",
        ] { #expect(arguments.contains(words), "\(words)") }
        let written = try Launch.configuration(request, for: .megatronBridge)
        #expect(written.text.contains("  linear_attention_freq: [1, 1, 1, 0, 1, 1, 1, 0,"))
        #expect(written.text.contains("  moe_layer_freq: 1\n"))
        #expect(written.notes.contains { $0.contains("Qwen3-Next") })
    }

    @Test("An indexer of keys has its sizes, its kernels, and no fused rotation")
    func indexer() throws {
        let arguments = try text(request("deepseek-v3.2", TrainingLayout(globalBatch: 8)), .megatronLM)
        for words in [
            "--experimental-attention-variant dsa ", "--dsa-indexer-n-heads 64 ",
            "--dsa-indexer-head-dim 128 ", "--dsa-indexer-topk 2048 ", "--dsa-kernel-backend cudnn ",
            "--no-rope-fusion ",
        ] { #expect(arguments.contains(words), "\(words)") }
    }

    /// Models that the options cannot say, each with what is named.
    static let unsaid: [(change: @Sendable (inout Transformer) -> Void, of: String, part: String)] = [
        ({ $0.recurrence?.rule = .lightning }, "qwen3-next-80b-a3b", "Lightning Attention cannot"),
        ({ $0.recurrence?.rule = .mamba2 }, "qwen3-next-80b-a3b", "Mamba-2 and a feed-forward part cannot"),
        ({ $0.recurrence?.chunk = 256 }, "nemotron-3-nano-30b-a3b", "chunks of 128 there, not 4 and 256"),
        ({ $0.recurrence?.chunk = 128 }, "qwen3-next-80b-a3b", "chunks of 64 there"),
        ({ $0.pattern = LayerPattern(text: "M ME *") }, "nemotron-3-nano-30b-a3b", "beside layers of two"),
        (
            {
                $0.attention.form = .latent(
                    LatentAttention(
                        heads: 32, queryRank: nil, keyValueRank: 64, rotaryHeadSize: 8, plainHeadSize: 8,
                        valueHeadSize: 8))
            }, "nemotron-3-nano-30b-a3b", "latent attention in layers of one part"
        ),
    ]

    @Test("What no option says is refused by its name, by every framework", arguments: unsaid.indices)
    func refused(index: Int) throws {
        let (change, name, part) = Self.unsaid[index]
        var request = try request(name, TrainingLayout(globalBatch: 4))
        change(&request.model)
        try request.model.validate()
        for framework in [LaunchFramework.megatronLM, .megatronBridge] {
            let reasons = framework.standingRefusals(of: request)
            #expect(reasons.contains { $0.contains(part) }, "\(reasons)")
        }
        for framework in [LaunchFramework.torchtitan, .deepSpeed] {
            #expect(!framework.standingRefusals(of: request).isEmpty)
        }
        // MaxText has a setting of chunks.
        #expect(
            LaunchFramework.maxText.standingRefusals(of: request).isEmpty == (part == "chunks of 64 there"))
    }

    @Test("Random patterns read back from both frameworks")
    func patterns() throws {
        var generator = SplitMix64(seed: 41)
        let letters = [["M", "*", "-", "E", "W"], ["ME", "M-", "*E", "*-", "WE"]]
        var seen = 0
        for draw in 0..<300 {
            let isOne = draw.isMultiple(of: 2)
            var request = try request(
                isOne ? "nemotron-3-nano-30b-a3b" : "qwen3-next-80b-a3b", TrainingLayout(globalBatch: 8))
            request.model.layers = Int.random(in: 4...12, using: &generator)
            request.model.attention.window = SlidingWindow(tokens: 512)
            if isOne, Bool.random(using: &generator) {
                request.model.recurrence = try ModelCatalogue.entry("qwen3-next-80b-a3b").model.recurrence
            }
            let forms = (0..<request.model.layers).compactMap { _ in
                LayerForm(letters: letters[isOne ? 0 : 1][Int.random(in: 0..<5, using: &generator)])
            }
            request.model.setLayers(forms)
            if request.model.experts == nil {
                request.model.constants?.expertScale = nil
                request.model.constants?.auxiliaryLoss = nil
            }
            request.layout.pipeline = [1, 2, 4][Int.random(in: 0..<3, using: &generator)]
            guard request.layout.problems(for: request.model).isEmpty, (try? request.model.validate()) != nil
            else { continue }
            for framework in [LaunchFramework.megatronLM, .megatronBridge] {
                let text = try text(request, framework)
                let run =
                    try framework == .megatronLM
                    ? MegatronParser.run(text: text, gpus: request.layout.gpus)
                    : MegatronBridgeParser.run(text: text, place: "", gpus: request.layout.gpus)
                let model = LaunchPlans.model(run, as: request.model)
                #expect(model == request.model, "\(text)")
                #expect(
                    run.request.layout.layersByChunk(of: model)
                        == request.layout.layersByChunk(of: request.model))
                seen += 1
            }
        }
        #expect(seen > 200, "\(seen)")
    }

    @Test("Lists of layers are read as Python reads them, and nothing else is")
    func lists() {
        #expect(MegatronLayerList.values("[0]*3+[1]*2", layers: 5) == [false, false, false, true, true])
        #expect(
            MegatronLayerList.values("([1]*2 + [0]) * 2", layers: 6) == [
                true, true, false, true, true, false,
            ])
        #expect(MegatronLayerList.values("'[1,0]*1*2'", layers: 4) == [true, false, true, false])
        #expect(MegatronLayerList.values("[]*999999999*999999999+[1]", layers: 1) == [true])
        for text in [
            "", "[", "[1", "[1,]", "[2]", "1", "[1]*", "[1]+", "([1]", "[1])", "[1]*-1", "[1]*9999999999",
            String(repeating: "(", count: 50_000), "[1]*4", "[1][0]", "[1 0]x", "\u{0}[1,1]",
        ] { #expect(MegatronLayerList.values(text, layers: 3) == nil, "\(text.prefix(30))") }
    }

    @Test(
        "Patterns and lists that cannot be read are refused with their flag and line",
        arguments: [
            ("--hybrid-layer-pattern 'M*M*/MM'", "behind /"),
            ("--hybrid-layer-pattern ''", "--hybrid-layer-pattern"),
            ("--hybrid-layer-pattern MGE", "M (Mamba-2) or G"),
            ("--hybrid-layer-pattern '$(reboot)'", "is not read"),
            ("--hybrid-layer-pattern '-|-|*'", "3 chunks; a multiple of 2"),
            (
                "--num-layers 4 --experimental-attention-variant gated_delta_net",
                "--linear-attention-freq is missing"
            ),
            ("--num-layers 4 --experimental-attention-variant rwkv", "gated_delta_net or dsa is"),
            ("--num-layers 4 --experimental-attention-variant dsa", "--dsa-indexer-n-heads is missing"),
            ("--num-layers 2000000000 --num-experts 2 --moe-layer-freq 2", "100000 at most"),
            ("--num-layers 4 --num-experts 2 --moe-layer-freq '[1]'", "for 4 layers"),
            ("--hybrid-layer-pattern ME --mamba-state-dim 0", "--mamba-state-dim is '0'"),
        ])
    func broken(words: String, part: String) {
        let text =
            "--hidden-size 64 --num-attention-heads 4 --seq-length 64 --vocab-size 64 --micro-batch-size 1 "
            + "--global-batch-size 2 --pipeline-model-parallel-size 2 \\\n" + words
        let error = #expect(throws: LaunchParseError.self) { try MegatronParser.run(text: text, gpus: 2) }
        let line = error?.description ?? ""
        #expect(line.contains(part) && !line.contains("\n"), "\(line)")
        #expect(part.hasSuffix("missing") || line.contains("line 2"), "\(line)")
    }

    @Test("A pattern without cuts, and by its older name, is read with Megatron-LM's defaults")
    func usual() throws {
        let text =
            "--hidden-size 1024 --num-attention-heads 4 --seq-length 64 --vocab-size 64 --micro-batch-size 1 "
            + "--global-batch-size 2 --pipeline-model-parallel-size 2 --hybrid-override-pattern M*M-"
        let run = try MegatronParser.run(text: text, gpus: 2)
        let mamba = try #require(run.request.model.recurrence)
        #expect(mamba.heads == 32 && mamba.keyHeads == 8 && mamba.keySize == 128 && mamba.valueSize == 64)
        #expect(run.request.layout.layersByChunk(of: run.request.model) == [2, 2])
        #expect(run.request.model.norms.perLayer == 1)
    }
}
