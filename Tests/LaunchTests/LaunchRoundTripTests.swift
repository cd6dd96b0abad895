import Testing
import Training

@testable import Files

@Suite struct LaunchRoundTripTests {
    /// What a configuration does not say: it gives each chunk's layers where they are uneven, and no exchange of
    /// context where there is none.
    private func same(_ read: TrainingLayout, _ written: TrainingLayout, _ model: Transformer) -> Bool {
        var read = read
        guard read.layersByChunk(of: model) == written.layersByChunk(of: model) else { return false }
        read.spread = written.spread
        if written.context == 1 { read.contextMethod = written.contextMethod }
        return read == written
    }

    @Test("Hundreds of layouts read back from arguments of Megatron-LM, with model, format and optimizer")
    func megatron() throws {
        let plans = try LaunchPlans.written(.megatronLM, count: 150, seed: 1)
        #expect(plans.count == 150)
        for (request, configuration) in plans {
            let run = try MegatronParser.run(text: configuration.text, gpus: request.layout.gpus)
            #expect(same(run.request.layout, request.layout, request.model), "\(configuration.text)")
            #expect(run.request.precision == request.precision)
            #expect(run.request.optimizer == request.optimizer)
            #expect(run.ignored == [])
            #expect(LaunchPlans.model(run, as: request.model) == request.model)
        }
    }

    @Test("Hundreds of layouts read back from a script that starts Megatron-LM")
    func scripts() throws {
        for (request, configuration) in try LaunchPlans.written(.megatronLM, count: 100, seed: 2) {
            let script = try #require(configuration.scripts.first { $0.fileName == "run.sh" })
            let run = try MegatronParser.run(text: script.text, gpus: request.layout.gpus)
            #expect(same(run.request.layout, request.layout, request.model), "\(script.text)")
        }
    }

    @Test("Hundreds of layouts read back from overrides of Megatron Bridge, with model, format and optimizer")
    func bridge() throws {
        let plans = try LaunchPlans.written(.megatronBridge, count: 150, seed: 3)
        #expect(plans.count == 150)
        for (request, configuration) in plans {
            #expect(MegatronBridgeParser.isOverrides(configuration.text))
            let run = try MegatronBridgeParser.run(
                text: configuration.text, place: "overrides.yaml", gpus: request.layout.gpus)
            #expect(same(run.request.layout, request.layout, request.model), "\(configuration.text)")
            #expect(run.request.precision == request.precision)
            #expect(run.request.optimizer == request.optimizer)
            #expect(run.request.trained == request.trained)
            #expect(
                LaunchPlans.model(run, as: request.model) == request.model, "\(configuration.text)")
        }
    }

    @Test("Hundreds of layouts read back from options of torchtitan")
    func torchtitan() throws {
        let plans = try LaunchPlans.written(.torchtitan, count: 150, seed: 4)
        #expect(plans.count == 150)
        for (request, configuration) in plans {
            #expect(TorchtitanParser.isRun(configuration.text))
            let layout = try TorchtitanParser.layout(
                text: configuration.text, model: request.model, gpus: request.layout.gpus)
            #expect(same(layout, request.layout, request.model), "\(configuration.text) \(layout)")
        }
    }

    @Test("Hundreds of layouts read back from the YAML of MaxText, with model, format and optimizer")
    func maxText() throws {
        let plans = try LaunchPlans.written(.maxText, count: 150, seed: 6)
        #expect(plans.count == 150)
        #expect(
            plans.contains { $0.request.layout.pipeline > 1 }
                && plans.contains { $0.request.layout.context > 1 })
        #expect(plans.contains { $0.request.layout.expert > 1 })
        #expect(plans.contains { $0.request.model.recurrentLayerCount > 0 })
        for (request, configuration) in plans {
            #expect(MaxTextParser.isConfiguration(configuration.text))
            let run = try MaxTextParser.run(
                text: configuration.text, place: "maxtext.yml", gpus: request.layout.gpus)
            #expect(same(run.request.layout, request.layout, request.model), "\(configuration.text)")
            #expect(run.request.precision == request.precision)
            #expect(run.request.optimizer == request.optimizer)
            #expect(run.ignored == [])
            #expect(
                sameModel(run.request.model, request.model, tensor: request.layout.tensor),
                "\(configuration.text)")
        }
    }

    /// What MaxText's settings do not say: a vocabulary is rounded up, the inner width of layers that are not there is
    /// that of experts, and constants that are not known are its own.
    private func sameModel(_ read: Transformer, _ written: Transformer, tensor: Int) -> Bool {
        var read = read
        // MaxText's own Gemma 3 has 64 tokens fewer.
        let isGemma = written.name == "gemma-3-27b" && read.vocabulary == 262_144
        guard isGemma || (0..<tensor).contains(read.vocabulary - written.vocabulary) else { return false }
        for (known, found) in [
            (written.constants?.rotaryBase, read.constants?.rotaryBase),
            (written.constants?.normEpsilon, read.constants?.normEpsilon),
            (written.constants?.rotaryShare, read.constants?.rotaryShare),
        ] where known != found { return false }
        (read.name, read.defaultGlobalBatch) = (written.name, written.defaultGlobalBatch)
        (read.vocabulary, read.constants) = (written.vocabulary, written.constants)
        if written.expertLayerCount == written.layers { read.feedForward.width = written.feedForward.width }
        return read == written
    }

    @Test(
        "Hundreds of layouts of DeepSpeed read back from the script that starts them and the JSON beside it")
    func deepSpeedScripts() throws {
        for (request, configuration) in try LaunchPlans.written(.deepSpeed, count: 150, seed: 13) {
            let script = try #require(configuration.scripts.first { $0.fileName == "run.sh" })
            #expect(try DeepSpeedParser.configurationName(inScript: script.text) == configuration.fileName)
            let layout = try DeepSpeedParser.layout(
                text: configuration.text,
                beside: DeepSpeedParser.beside(script: script.text, model: request.model),
                gpus: request.layout.gpus)
            #expect(same(layout, request.layout, request.model), "\(script.text)")
        }
    }

    @Test("Hundreds of layouts read back from the JSON of DeepSpeed, beside what it does not hold")
    func deepSpeed() throws {
        let plans = try LaunchPlans.written(.deepSpeed, count: 150, seed: 5)
        #expect(plans.count == 150)
        for (request, configuration) in plans {
            #expect(DeepSpeedParser.isConfiguration(configuration.text))
            var beside = request.layout
            (beside.data, beside.microbatch, beside.globalBatch) = (1, 1, 1)
            (beside.sharding, beside.offload) = (Sharding(), [])
            let layout = try DeepSpeedParser.layout(
                text: configuration.text, beside: beside, gpus: request.layout.gpus)
            #expect(layout == request.layout)
        }
    }
}
