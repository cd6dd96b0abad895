import Files
import Testing
import Training

@Suite struct HuggingFaceConfigTests {
    static func total(_ text: String) throws -> Double {
        try HuggingFaceConfig.read(text: text, place: "config.json").model.mainParameters.total
    }

    @Test("Llama: the catalogue's entry comes out")
    func llama() throws {
        let text = """
            {"architectures": ["LlamaForCausalLM"], "model_type": "llama", "hidden_size": 4096,
             "intermediate_size": 14336, "num_hidden_layers": 32, "num_attention_heads": 32,
             "num_key_value_heads": 8, "vocab_size": 128256, "max_position_embeddings": 8192,
             "tie_word_embeddings": false, "attention_bias": false, "rope_scaling": null,
             "rope_theta": 500000.0, "rms_norm_eps": 1e-05, "torch_dtype": "bfloat16"}
            """
        var model = try HuggingFaceConfig.read(text: text, place: "config.json").model
        model.name = "llama-3-8b"
        #expect(try model == ModelCatalogue.entry("llama-3-8b").model)
    }

    @Test("DeepSeek-V3: latent attention, dense first layers, shared expert, multi-token layer")
    func deepSeek() throws {
        let text = """
            {"model_type": "deepseek_v3", "hidden_size": 7168, "intermediate_size": 18432,
             "moe_intermediate_size": 2048, "num_hidden_layers": 61, "num_attention_heads": 128,
             "num_key_value_heads": 128, "n_routed_experts": 256, "n_shared_experts": 1,
             "num_experts_per_tok": 8, "first_k_dense_replace": 3, "moe_layer_freq": 1, "n_group": 8,
             "topk_group": 4,
             "q_lora_rank": 1536, "kv_lora_rank": 512, "qk_rope_head_dim": 64, "qk_nope_head_dim": 128,
             "v_head_dim": 128, "num_nextn_predict_layers": 1, "vocab_size": 129280,
             "max_position_embeddings": 4096, "tie_word_embeddings": false, "attention_bias": false,
             "rope_theta": 10000, "rms_norm_eps": 1e-06, "routed_scaling_factor": 2.5, "aux_loss_alpha": 0.0001}
            """
        var model = try HuggingFaceConfig.read(text: text, place: "config.json").model
        model.name = "deepseek-v3"
        model.defaultGlobalBatch = 15_360
        #expect(try model == ModelCatalogue.entry("deepseek-v3").model)
    }

    @Test(
        "Totals of released models are met to the last parameter",
        arguments: [
            (
                #"{"model_type": "gemma2", "num_hidden_layers": 42, "hidden_size": 3584, "head_dim": 256, "#
                    + #""num_attention_heads": 16, "num_key_value_heads": 8, "intermediate_size": 14336, "#
                    + #""vocab_size": 256000, "max_position_embeddings": 8192, "sliding_window": 4096}"#,
                9_241_705_984
            ),
            (
                #"{"model_type": "falcon", "num_hidden_layers": 60, "hidden_size": 8192, "#
                    + #""num_attention_heads": 128, "num_kv_heads": 8, "new_decoder_architecture": true, "#
                    + #""parallel_attn": true, "bias": false, "vocab_size": 65024}"#, 41_303_293_952
            ),
            // 12 layers of 768: 124,439,808 with 1024 learned positions.
            (
                #"{"model_type": "gpt2", "n_layer": 12, "n_embd": 768, "n_head": 12, "n_positions": 1024, "#
                    + #""vocab_size": 50257, "n_inner": null}"#, 124_439_808
            ),
            (
                #"{"model_type": "phi", "num_hidden_layers": 32, "hidden_size": 2560, "#
                    + #""num_attention_heads": 32, "num_key_value_heads": 32, "intermediate_size": 10240, "#
                    + #""vocab_size": 51200, "max_position_embeddings": 2048, "tie_word_embeddings": false}"#,
                2_779_683_840
            ),
            (
                #"{"model_type": "gemma", "num_hidden_layers": 28, "hidden_size": 3072, "head_dim": 256, "#
                    + #""num_attention_heads": 16, "num_key_value_heads": 16, "intermediate_size": 24576, "#
                    + #""vocab_size": 256000, "max_position_embeddings": 8192}"#, 8_537_680_896
            ),
            (
                #"{"model_type": "mistral", "num_hidden_layers": 32, "hidden_size": 4096, "#
                    + #""num_attention_heads": 32, "num_key_value_heads": 8, "intermediate_size": 14336, "#
                    + #""vocab_size": 32000, "max_position_embeddings": 32768, "sliding_window": 4096}"#,
                7_241_732_096
            ),
            (
                #"{"model_type": "qwen2", "num_hidden_layers": 28, "hidden_size": 3584, "#
                    + #""num_attention_heads": 28, "num_key_value_heads": 4, "intermediate_size": 18944, "#
                    + #""vocab_size": 152064, "max_position_embeddings": 32768, "sliding_window": 131072, "#
                    + #""use_sliding_window": false, "tie_word_embeddings": false}"#, 7_615_616_512
            ),
            (
                #"{"model_type": "bloom", "n_layer": 70, "n_embed": 14336, "num_attention_heads": 112, "#
                    + #""vocab_size": 250880, "seq_length": 2048}"#, 176_247_271_424
            ),
            (
                #"{"model_type": "mpt", "n_layers": 32, "d_model": 4096, "n_heads": 32, "#
                    + #""expansion_ratio": 4, "max_seq_len": 2048, "vocab_size": 50432, "no_bias": true, "#
                    + #""attn_config": {"alibi": true}}"#, 6_649_286_656
            ),
            (
                #"{"model_type": "gpt_neox", "num_hidden_layers": 44, "hidden_size": 6144, "#
                    + #""num_attention_heads": 64, "intermediate_size": 24576, "vocab_size": 50432, "#
                    + #""max_position_embeddings": 2048, "tie_word_embeddings": false}"#, 20_554_567_680
            ),
            (
                #"{"model_type": "falcon", "num_hidden_layers": 32, "hidden_size": 4544, "#
                    + #""num_attention_heads": 71, "multi_query": true, "parallel_attn": true, "#
                    + #""new_decoder_architecture": false, "bias": false, "vocab_size": 65024}"#,
                6_921_720_704
            ),
        ] as [(String, Double)])
    func totals(text: String, parameters: Double) throws {
        #expect(try Self.total(text) == parameters)
    }

