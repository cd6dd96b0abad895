import Files
import Testing
import Training
import TransformerModel

@testable import Evidence

@Suite struct RowInferenceTests {
    typealias Fixtures = EvidenceFixtures

    @Test("What a row does not state: degrees 1, DP the rest, ZeRO 1, microbatch 1")
    func unstated() throws {
        let inputs = try Fixtures.inputs(Fixtures.plain)
        #expect(inputs.layout.tensor == 1 && inputs.layout.pipeline == 1 && inputs.layout.data == 8)
        #expect(inputs.layout.sharding == Sharding(.optimizer))
        #expect(inputs.layout.microbatch == 1)
        #expect(inputs.job.precision == .bf16)
        #expect(inputs.assumed.contains("zero=1") && inputs.assumed.contains("microbatch=1"))
        #expect(inputs.assumed.contains("precision=bf16"))
    }

    @Test(
        "Families by the beginning of the name",
        arguments: [
            ("GPT 175B", Gating.plain, EmbeddingTying.tied), ("BLOOM-176B", .plain, .tied),
            ("MPT-7b", .plain, .tied), ("Nemotron-15B", .plain, .untied), ("LLAMA3_70B", .gated, .untied),
            ("GPT OSS 120B", .gated, .untied), ("something new", .gated, .untied),
        ])
    func families(_ name: String, _ gating: Gating, _ tying: EmbeddingTying) {
        let family = ModelFamily.named(name)
        #expect(family.gating == gating && family.embeddings == tying)
    }

