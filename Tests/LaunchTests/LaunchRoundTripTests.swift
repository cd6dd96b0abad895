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
            var model = run.request.model
            (model.name, model.defaultGlobalBatch) = (request.model.name, request.model.defaultGlobalBatch)
            #expect(model == request.model)
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
            var model = run.request.model
            (model.name, model.defaultGlobalBatch) = (request.model.name, request.model.defaultGlobalBatch)
            #expect(model == request.model, "\(configuration.text)")
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
