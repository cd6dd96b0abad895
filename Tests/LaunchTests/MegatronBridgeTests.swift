import Files
import Testing
import Training

@Suite struct MegatronBridgeTests {
    @Test("Overrides say what a recipe's own values would change, and take back those of others")
    func overrides() throws {
        let model = try ModelCatalogue.entry("mixtral-8x7b").model
        let layout = TrainingLayout(
            pipeline: 4, chunks: 2, schedule: .interleaved, expert: 8, data: 16,
            sharding: Sharding(.optimizer), globalBatch: 256, recomputation: .selective)
        let text = try Launch.configuration(
            LaunchRequest(model: model, layout: layout, precision: .fp8(.microscaling)), for: .megatronBridge
        ).text
        // Bridge sets Megatron-Core's own name from it.
        #expect(text.contains("\ndataset:\n  seq_length: 32768\n"))
        for line in [
            "  rotary_base: 1000000", "  layernorm_epsilon: 1.0e-05", "  attention_dropout: 0.0",
            "  virtual_pipeline_model_parallel_size: 2", "  pipeline_model_parallel_layout: null",
            "  recompute_granularity: \"selective\"", "  recompute_method: null", "  mtp_num_layers: null",
            "  moe_token_dispatcher_type: \"flex\"", "  moe_flex_dispatcher_backend: \"hybridep\"",
            "  moe_aux_loss_coeff: 0.02", "  overlap_moe_expert_parallel_comm: true",
            "  grad_reduce_in_fp32: false", "  fp8_recipe: \"mxfp8\"", "  fp8_param_gather: true",
            "  reuse_grad_buf_for_mxfp8_param_ag: true", "  seq_length: 32768",
        ] { #expect(text.contains("\n" + line + "\n"), "\(line)") }
    }

    @Test("An order of ranks other than the usual is refused")
    func order() throws {
        let model = try ModelCatalogue.entry("llama-3-8b").model
        let layout = TrainingLayout(tensor: 2, pipeline: 2, data: 2, globalBatch: 4)
        let request = LaunchRequest(
            model: model, layout: layout, order: [.tensor, .context, .expert, .pipeline, .data])
        #expect(
            throws: LaunchRefusal(
                framework: .megatronBridge,
                reasons: ["it orders ranks tensor, context, expert, data, pipeline"])
        ) { try Launch.configuration(request, for: .megatronBridge) }
    }

    @Test(
        "Every framework takes a plain layout of every model that it can train",
        arguments: LaunchFramework.allCases)
    func plain(framework: LaunchFramework) throws {
        for name in ModelCatalogue.names {
            let model = try ModelCatalogue.entry(name).model
            let request = LaunchRequest(model: model, layout: TrainingLayout(globalBatch: 4))
            let isMegatron = framework == .megatronLM || framework == .megatronBridge
            let isSaid =
                isMegatron && model.recurrence?.rule != .lightning
                || framework == .maxText && model.recurrence?.rule == .gatedDelta
            if model.recurrence != nil && !isSaid
                || (model.attention.window?.form == .chunked && framework != .maxText)
            {
                #expect("\(name): what no option says is refused, not left out") {
                    _ = try Launch.configuration(request, for: framework)
                } throws: { "\($0)".contains("cannot be written") }
                continue
            }
            guard framework.standingRefusals(of: request).isEmpty else {
                #expect(framework == .maxText || model.multiTokenDepth > 0, "\(name)")
                continue
            }
            let configuration = try Launch.configuration(request, for: framework)
            #expect(configuration.text.hasSuffix("\n"))
        }
    }
}