    @Test("A row's software is its release's entry, else its name's, else what is usual on the machine")
    func software() throws {
        func name(_ words: String) throws -> String {
            try Fixtures.inputs(Fixtures.plain + " " + words).software.name
        }
        #expect(try name("") == "megatron-core")
        #expect(try name("gpu=tpu-v5p gpus=8") == "maxtext")
        #expect(try name("framework=nanotron release=2024") == "nanotron-2024")
        #expect(try name("framework=megatron-lm release=2022") == "megatron-lm-2022")
        #expect(try name("framework=megatron-lm") == "megatron-core")
        #expect(try name("framework=megatron-bridge release=26.02.01") == "megatron-bridge-26.04")
        #expect(try name("framework=megatron-bridge release=26.08") == "megatron-core")
        let unknown = try Fixtures.inputs(Fixtures.plain + " framework=homemade")
        #expect(
            unknown.software.name == "megatron-core" && unknown.assumed.contains("software=megatron-core"))
    }

    @Test("Software that fills stages by their weights gives the stage with the head fewer layers")
    func stagesByWeights() throws {
        let row = Fixtures.plain + " framework=nanotron release=2024 pp=4 interleave=1"
        let inputs = try Fixtures.inputs(row)
        let layers = inputs.layout.layersByChunk(of: inputs.job.model)
        #expect(layers.reduce(0, +) == 32 && layers[3] < layers[0])
        // 243 million weights a layer and 525 million of the head: a share is 2.08 billion.
        #expect(layers == [9, 9, 8, 6])
        #expect(try Fixtures.inputs(Fixtures.plain + " pp=4 interleave=1").layout.spread == .even)
    }

    @Test("The size of a head may be stated")
    func headSize() throws {
        let inputs = try Fixtures.inputs(Fixtures.plain + " head_size=64")
        #expect(inputs.job.model.attention.form.scoreHeadSize == 64)
    }

    @Test("Kernels are those of the software, but for what a row states")
    func kernels() throws {
        let gpt = try Fixtures.inputs(Fixtures.plain + " framework=megatron-lm release=2022")
        #expect(gpt.kernels == KernelSet(attention: .fused, flash: .library))
        let mpt = try Fixtures.inputs(Fixtures.plain + " framework=llm-foundry release=2023 zero=3")
        #expect(mpt.kernels == KernelSet(attention: .flash1, flash: .library))
        let listed = try Fixtures.inputs(
            Fixtures.plain + " framework=megatron-like release=2023 attention_kernel=flash1+rmsnorm")
        #expect(
            listed.kernels
                == KernelSet(attention: .flash1, flash: .library, norms: .fused, elementwise: .eager))
        let sharded = try Fixtures.inputs(Fixtures.plain + " gpu=h200 zero=3 framework=torchtitan")
        #expect(sharded.kernels == KernelSet(flash: .library, loss: .eager))
        // A stated attention kernel changes nothing else.
        let stated = try Fixtures.inputs(Fixtures.plain + " gpu=h200 attention_kernel=flash2")
        #expect(stated.kernels == KernelSet())
        let megatron = try Fixtures.inputs(Fixtures.plain + " gpu=h200")
        #expect(megatron.kernels == KernelSet())
    }

    @Test("Rows state every decision of a layout, and columns of experts need experts")
    func decisions() throws {
        let inputs = try Fixtures.inputs(
            Fixtures.plain + " tp=1 pp=2 schedule=zb-h1 layers_by_chunk=counting-ends")
        #expect(inputs.layout.schedule == .zeroBubbleH1 && inputs.layout.chunks == 1)
        #expect(inputs.layout.spread == .countingEnds)
        for text in [
            " top_k=-5", " top_k=2", " expert_d_ff=inf", " ep=2", " ep=-5", " tp=9223372036854775807",
        ] {
            #expect(throws: RowError.self, "\(text)") { try Fixtures.inputs(Fixtures.plain + text) }
        }
    }

    @Test("Unstated recomputation: the fewest layers with which the layout fits")
    func recomputation() throws {
        let easy = try Fixtures.inputs(Fixtures.plain + " tp=8")
        #expect(easy.layout.recomputation == .nothing)
        let hard = try Fixtures.inputs(Fixtures.plain + " tp=1 microbatch=8 seq_len=8192")
        #expect(hard.layout.recomputation != .nothing)
        let stated = try Fixtures.inputs(Fixtures.plain + " recompute=full")
        #expect(
            stated.layout.recomputation == .full && !stated.assumed.contains { $0.hasPrefix("recompute") })
    }

    @Test(
        "Tables name machines as the catalogue does, short names too, and as publications do",
        arguments: [
            ("h100", "h100-sxm-80gb"), ("h100-sxm", "h100-sxm-80gb"), ("h200-sxm", "h200-sxm"),
            ("H800", "h800-sxm-80gb"), ("h100-64gb-mn5", "h100-64gb-mn5"), ("A800-80GB", "a800-80gb"),
            ("B200-SXM", "b200"), ("MI355X", "mi355x"), ("tpu-v5p", "tpu-v5p"),
        ])
    func machines(_ name: String, _ own: String) throws {
        #expect(try Fixtures.inputs(Fixtures.plain + " gpu=\(name)").machine.name == own)
    }

    @Test("A machine of one's own takes the place of the catalogue's under its short names too")
    func ownMachines() throws {
        var own = try HardwareCatalogue.entry("gb200-nvl72").machine
        own.title = "mine"
        let table = try Fixtures.table(rows: [Fixtures.plain + " gpu=gb200"])
        let inference = RowInference(machines: MachineTable(for: [table], entries: [own]))
        #expect(try inference.inputs(table.rows[0]).machine.title == "mine")
    }

    @Test(
        "What cannot be priced names the column and what would do",
        arguments: [
            ("gpu=nothing", "neither a file nor a catalogue name"), ("gpu=", "gpu is missing"),
            ("layers=0", "layers"), ("layers=x", "layers is 'x'"), ("tp=3", "gpus is 8"),
            ("zero=4", "zero is '4'"), ("recompute=some", "recompute is 'some'"),
            ("sequence_parallel=maybe", "yes or no"), ("precision=fp7", "fp7"),
            ("attention_kernel=quick", "flash2"), ("dp=3", "dp is 3"), ("global_batch=63", "global"),
            ("microbatch=1.5", "microbatch is '1.5'"), ("gpus=99999999999999", "gpus"),
        ])
    func bad(_ words: String, _ message: String) throws {
        let problem = try #require(try Fixtures.problem(Fixtures.plain + " " + words))
        #expect(problem.contains(message), "\(problem)")
    }

    @Test("Rows of equal inputs are one case with their median; their spread is the noise floor")
    func twins() throws {
        let rows = [("a", 10.0), ("b", 12), ("c", 11)].map {
            Fixtures.plain + " id=\($0.0) step_seconds=\($0.1)"
        }
        let table = try Fixtures.table(rows: rows)
        let measured = MeasuredSteps(table, inference: RowInference(machines: MachineTable(for: [table])))
        #expect(measured.cases.count == 1)
        #expect(measured.cases.first?.measured == 11)
        #expect(measured.cases.first?.ids == ["a", "b", "c"])
        // Errors of the median: 11/10 − 1, 11/12 − 1 and 0.
        let expected = (0.1 + 1.0 / 12) / 3
        let noise = try #require(measured.noise).meanAbsolute
        #expect(abs(noise - expected) < 1e-12)
    }

    @Test("A bad row does not stop the rest")
    func mixed() throws {
        let table = try Fixtures.table(
            rows: [
                Fixtures.plain + " id=good", Fixtures.plain + " id=bad tp=3",
                Fixtures.plain + " id=worse step_seconds=-1",
            ])
        let measured = MeasuredSteps(table, inference: RowInference(machines: MachineTable(for: [table])))
        #expect(measured.cases.count == 1)
        #expect(Set(measured.failures.map(\.id)) == ["bad", "worse"])
    }

    @Test("Complete rows state degrees, sharding, batch, recomputation, sequence parallelism and precision")
    func complete() throws {
        let all =
            " tp=1 pp=1 dp=8 zero=1 microbatch=1 recompute=none sequence_parallel=no precision=bf16"
        let table = try Fixtures.table(rows: [Fixtures.plain, Fixtures.plain + all])
        #expect(table.rows.map(\.isComplete) == [false, true])
    }
}
