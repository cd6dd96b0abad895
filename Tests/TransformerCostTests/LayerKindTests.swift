import Files
import TestSupport
import Testing
import Training

@testable import TransformerModel

/// Laws of layers that are no attention to all keys with a feed-forward part.
@Suite struct LayerKindTests {
    static func priced(_ model: Transformer) throws -> TransformerStepModel {
        TransformerStepModel(
            job: TrainingJob(model: model), machine: try LayoutSamples.machine("h100-sxm-80gb"))
    }

    @Test("Drawn layouts reach every kind")
    func reached() {
        let names = Set(LayoutSamples.draws(11, count: 120).map(\.model.name))
        #expect(names.isSuperset(of: LayoutSamples.kinds.map(\.name)))
    }

    @Test("t tensor ranks hold a t-th of what is split, and the whole of indexers and routers")
    func splitting() throws {
        for model in LayoutSamples.kinds {
            let step = try Self.priced(model)
            let whole = StageTable(TrainingLayout(), model: model)
            func weights(_ tensor: Int) -> Double {
                var layout = TrainingLayout(tensor: tensor, globalBatch: 8)
                layout.expertTensor = model.experts == nil ? 1 : tensor
                layout.data = 1
                return step.costs(of: layout).parameters.parameters(of: whole.classes[0]).all
            }
            let layers = Double(model.layers + model.multiTokenDepth)
            let index = model.attention.indexer?.projectionWeights(width: 4096, queryRank: 1536) ?? 0
            let router = model.experts.map { Double($0.experts) * 4096 } ?? 0
            let routers =
                router * Double(model.expertLayerCount + (model.experts == nil ? 0 : model.multiTokenDepth))
            // What latent attention makes for all heads together, and the projection of multi-token prediction.
            let latent =
                model.attention.form.isLatent ? layers * 4096 * (1536 + 512 + 64) : 0
            let kept = index * layers + routers + latent + Double(model.multiTokenDepth) * 2 * 4096 * 4096
            for tensor in [2, 4] where model.recurrence?.isSplit ?? true {
                let split = (weights(1) - kept) / Double(tensor)
                #expect(abs((weights(tensor) - kept) / split - 1) < 1e-12, "\(model.name) \(tensor)")
            }
        }
    }

    @Test(
        "Weights of one rank are the model's parameters but for norms, biases and what heads have of their own"
    )
    func weights() throws {
        for model in LayoutSamples.kinds where model.multiTokenDepth == 0 {
            let whole = StageTable(TrainingLayout(), model: model)
            let held = try Self.priced(model).costs(of: TrainingLayout()).parameters
                .parameters(of: whole.classes[0]).all
            let counted = model.parameters.total - model.parameters.norms
            #expect(held <= counted && held > counted * 0.999, "\(model.name): \(held) of \(counted)")
        }
    }

    @Test("More of anything in a recurrence or an indexer is never faster and never smaller")
    func more() throws {
        var layout = TrainingLayout(data: 8, microbatch: 1, globalBatch: 64)
        layout.sharding = Sharding(.optimizer)
        for model in LayoutSamples.kinds {
            let before = try Self.priced(model)
            let (step, memory) = (before.step(layout).total, before.memory(layout).total)
            var larger: [(String, Transformer)] = []
            func add(_ what: String, _ change: (inout Transformer) -> Void) {
                var one = model
                change(&one)
                larger.append((what, one))
            }
            if model.recurrence != nil {
                add("heads") { $0.recurrence?.heads *= 2 }
                add("key size") { $0.recurrence?.keySize *= 2 }
                add("value size") { $0.recurrence?.valueSize *= 2 }
                if model.recurrence?.rule != .lightning { add("taps") { $0.recurrence?.convolution += 4 } }
            }
            if model.attention.indexer != nil {
                add("index heads") { $0.attention.indexer?.heads *= 2 }
                add("index size") { $0.attention.indexer?.headSize *= 2 }
                add("top k") { $0.attention.indexer?.topK += 512 }
            }
            if model.attention.window != nil { add("window") { $0.attention.window?.tokens *= 2 } }
            for (what, one) in larger {
                let after = try Self.priced(one)
                #expect(after.step(layout).total > step, "\(model.name): \(what)")
                #expect(after.memory(layout).total >= memory, "\(model.name): \(what)")
            }
        }
    }

    @Test("Multi-token depths are of the last layer's kind, not of the last kind that occurs")
    func lastLayer() throws {
        var model = LayoutSamples.mixture
        model.experts?.denseLayers = DenseLayers()
        model.multiTokenDepth = 1
        // The last layer is dense; the kind that occurs last has experts.
        model.pattern = LayerPattern(
            (0..<32).map { LayerForm(mixer: .attention, part: (1...30).contains($0) ? .experts : .dense) })
        let step = try Self.priced(model)
        let costs = step.costs(of: TrainingLayout())
        let dense = try #require(costs.layers.first { $0.element.kind == .dense })
        var plain = model
        plain.multiTokenDepth = 0
        let head = try Self.priced(plain).costs(of: TrainingLayout()).head
        #expect(costs.head.expert == 0 && dense.kept.expert == 0)
        #expect(abs((costs.head.layers - head.layers) / dense.kept.layers - 1) < 1e-12)
    }

    @Test("The sum over blocks that a search takes is the price of the blocks")
    func blockSeconds() throws {
        for model in LayoutSamples.kinds {
            let step = try Self.priced(model)
            var layout = TrainingLayout(data: 8, globalBatch: 64)
            if model.experts != nil { layout.expert = 4 }
            let spreads = BlockSpreads(layout, placement: step.placement)
            let blocks = step.blockSeconds(layout, spreads, shardings: [.nothing])
            let sum = blocks.sum(BlockKey(layout, precision: step.job.precision), spreads)
            let whole = StageTable(TrainingLayout(), model: model)
            let costs = step.costs(of: layout)
            #expect(abs(sum.all / costs.secondsOfAll(whole) - 1) < 1e-12, "\(model.name)")
            #expect(abs(sum.leastLayer / costs.leastLayerSeconds - 1) < 1e-12, "\(model.name)")
            #expect(blocks.least.all <= sum.all, "\(model.name)")
        }
    }
}