    @Test("Mixtral and Qwen3-MoE come out as their catalogue entries")
    func experts() throws {
        let mixtral = """
            {"model_type": "mixtral", "num_hidden_layers": 32, "hidden_size": 4096, "num_attention_heads": 32,
             "num_key_value_heads": 8, "intermediate_size": 14336, "vocab_size": 32000,
             "num_local_experts": 8, "num_experts_per_tok": 2, "max_position_embeddings": 32768,
             "sliding_window": null, "tie_word_embeddings": false}
            """
        var model = try HuggingFaceConfig.read(text: mixtral, place: "config.json").model
        model.name = "mixtral-8x7b"
        // The text gives none of what no price depends on.
        model.constants = try ModelCatalogue.entry("mixtral-8x7b").model.constants
        #expect(try model == ModelCatalogue.entry("mixtral-8x7b").model)
        let qwen = """
            {"model_type": "qwen3_moe", "num_hidden_layers": 48, "hidden_size": 2048, "head_dim": 128,
             "num_attention_heads": 32, "num_key_value_heads": 4, "intermediate_size": 6144,
             "moe_intermediate_size": 768, "num_experts": 128, "num_experts_per_tok": 8,
             "decoder_sparse_step": 1, "mlp_only_layers": [], "vocab_size": 151936,
             "max_position_embeddings": 40960, "sliding_window": null, "use_sliding_window": false,
             "tie_word_embeddings": false}
            """
        model = try HuggingFaceConfig.read(text: qwen, place: "config.json", sequenceLength: 4096).model
        model.name = "qwen3-30b-a3b"
        // The text gives none of what no price depends on.
        model.constants = try ModelCatalogue.entry("qwen3-30b-a3b").model.constants
        #expect(try model == ModelCatalogue.entry("qwen3-30b-a3b").model)
    }

    @Test("gpt-oss: windows in every other layer, biases, sinks")
    func sinks() throws {
        let text = """
            {"model_type": "gpt_oss", "num_hidden_layers": 36, "hidden_size": 2880, "head_dim": 64,
             "num_attention_heads": 64, "num_key_value_heads": 8, "intermediate_size": 2880,
             "num_local_experts": 128, "num_experts_per_tok": 4, "experts_per_token": 4,
             "sliding_window": 128, "vocab_size": 201088, "attention_bias": true,
             "max_position_embeddings": 131072, "tie_word_embeddings": false}
            """
        var model = try HuggingFaceConfig.read(text: text, place: "config.json", sequenceLength: 4096).model
        model.name = "gpt-oss-120b"
        // The text gives none of what no price depends on.
        model.constants = try ModelCatalogue.entry("gpt-oss-120b").model.constants
        #expect(try model == ModelCatalogue.entry("gpt-oss-120b").model)
    }

    @Test("A part for text inside a larger model is taken, and numbers beyond all range are refused")
    func nested() throws {
        let text = """
            {"model_type": "gemma3", "text_config": {"model_type": "gemma3_text", "num_hidden_layers": 34,
             "hidden_size": 2560, "head_dim": 256, "num_attention_heads": 8, "num_key_value_heads": 4,
             "intermediate_size": 10240, "vocab_size": 262208, "sliding_window": 1024,
             "max_position_embeddings": 131072}, "vision_config": {"hidden_size": 1152}}
            """
        let model = try HuggingFaceConfig.read(text: text, place: "config.json").model
        #expect(model.attention.window == SlidingWindow(tokens: 1024, fullEvery: 6))
        #expect(abs(model.parameters.total / 3.88e9 - 1) < 0.01)
        let huge = """
            {"model_type": "mpt", "n_layers": 2, "d_model": 4000000000, "n_heads": 1, "max_seq_len": 8,
             "expansion_ratio": 4000000000, "vocab_size": 8}
            """
        #expect(throws: ScenarioError.self) { try HuggingFaceConfig.read(text: huge, place: "config.json") }
    }

    @Test("An unknown architecture is an error that lists the known ones and says what is missing")
    func unknown() {
        do {
            _ = try HuggingFaceConfig.read(text: #"{"model_type": "lama"}"#, place: "config.json")
            Issue.record("read")
        } catch {
            #expect(error.description.contains("model_type 'lama' is not known, did you mean 'llama'?"))
            #expect(error.description.contains("gating, norms, positions and biases"))
        }
    }

    @Test("A missing key is named with its other names")
    func missing() {
        #expect(
            throws: ScenarioError(place: "config.json", reason: "n_layer or num_hidden_layers is missing")
        ) {
            try HuggingFaceConfig.read(text: #"{"model_type": "gpt2", "n_embd": 768}"#, place: "config.json")
        }
    }
}
