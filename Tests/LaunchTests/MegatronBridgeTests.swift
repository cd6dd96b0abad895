import Files
import Testing
import Training

@Suite struct MegatronBridgeTests {
    @Test("The YAML of a layout with experts, in full")
    func golden() throws {
        let model = try ModelCatalogue.entry("mixtral-8x7b").model
        let layout = TrainingLayout(
            pipeline: 4, chunks: 2, schedule: .interleaved, expert: 8, data: 16,
            sharding: Sharding(.optimizer),
            globalBatch: 256, recomputation: .selective)
        let configuration = try Launch.configuration(
            LaunchRequest(model: model, layout: layout, precision: .fp8(.microscaling)), for: .megatronBridge)
        #expect(
            configuration.text == """
                model:
                  num_layers: 32
                  hidden_size: 4096
                  ffn_hidden_size: 14336
                  num_attention_heads: 32
                  num_query_groups: 8
                  kv_channels: 128
                  seq_length: 32768
                  gated_linear_unit: true
                  share_embeddings_and_output_weights: false
                  add_bias_linear: false
                  num_moe_experts: 8
                  moe_router_topk: 2
                  moe_ffn_hidden_size: 14336
                  tensor_model_parallel_size: 1
                  sequence_parallel: false
                  context_parallel_size: 1
                  pipeline_model_parallel_size: 4
                  virtual_pipeline_model_parallel_size: 2
                  expert_model_parallel_size: 8
                  expert_tensor_parallel_size: 1
                  recompute_granularity: "selective"
                train:
                  micro_batch_size: 1
                  global_batch_size: 256
                dataset:
                  sequence_length: 32768
                ddp:
                  use_distributed_optimizer: true
                mixed_precision: "bf16_with_mxfp8_mixed"

                """)
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

    @Test("Every framework takes a plain layout of every dense model", arguments: LaunchFramework.allCases)
    func plain(framework: LaunchFramework) throws {
        for name in ModelCatalogue.names {
            let model = try ModelCatalogue.entry(name).model
            guard model.multiTokenDepth == 0 else { continue }
            let configuration = try Launch.configuration(
                LaunchRequest(model: model, layout: TrainingLayout(globalBatch: 4)), for: framework)
            #expect(configuration.text.hasSuffix("\n"))
        }
    }
}
