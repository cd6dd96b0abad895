import Files
import Testing
import Training

@Suite struct TorchtitanTests {
    @Test("The options of a layout with three kinds of ranks, in full")
    func golden() throws {
        var model = try ModelCatalogue.entry("llama-3-8b").model
        model.layers = 4
        let layout = TrainingLayout(
            tensor: 8, sequenceParallelism: .on, pipeline: 2, data: 32,
            sharding: Sharding(.weights, group: 8),
            globalBatch: 512, recomputation: .full)
        let configuration = try Launch.configuration(
            LaunchRequest(model: model, layout: layout, precision: .fp8(.rowwise)), for: .torchtitan)
        // 512 / 32 = 16 sequences pass through each pipeline in a step.
        #expect(
            configuration.text.replacing(" \\\n", with: "\n") == """
                --module MODULE
                --config CONFIG
                --training.local_batch_size 16
                --training.global_batch_size 512
                --training.seq_len 8192
                --training.dtype float32
                --training.mixed_precision_param bfloat16
                --training.disable_cuda_graphs
                --compile.enable
                --parallelism.pipeline_parallel_schedule 1F1B
                --parallelism.pipeline_parallel_microbatch_size 1
                --parallelism.module_fqns_per_model_part tok_embeddings,layers.0,layers.1 \
                layers.2,layers.3,norm,lm_head
                --parallelism.pipeline_parallel_degree 2
                --parallelism.data_parallel_replicate_degree 4
                --parallelism.data_parallel_shard_degree 8
                --parallelism.fsdp_reshard_after_forward always
                --parallelism.tensor_parallel_degree 8
                --parallelism.context_parallel_degree 1
                activation-checkpoint:full

                """)
    }

    @Test(
        "What torchtitan cannot run is refused with its reason",
        arguments: [
            (
                TrainingLayout(tensor: 2, globalBatch: 1),
                "tensor ranks need sequence parallelism on"
            ),
            (
                TrainingLayout(data: 2, sharding: Sharding(.optimizer), globalBatch: 2),
                "ZeRO-1 does not go with it; ZeRO-0, 2 and 3 do"
            ),
            (
                TrainingLayout(pipeline: 2, schedule: .zeroBubbleH2, globalBatch: 2),
                "it has no schedule zb-h2; gpipe, 1f1b, interleaved, zb-v and dualpipev are there"
            ),
        ])
    func refusals(layout: TrainingLayout, reason: String) throws {
        let model = try ModelCatalogue.entry("llama-3-8b").model
        #expect(throws: LaunchRefusal(framework: .torchtitan, reasons: [reason])) {
            try Launch.configuration(LaunchRequest(model: model, layout: layout), for: .torchtitan)
        }
    }

    @Test("Microscaled products are refused on accelerators before Blackwell, and before a search")
    func microscaling() throws {
        var request = LaunchRequest(
            model: try ModelCatalogue.entry("llama-3-8b").model, layout: TrainingLayout(globalBatch: 1),
            precision: .fp8(.microscaling))
        for architecture in [nil, Architecture.blackwell] {
            request.architecture = architecture
            #expect(LaunchFramework.torchtitan.standingRefusals(of: request) == [])
        }
        request.architecture = .hopper
        #expect(
            LaunchFramework.torchtitan.standingRefusals(of: request)
                == ["mxfp8 needs Blackwell there; fp8-rowwise goes on Hopper"])
    }
}
