import Testing
import Training

@testable import Files

/// Adapters beside a frozen model, in launch files.
@Suite struct AdapterLaunchTests {
    private func request(_ name: String, rank: Int = 16) throws -> LaunchRequest {
        LaunchRequest(
            model: try ModelCatalogue.entry(name).model, layout: TrainingLayout(globalBatch: 8),
            trained: .adapters(rank: rank))
    }

    @Test(
        "Adapters lie beside every matrix of the layers but routers, by the names of the release",
        arguments: [
            ("llama-3-8b", "linear_qkv linear_proj linear_fc1 linear_fc2"),
            (
                "deepseek-v3",
                "linear_q_down_proj linear_q_up_proj linear_kv_down_proj linear_kv_up_proj linear_proj linear_fc1 "
                    + "linear_fc2 eh_proj"
            ),
            ("nemotron-3-nano-30b-a3b", "linear_qkv linear_proj in_proj out_proj linear_fc1 linear_fc2"),
        ])
    func modules(name: String, modules: String) throws {
        for rank in [1, 16, 512] {
            let request = try request(name, rank: rank)
            let written = try Launch.configuration(request, for: .megatronBridge)
            let list = modules.split(separator: " ").map { "\"\($0)\"" }.joined(separator: ", ")
            #expect(written.text.contains("  dim: \(rank)\n  alpha: \(rank)\n  target_modules: [\(list)]\n"))
            #expect(written.notes.contains { $0.contains("checkpoint.pretrained_checkpoint") })
            let run = try MegatronBridgeParser.run(text: written.text, place: "", gpus: 1)
            #expect(run.request.trained == request.trained)
        }
    }

    @Test("A run that trains all weights takes a recipe's adapters back")
    func all() throws {
        var request = try request("llama-3-8b")
        request.trained = .all
        let text = try Launch.configuration(request, for: .megatronBridge).text
        #expect(text.contains("\npeft: null\n"))
        #expect(try MegatronBridgeParser.run(text: text, place: "", gpus: 1).request.trained == .all)
    }

    @Test(
        "Frameworks without adapters refuse them before a layout is looked at, and name the one that has them"
    )
    func refused() throws {
        for framework in LaunchFramework.allCases where framework != .megatronBridge {
            let reasons = framework.standingRefusals(of: try request("llama-3-8b"))
            #expect(
                reasons == [
                    "adapters beside a frozen model cannot be written for it; megatron-bridge has them"
                ])
        }
    }

    @Test(
        "Adapters that are not those priced, or no adapters, are refused with their key and line",
        arguments: [
            ("dim: 16", "dim: 0", "peft.dim is '0'; 1 to 65536"),
            ("dim: 16", "dim: \"16\\n$(x)\"", "peft.dim is"),
            ("peft.lora.LoRA", "peft.dora.DoRA", "megatron.bridge.peft.lora.LoRA is"),
            ("\"linear_qkv\", ", "", "linear_qkv, linear_proj"),
            ("\"linear_qkv\"", "\"router'; rm -rf /\"", "linear_qkv, linear_proj"),
        ])
    func broken(old: String, new: String, part: String) throws {
        let text = try Launch.configuration(try request("llama-3-8b"), for: .megatronBridge).text
        #expect(text.contains(old))
        let error = #expect(throws: LaunchParseError.self) {
            try MegatronBridgeParser.run(text: text.replacing(old, with: new), place: "", gpus: 1)
        }
        let line = error?.description ?? ""
        #expect(line.contains(part) && !line.contains("\n"), "\(line)")
    }

    @Test("What is trained is read from the text that plans have")
    func text() {
        for trained in [TrainedWeights.all, .adapters(rank: 1), .adapters(rank: 65_536)] {
            #expect(TrainedWeights(text: trained.text) == trained)
        }
        for text in ["", "lora", "lora=", "lora=0", "lora=65537", "lora=1x", "lora=-1", "ALL"] {
            #expect(TrainedWeights(text: text) == nil, "\(text)")
        }
    }
}
