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

    @Test(
        "The best plan for MaxText on a TPU is one that its launch configuration can be written for",
        arguments: [
            ("llama-3-8b", 64, "tpu-v5e"), ("llama-3-8b", 1_024, "tpu-v5p"), ("llama-3-70b", 512, "tpu-v6e"),
            ("llama-3-405b", 4_096, "tpu-v5p"), ("gpt-3-175b", 1_024, "tpu-v4"),
            ("mixtral-8x7b", 256, "tpu-v5p"), ("qwen3-235b-a22b", 512, "tpu-v5p"),
            ("deepseek-v3", 1_024, "tpu-v5p"), ("gpt-oss-120b", 256, "tpu7x"),
        ])
    func launchesOnTPUs(model: String, gpus: Int, machine: String) throws {
        let (transformer, hardware) = (
            try ModelCatalogue.entry(model).model, try HardwareCatalogue.entry(machine).machine
        )
        let software = try SoftwareCatalogue.usual(on: hardware)
        #expect(software.name == LaunchFramework.maxText.software)
        for context in [1, 2] {
            var question = try TransformerQuestion(
                job: TrainingJob(model: transformer), machine: hardware, given: .gpus(gpus),
                globalBatch: 2_048
            ).run(by: software)
            question.limits.context = context > 1 ? [context] : nil
            let answer = try TransformerPlanner(question).answer()
            let best = try #require(answer.best, "\(answer.infeasibility)")
            let request = LaunchRequest(
                model: transformer, layout: best.layout, precision: question.job.precision,
                architecture: hardware.architecture, domain: hardware.domainSizes.first)
            let written = try Launch.configuration(request, for: .maxText)
            let read = try MaxTextParser.run(text: written.text, place: "", gpus: gpus).request.layout
            #expect(read.sharding == best.layout.sharding && read.data == best.layout.data)
        }
    }

    /// Twelve models with the accelerators that they are asked for: 45 questions.
    static let questions: [(model: String, gpus: [Int])] = [
        ("llama-3-8b", [64, 256, 1_024, 4_096]), ("llama-2-13b", [64, 256, 1_024, 4_096]),
        ("llama-3-70b", [64, 256, 1_024, 4_096, 16_384]), ("llama-3-405b", [1_024, 4_096, 8_192, 16_384]),
        ("gpt-3-175b", [256, 1_024, 4_096, 16_384]), ("nemotron-4-340b", [1_024, 4_096, 16_384]),
        ("mixtral-8x7b", [64, 256, 1_024]), ("mixtral-8x22b", [128, 512, 2_048]),
        ("qwen3-30b-a3b", [64, 256, 1_024]), ("qwen3-235b-a22b", [256, 1_024, 4_096, 16_384]),
        ("deepseek-v3", [512, 1_024, 2_048, 4_096]), ("megatron-1t", [1_024, 3_072, 8_192, 16_384]),
    ]

    @Test(
        "Every default question is answered by a plan that runs in the software it names",
        arguments: questions)
    func defaults(model: String, gpus: [Int]) throws {
        let transformer = try ModelCatalogue.entry(model).model
        let machine = try HardwareCatalogue.entry("h100-sxm-80gb").machine
        let software = try SoftwareCatalogue.usual(on: machine)
        #expect(Self.questions.reduce(0) { $0 + $1.gpus.count } == 45)
        for gpus in gpus {
            let question = try TransformerQuestion(
                job: TrainingJob(model: transformer), machine: machine, given: .gpus(gpus), globalBatch: 4_096
            ).run(by: software)
            let answer = try TransformerPlanner(question).answer()
            let best = try #require(answer.best, "\(gpus): \(answer.infeasibility)").layout
            #expect(best.problems(for: transformer).isEmpty)
            #expect(software.problems(with: best, for: transformer).isEmpty)
            let request = LaunchRequest(model: transformer, layout: best, precision: question.job.precision)
            let written = try Launch.configuration(request, for: .megatronLM)
            #expect(written.text.isEmpty == false, "\(gpus)")
        }
    }
}
