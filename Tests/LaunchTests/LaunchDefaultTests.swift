import Testing
import Training

@testable import Files

/// What a file leaves to its framework.
@Suite struct LaunchDefaultTests {
    @Test(
        "Files that are written leave nothing to defaults that decides a layout",
        arguments: LaunchFramework.allCases)
    func written(framework: LaunchFramework) throws {
        for (request, configuration) in try LaunchPlans.written(framework, count: 25, seed: 11) {
            let gpus = request.layout.gpus
            let defaults =
                switch framework {
                case .megatronLM: try MegatronParser.run(text: configuration.text, gpus: gpus).defaults
                case .megatronBridge:
                    try MegatronBridgeParser.run(text: configuration.text, place: "", gpus: gpus).defaults
                case .torchtitan: try TorchtitanParser.defaults(text: configuration.text)
                case .deepSpeed: try DeepSpeedParser.defaults(text: configuration.text)
                case .maxText: try MaxTextParser.run(text: configuration.text, place: "", gpus: gpus).defaults
                }
            // Models without rotated positions have no base.
            let isRotary = request.model.positions == .rotary
            #expect(
                defaults.allSatisfy {
                    $0.contains("epsilon") || (!isRotary && $0.contains("rope_max_timescale"))
                }, "\(defaults)")
        }
    }

    @Test("What is left out is named with what the framework takes")
    func missing() throws {
        let run = try MegatronParser.run(
            text:
                "--num-layers 2 --hidden-size 64 --num-attention-heads 4 --seq-length 128 --vocab-size 1000 "
                + "--micro-batch-size 1 --global-batch-size 8 --num-experts 8", gpus: 8)
        #expect(run.defaults.contains("--tensor-model-parallel-size (1)"))
        #expect(run.defaults.contains("--attention-dropout (0.1)"))
        #expect(run.defaults.contains("--moe-token-dispatcher-type (allgather)"))
        #expect(run.defaults.contains("--bf16 or --fp16 (fp32)"))
        #expect(
            try TorchtitanParser.defaults(text: "--parallelism.pipeline_parallel_degree 2").contains(
                "--parallelism.pipeline_parallel_schedule (1F1B)"))
        #expect(
            try DeepSpeedParser.defaults(text: "{\"train_micro_batch_size_per_gpu\": 1}")
                == [
                    "gradient_accumulation_steps (what the batches ask for)", "zero_optimization.stage (0)",
                    "bf16.enabled or fp16.enabled (fp32)",
                ])
    }
}
