import Testing
import Training

@testable import Files

@Suite struct MegatronParserTests {
    static let script = """
        --tensor-model-parallel-size 4 \\
        --pipeline-model-parallel-size=2 \\
        --sequence-parallel --lr 1e-4 --min-lr 1.0e-5 \\
        --num-layers 32 --hidden-size 4096 --num-attention-heads 32 --seq-length 4096 \\
        --vocab-size 32000 --micro-batch-size 1 --global-batch-size 256 \\
        --num-experts 8 --moe-layer-freq '([0]*1+[1]*31)' --expert-model-parallel-size 2 \\
        --use-distributed-optimizer --bf16 --fp8-format hybrid
        """

    @Test("A script's list is read with Megatron-LM's defaults, and other flags are named")
    func script() throws {
        let run = try MegatronParser.run(text: Self.script, gpus: 64)
        let layout = run.request.layout
        #expect(layout.tensor == 4)
        #expect(layout.pipeline == 2)
        // 64 / (4 * 2).
        #expect(layout.data == 8)
        // Experts are split as the rest unless said otherwise.
        #expect(layout.expertTensor == 4)
        #expect(layout.sharding == Sharding(.optimizer))
        let model = run.request.model
        #expect(model.feedForward == FeedForward(width: 16_384, gating: .plain))
        #expect(model.positions == .learned(4096))
        #expect(model.experts?.denseLayers == DenseLayers(first: 1))
        #expect(run.request.precision == .fp8(.unstated))
        #expect(run.ignored == ["--lr", "--min-lr"])
        #expect(layout.problems(for: model) == [])
    }

    @Test(
        "What cannot be read is an error that says what would be",
        arguments: [
            ("--hidden-size 4096", "--hidden-size abc", "line 4: --hidden-size is 'abc'; a whole number"),
            ("--vocab-size 32000", "", "--vocab-size is missing"),
            (
                "--bf16", "--cp-comm-type ring",
                "line 7: --cp-comm-type 'ring' is not read; p2p, all_gather or a2a is"
            ),
            ("'([0]*1+[1]*31)'", "'[0,1]*9'", "line 6: --moe-layer-freq '[0,1]*9' is not read"),
            ("--bf16", "--context-parallel-size 3", "64 ranks are no multiple of tensor 4 x pipeline 2"),
        ])
    func errors(old: String, new: String, message: String) {
        do {
            _ = try MegatronParser.run(text: Self.script.replacing(old, with: new), gpus: 64)
            Issue.record("read")
        } catch {
            #expect(error.description.hasPrefix(message))
        }
    }

    @Test("Layouts of a pipeline are read and written", arguments: ["E,t*31|t*32|t*32|t*31,L", "E|t,t|m,L"])
    func pipelines(text: String) throws {
        let counts = try #require(MegatronPipelineText.counts(of: text))
        #expect(counts == (text.hasPrefix("E,t*31") ? [31, 32, 32, 31] : [0, 2, 0]))
        #expect(MegatronPipelineText.counts(of: "E(t|)*3L") == nil)
    }

    @Test("Rules of layers with experts are written as lists that are read back")
    func rules() {
        for first in 0...5 {
            for every in 1...3 {
                let rule = DenseLayers(first: first, expertsEvery: every)
                let text = MegatronLayerList.text(rule, layers: 12)
                let read = MegatronLayerList.values(text, layers: 12)
                #expect(read == (0..<12).map { rule.kind(atLayer: $0) == .expert })
            }
        }
    }
}
