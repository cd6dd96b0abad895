import Foundation
import Testing
import Training

@testable import Files

/// Files that are broken, or that mean harm.
@Suite struct HostileLaunchTests {
    /// Reads a text as each framework's file; the error of each, or nil where it was read.
    static func errors(_ text: String) throws -> [String?] {
        let model = try ModelCatalogue.entry("llama-3-8b").model
        let readers: [() throws -> Void] = [
            { _ = try MegatronParser.run(text: text, gpus: 8) },
            { _ = try MegatronBridgeParser.run(text: text, place: "f", gpus: 8) },
            { _ = try TorchtitanParser.layout(text: text, model: model, gpus: 8) },
            { _ = try DeepSpeedParser.layout(text: text, place: "f", gpus: 8) },
            { _ = try MaxTextParser.run(text: text, place: "f", gpus: 8) },
        ]
        return readers.map { read in
            do {
                try read()
                return nil
            } catch { return "\(error)" }
        }
    }

    static let hostile: [String] = [
        "", "{", "[", "'", "\"", "\u{0}", "--", "--=", "a: b: c", "? ", "&a [*a]", "!!binary x",
        String(repeating: "[", count: 20_000), String(repeating: "{\"a\":", count: 20_000),
        String(repeating: "a: \n ", count: 20_000),
        "--hidden-size 99999999999999999999999999", "--num-layers -1", "--num-layers 1e400",
        "per_device_batch_size: 1e400\nici_fsdp_parallelism: 9999999999999999999",
        "ici_fsdp_parallelism: 2147483647\nici_data_parallelism: 2147483647\ndcn_fsdp_parallelism: 2147483647\n",
        "{\"train_micro_batch_size_per_gpu\": 2147483647, \"gradient_accumulation_steps\": 2147483647}",
        "--parallelism.tensor_parallel_degree 2147483647 --parallelism.pipeline_parallel_degree 2147483647",
        "--moe-layer-freq " + String(repeating: "[0]*99999+", count: 10_000),
        "--tensor-model-parallel-size 2147483647 --pipeline-model-parallel-size 2147483647",
        String(repeating: "--flag ", count: 200_000), String(repeating: "word ", count: 200_000),
        "--hidden-size " + String(repeating: "9", count: 1_000_000),
    ]

    @Test("Hostile text gives one line of moderate length, or is read, and soon", arguments: hostile.indices)
    func texts(index: Int) throws {
        let began = ContinuousClock.now
        for error in try Self.errors(Self.hostile[index]) {
            guard let error else { continue }
            #expect(!error.contains("\n") && error.utf8.count < 2_000, "\(error.prefix(300))")
        }
        #expect(ContinuousClock.now - began < .seconds(20))
    }

    @Test("A broken value is named with its line, whatever the framework")
    func lines() throws {
        var request = LaunchRequest(
            model: try ModelCatalogue.entry("llama-3-8b").model,
            layout: TrainingLayout(data: 8, globalBatch: 8))
        request.architecture = .hopper
        let breaks: [(LaunchFramework, String, String)] = [
            (.megatronLM, "--micro-batch-size 1", "--micro-batch-size x"),
            (.megatronBridge, "micro_batch_size: 1", "micro_batch_size: x"),
            (
                .torchtitan, "--parallelism.tensor_parallel_degree 1",
                "--parallelism.tensor_parallel_degree x"
            ),
            (
                .deepSpeed, "\"train_micro_batch_size_per_gpu\": 1",
                "\"train_micro_batch_size_per_gpu\": \"x\""
            ),
            (.maxText, "ici_tensor_parallelism: 1", "ici_tensor_parallelism: x"),
        ]
        for (index, (framework, old, new)) in breaks.enumerated() {
            let order = [0, 1, 2, 3, 4][index]
            let text = try Launch.configuration(request, for: framework).text
            #expect(text.contains(old), "\(framework)")
            let line = text.components(separatedBy: old)[0].count { $0 == "\n" } + 1
            let error = try #require(try Self.errors(text.replacing(old, with: new))[order], "\(framework)")
            #expect(error.hasPrefix("line \(line): ") && error.contains("'x'"), "\(framework): \(error)")
        }
    }

    @Test("A quote that is not closed is named with its line")
    func quotes() throws {
        #expect(
            throws: LaunchParseError("line 2: the quote ' is not closed; close it")
        ) { try MegatronParser.run(text: "--num-layers 2 \\\n--moe-layer-freq '([0]*3\n--bf16", gpus: 8) }
    }
}
