import Files
import Foundation
import Testing
import Training

@Suite struct DeepSpeedTests {
    @Test("The JSON of a sharded layout with offload, in full")
    func golden() throws {
        let model = try ModelCatalogue.entry("llama-3-8b").model
        let layout = TrainingLayout(
            data: 16, sharding: Sharding(.weights), microbatch: 2, globalBatch: 64,
            recomputation: .full, offload: [.optimizer, .weights])
        let configuration = try Launch.configuration(
            LaunchRequest(model: model, layout: layout), for: .deepSpeed)
        // 64 / (16 * 2) = 2 steps of accumulation.
        #expect(
            configuration.text == """
                {
                  "train_batch_size": 64,
                  "train_micro_batch_size_per_gpu": 2,
                  "gradient_accumulation_steps": 2,
                  "zero_optimization": {
                    "stage": 3,
                    "offload_optimizer": {
                      "device": "cpu"
                    },
                    "offload_param": {
                      "device": "cpu"
                    },
                    "overlap_comm": false
                  },
                  "bf16": {
                    "enabled": true
                  },
                  "communication_data_type": "bf16"
                }

                """)
        #expect((try? JSONSerialization.jsonObject(with: Data(configuration.text.utf8))) != nil)
        #expect(configuration.notes.count == 1)
    }

    @Test(
        "What DeepSpeed cannot run is refused with its reason",
        arguments: [
            (
                TrainingLayout(pipeline: 2, data: 2, sharding: Sharding(.gradients), globalBatch: 4),
                TrainingPrecision.bf16, "ZeRO-2 does not go with its pipelines; ZeRO-0 and 1 do"
            ),
            (
                TrainingLayout(context: 2, globalBatch: 1), .bf16,
                "context ranks exchange by all-to-all, not by ring"
            ),
            (
                TrainingLayout(globalBatch: 1), .fp8(.tensorwise),
                "it has no fp8-tensorwise; fp32, bf16 and fp16 are there"
            ),
            (
                TrainingLayout(globalBatch: 1, offload: .weights), .bf16,
                "offload of weights needs ZeRO-3"
            ),
        ])
    func refusals(layout: TrainingLayout, precision: TrainingPrecision, reason: String) throws {
        let model = try ModelCatalogue.entry("llama-3-8b").model
        let request = LaunchRequest(model: model, layout: layout, precision: precision)
        #expect(throws: LaunchRefusal(framework: .deepSpeed, reasons: [reason])) {
            try Launch.configuration(request, for: .deepSpeed)
        }
    }
}
