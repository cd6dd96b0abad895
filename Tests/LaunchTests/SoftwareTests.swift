import Testing
import Training
import TransformerModel

@testable import Files

@Suite struct SoftwareTests {
    private func problems(
        _ software: TrainingSoftware, _ layout: TrainingLayout, _ model: String = "llama-3-8b"
    ) throws
        -> [String]
    {
        software.problems(with: layout, for: try ModelCatalogue.entry(model).model).map(\.description)
    }

    @Test("Every entry of the catalogue can be read, has a source, and is not 'any'")
    func catalogue() throws {
        #expect(
            SoftwareCatalogue.names == [
                "deepseek-2024", "deepspeed", "internevo-2023", "llm-foundry-2023", "maxtext",
                "megatron-bridge-26.04",
                "megatron-core", "megatron-deepspeed-2022", "megatron-like-2023", "megatron-lm-2022",
                "modalities-2024", "nanotron-2024", "torchtitan",
            ])
        for name in SoftwareCatalogue.names {
            let software = try SoftwareCatalogue.software(name)
            #expect(software.name == name && !software.isAnything)
            #expect(!software.release.isEmpty && software.source.count > 20)
        }
        #expect(try SoftwareCatalogue.software("Megatron_LM").name == "megatron-core")
        #expect(try SoftwareCatalogue.software("any") == .anything)
        #expect(try SoftwareCatalogue.software("nanotron").label == "nanotron-2024")
    }

    @Test("All software does with a layout what is usual on the machine, where that is known")
    func anything() throws {
        for name in ["h100-sxm-80gb", "tpu-v5p", "trainium-2"] {
            let machine = try HardwareCatalogue.entry(name).machine
            let usual = try SoftwareCatalogue.usual(on: machine)
            let any = try SoftwareCatalogue.software("any", on: machine)
            #expect(any.isAnything && any.conduct == usual.conduct, "\(name)")
            #expect(try SoftwareCatalogue.software(nil, on: machine) == usual, "\(name)")
        }
    }

    @Test("A file like another one says only what differs; numbers keep their ranges")
    func like() throws {
        func read(_ lines: String) throws -> TrainingSoftware {
            try SoftwareFile.read(text: "name: ours\n" + lines, place: "ours.yaml")
        }
        let core = try SoftwareCatalogue.software("megatron-core")
        var ours = try read("like: megatron-core\nhost_dense: 0.01\nheadroom: 0.05\nnorms: eager")
        #expect(ours.conduct.hostDense == 0.01 && ours.conduct.headroom == 0.05)
        #expect(ours.conduct.kernels.norms == .eager && ours.schedules == core.schedules)
        ours.conduct = core.conduct
        (ours.name, ours.title, ours.release, ours.source) = (
            core.name, core.title, core.release, core.source
        )
        #expect(ours == core)
        #expect(try read("schedules: []").schedules.isEmpty)
        for (lines, words) in [
            ("like: nothing", "like is 'nothing'"), ("pass_factor: 0.5", "1.0 to 10.0 is accepted"),
            ("headroom: 1", "headroom is '1'"), ("host_dense: soon", "host_dense"),
            ("flash_kernels: mine", "library, vendor"),
        ] {
            let error = #expect(throws: ScenarioError.self) { try read(lines) }
            #expect(
                "\(error.map { "\($0)" } ?? "")".contains(words), "\(lines): \(String(describing: error))")
        }
    }

    @Test("Experts with biases are whole in Megatron-Core, and split where a software may")
    func biasedExperts() throws {
        let layout = TrainingLayout(tensor: 2, expertTensor: 2, globalBatch: 4)
        let reason = "experts with biases are whole there; plan with --fix expert_tensor=1"
        for (name, software, reasons) in [
            ("gpt-oss-120b", "megatron-core", [reason]), ("gpt-oss-120b", "megatron-bridge-26.04", [reason]),
            ("gpt-oss-120b", "deepspeed", []), ("qwen3-30b-a3b", "megatron-core", []),
            ("gpt-3-175b", "megatron-core", []),
        ] {
            let problems = try SoftwareCatalogue.software(software)
                .problems(with: layout, for: try ModelCatalogue.entry(name).model).map(\.description)
            #expect(problems.filter { $0.contains("biases") } == reasons, "\(name) \(software)")
        }
    }

    @Test("Every rule refuses what breaks it, in words, and nothing else")
    func rules() throws {
        var software = TrainingSoftware()
        software.name = "ours"
        #expect(
            try problems(software, TrainingLayout(pipeline: 2, schedule: .zeroBubbleH1, globalBatch: 4)) == []
        )
        software.schedules = [.oneForwardOneBackward, .interleaved]
        software.interleaving = .wholeRounds
        software.stages = .equal
        software.sharding = [.nothing, .weights]
        software.pipelineSharding = [.optimizer]
        software.groupSharding = [.weights]
        software.shardGroups = .wholeContext
        software.unshared = .nothing
        software.recomputation = [.nothing, .layers]
        software.recomputedLayers = .alikeInChunks
        software.sequenceParallelism = [.on]
        software.contextMethods = [.allToAll]
        software.expertTensor = .tensorRanks
        software.offload = [[], .optimizer]
        software.multiToken = .absent
        let cases: [(TrainingLayout, [String])] = [
            (TrainingLayout(globalBatch: 4), []),
            (
                TrainingLayout(pipeline: 2, schedule: .zeroBubbleH1, globalBatch: 4),
                ["it has no schedule zb-h1; 1f1b and interleaved are there"]
            ),
            (
                TrainingLayout(pipeline: 4, chunks: 2, schedule: .interleaved, globalBatch: 6),
                ["interleaving needs microbatches in multiples of pipeline 4, not 6"]
            ),
            (
                TrainingLayout(pipeline: 5, globalBatch: 5),
                ["it chooses where stages begin; equal stages are needed"]
            ),
            (
                TrainingLayout(data: 2, sharding: Sharding(.gradients), globalBatch: 4),
                ["ZeRO-2 does not go with it; ZeRO-0 and 3 do"]
            ),
            (
                TrainingLayout(pipeline: 2, data: 2, sharding: Sharding(.weights), globalBatch: 4),
                ["ZeRO-3 does not go with its pipelines; ZeRO-1 does"]
            ),
            (
                TrainingLayout(
                    pipeline: 2, data: 4, sharding: Sharding(.optimizer, group: 2), globalBatch: 8),
                ["shard groups are there for ZeRO-3, not for ZeRO-1"]
            ),
            (
                TrainingLayout(tensor: 2, sequenceParallelism: .on, data: 2, globalBatch: 4),
                ["replicas without sharding go with no other kind of ranks"]
            ),
            (
                TrainingLayout(
                    context: 4, contextMethod: .allToAll, data: 2, sharding: Sharding(.weights, group: 2),
                    globalBatch: 8),
                ["a shard group of 2 must hold whole context groups of 4"]
            ),
            (
                TrainingLayout(globalBatch: 4, recomputation: .selective),
                ["it has no recomputation of the kind selective; none and layers are there"]
            ),
            (
                TrainingLayout(pipeline: 2, globalBatch: 4, recomputation: .layersByStage([1, 0])),
                [
                    "it recomputes as many layers on every stage; plan with --fix stages=even, or with other stages"
                ]
            ),
            (
                TrainingLayout(
                    pipeline: 2, chunks: 2, schedule: .interleaved, globalBatch: 4,
                    recomputation: .layersPerStage(3)),
                ["it recomputes as many layers in each of 2 chunks of a stage; 3 is not a multiple of 2"]
            ),
            (TrainingLayout(tensor: 2, globalBatch: 4), ["tensor ranks need sequence parallelism on"]),
            (
                TrainingLayout(context: 2, sharding: Sharding(.weights), globalBatch: 4),
                ["context ranks exchange by all-to-all, not by ring"]
            ),
            (
                TrainingLayout(globalBatch: 4, offload: .weights),
                ["it does not keep weights on the host; nothing and optimizer can be kept there"]
            ),
        ]
        for (layout, expected) in cases { #expect(try problems(software, layout) == expected) }
        #expect(
            try problems(software, TrainingLayout(globalBatch: 4), "deepseek-v3")
                == ["it has no multi-token prediction"])
        let experts = TrainingLayout(
            tensor: 4, sequenceParallelism: .on, expertTensor: 2, globalBatch: 4)
        #expect(
            try problems(software, experts, "mixtral-8x7b")
                == ["experts are split over the same 4 tensor ranks as the rest, or over none; not over 2"])
    }

    @Test("What does not go with an optimizer or a format is refused before a search, by name")
    func optimizers() throws {
        let model = try ModelCatalogue.entry("llama-3-8b").model
        let software = try SoftwareCatalogue.software("megatron-core")
        func question(_ optimizer: TrainingOptimizer, _ precision: TrainingPrecision = .bf16) throws
            -> TransformerQuestion
        {
            TransformerQuestion(
                job: TrainingJob(model: model, precision: precision, optimizer: optimizer),
                machine: try HardwareCatalogue.entry("h100-sxm-80gb").machine, given: .gpus(8), globalBatch: 8
            )
        }
        // Nothing is left out for the optimizer that goes with everything.
        #expect(try question(.adam).run(by: software).limits.software == software)
        #expect(try question(.muon).run(by: software).limits.sharding == [.nothing, .optimizer])
        var fixed = try question(.muon)
        fixed.limits.sharding = [.weights]
        let error = #expect(throws: LayoutFieldError.self) { try fixed.run(by: software) }
        #expect(
            error.map { "\($0)" }
                == "megatron-core 0.20 runs no layout with zero=3 beside muon; leave that out, or name another software"
        )
        fixed = try question(.lion)
        fixed.limits.offload = [.optimizer]
        #expect(throws: LayoutFieldError.self) { try fixed.run(by: software) }
        func problems(_ optimizer: TrainingOptimizer, _ layout: TrainingLayout) -> [String] {
            software.running(optimizer, in: .bf16).problems(with: layout, for: model).map(\.description)
        }
        let whole = TrainingLayout(data: 8, globalBatch: 8)
        #expect(
            problems(.muon, TrainingLayout(data: 8, sharding: Sharding(.weights), globalBatch: 8)) == [
                "its ZeRO-3 does not go with muon, but with adam, adam-bf16 and adam-8bit"
            ])
        #expect(
            problems(.adam8, whole) == ["its ZeRO-0 does not go with adam-8bit, but with adam, lion and muon"]
        )
        #expect(problems(.adam8, TrainingLayout(globalBatch: 8)).isEmpty, "one rank shares nothing")
        #expect(problems(.muon, whole).isEmpty && problems(.adam, whole).isEmpty)
        var offloaded = whole
        offloaded.offload = .optimizer
        #expect(
            problems(.adam, offloaded) == [
                "the optimizer on the host goes with ZeRO-1, 2 and 3, not with ZeRO-0"
            ])
        offloaded.sharding = Sharding(.optimizer)
        #expect(problems(.adam, offloaded).isEmpty)
        #expect(
            problems(.muon, offloaded)
                == ["it does not keep states of muon on the host, but of adam, adam-bf16 and adam-8bit"])
        // Two modules are not recomputed beside delayed scaling.
        let delayed = try question(.adam, .fp8(.delayed)).run(by: software).limits.software
        #expect(
            software.recomputedModules.subtracting(delayed.recomputedModules) == [.norms, .expertActivation])
    }

    @Test("Experts of torchtitan are split over all tensor ranks, or whole on several ranks")
    func expertSplit() throws {
        let software = try SoftwareCatalogue.software("torchtitan")
        func layout(expert: Int, split: Int) -> TrainingLayout {
            TrainingLayout(
                tensor: 4, sequenceParallelism: .on, expert: expert, expertTensor: split, data: 2,
                sharding: Sharding(.weights), globalBatch: 8)
        }
        func words(_ expert: Int, _ split: Int) throws -> [String] {
            try problems(software, layout(expert: expert, split: split), "mixtral-8x7b")
        }
        #expect(try words(8, 1).isEmpty && words(1, 4).isEmpty)
        #expect(
            try words(2, 4) == ["experts on several ranks are whole there; plan with --fix expert_tensor=1"])
        #expect(
            try words(1, 1) == [
                "experts that lie on every rank are split over its tensor ranks; plan with --fix expert_tensor=4"
            ])
    }

    @Test("Single values of a software are replaced, and what cannot be is refused with its key")
    func settings() throws {
        let software = try SoftwareCatalogue.software("megatron-core")
        let changed = try SoftwareFile.setting(
            [
                "expert_balance=natural", "loss=chunked", "graphs_on=hopper,blackwell",
                "expert_transport=all-to-all", "expert_overlap=no", "dispatch=as-products", "jitter=0",
                "recompute_modules=moe_act,layernorm",
            ], in: software)
        #expect(changed.name == software.name && changed.schedules == software.schedules)
        #expect(changed.conduct.expertBalance == SoftwareConduct.naturalBalance)
        #expect(changed.conduct.kernels.loss == .chunked && changed.conduct.jitter == 0)
        #expect(changed.conduct.graphsOn == [.hopper, .blackwell])
        #expect(changed.conduct.expertTransport == .allToAll && changed.conduct.dispatch == .products)
        #expect(changed.conduct.expertOverlap == .absent)
        #expect(changed.recomputedModules == [.expertActivation, .norms])
        #expect(try SoftwareFile.setting([], in: software) == software)
        #expect(try SoftwareFile.setting(["expert_balance=forced"], in: changed).conduct.expertBalance == 1)
        let refused = [
            ("expert_balance=0.5", "1.0 to 100.0"), ("expert_balance=often", "expert_balance"),
            ("loss=", "key=value"), ("name=mine", "key=value"), ("loss=tiny", "fused, eager, chunked"),
            ("schedules=1f1b,\"]\nname: x", "schedules"), ("recompute_modules=everything", "core_attn"),
        ]
        for (text, expected) in refused {
            let error = #expect(throws: ScenarioError.self) {
                try SoftwareFile.setting([text], in: software)
            }
            #expect(error.map { "\($0)".contains(expected) } == true, "\(text): \(String(describing: error))")
        }
        #expect(!SoftwareFile.isSetting("hbm.bandwidth=1TB/s") && SoftwareFile.isSetting("jitter=0"))
    }

    @Test("A format that the software lacks is refused before a search and when a launch is written")
    func formats() throws {
        let model = try ModelCatalogue.entry("llama-3-8b").model
        let software = try SoftwareCatalogue.software("torchtitan")
        let question = TransformerQuestion(
            job: TrainingJob(model: model, precision: .fp8(.blockwise)),
            machine: try HardwareCatalogue.entry("h100-sxm-80gb").machine, given: .gpus(8), globalBatch: 8)
        let error = #expect(throws: LayoutFieldError.self) { try question.run(by: software) }
        #expect(error.map { "\($0)".contains("it has no fp8-blockwise") } == true)
        #expect(throws: Never.self) { try question.run(by: .anything) }
        var other = question
        other.job.precision = .fp8(.unstated)
        #expect(throws: Never.self) { try other.run(by: software) }
        #expect(software.has(.bf16) && !software.has(.fp4(.nvfp4)) && TrainingSoftware.anything.has(.fp16))
        for name in SoftwareCatalogue.names {
            #expect(try SoftwareCatalogue.software(name).formats?.contains(.bf16) == true, "\(name)")
        }
    }

    @Test(
        "A file that says what cannot be is refused with the key and what would do",
        arguments: [
            ("name: any", "'any', which stands for every software"),
            ("name: ours\nschedules: [1f2b]", "1f2b"), ("name: ours\nsharding: [4]", "0, 1, 2, 3"),
            ("name: ours\nstages: some", "any, equal"),
            ("name: ours\nzero: 1", "zero is not a key of software files"),
            ("title: ours", "name is missing"),
            ("name: ours\nrecompute: []", "is an empty list"),
        ])
    func refusals(text: String, part: String) {
        let error = #expect(throws: ScenarioError.self) {
            try SoftwareFile.read(text: text, place: "ours.yaml")
        }
        #expect(error.map { "\($0)".contains(part) } == true, "\(String(describing: error))")
    }
}
