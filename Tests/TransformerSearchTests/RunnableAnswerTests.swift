import Files
import TestSupport
import Testing
import Training

@testable import TransformerModel

@Suite struct RunnableAnswerTests {
    @Test(
        "The best plan for a software is one that its launch configuration can be written for",
        arguments: [
            ("llama-3-8b", 8, "h100-sxm-80gb"), ("llama-3-8b", 64, "a100-sxm-80gb"),
            ("llama-3-70b", 512, "h100-sxm-80gb"), ("gpt-3-175b", 1_024, "a100-sxm-80gb"),
            ("mixtral-8x7b", 128, "h100-sxm-80gb"), ("qwen3-30b-a3b", 64, "b200"),
            ("llama-3-405b", 16_384, "h100-sxm-80gb"), ("megatron-1t", 3_072, "mi300x"),
        ])
    func launches(model: String, gpus: Int, machine: String) throws {
        let transformer = try ModelCatalogue.entry(model).model
        let frameworks: [(LaunchFramework, String)] = [
            (.megatronLM, "megatron-core"), (.megatronBridge, "megatron-core"), (.torchtitan, "torchtitan"),
            (.deepSpeed, "deepspeed"),
        ]
        for (framework, name) in frameworks {
            var question = TransformerQuestion(
                job: TrainingJob(model: transformer), machine: try HardwareCatalogue.entry(machine).machine,
                given: .gpus(gpus), globalBatch: 1_024)
            question.limits = try question.limits.run(by: SoftwareCatalogue.software(name))
            let answer = try TransformerPlanner(question).answer()
            let best = try #require(answer.best, "\(framework) \(answer.infeasibility)")
            let request = LaunchRequest(
                model: transformer, layout: best.layout, precision: question.job.precision)
            #expect(try Launch.configuration(request, for: framework).text.isEmpty == false)
        }
    }
}
