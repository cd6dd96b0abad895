import Files
import Quantities
import TestSupport
import Testing
import Training

@testable import TransformerModel

/// How tokens reach their experts, and what that costs.
@Suite struct ExpertRoutingTests {
    static func model(_ change: (inout TrainingJob) -> Void = { _ in }) throws -> TransformerStepModel {
        var job = TrainingJob(
            model: try ModelCatalogue.entry("deepseek-v3").model,
            conduct: try SoftwareCatalogue.software("megatron-core").conduct)
        job.precision = .fp8(.tensorwise)
        change(&job)
        return TransformerStepModel(job: job, machine: try HardwareCatalogue.entry("h100-sxm-80gb").machine)
    }

    static let layout = TrainingLayout(
        pipeline: 16, expert: 64, data: 128, globalBatch: 15_360, recomputation: .full)

    @Test("Copies that cross are those of plain counting over random draws, with groups and without")
    func copies() {
        var random = SplitMix64(seed: 5)
        for (experts, topK, groups, most, domains) in [
            (64, 6, 1, 1, 8), (256, 8, 8, 4, 8), (160, 6, 8, 3, 4), (256, 8, 8, 4, 16), (128, 8, 1, 1, 2),
        ] {
            var layers = ExpertLayers(experts: experts, topK: topK, width: 1)
            (layers.groups, layers.groupsPerToken) = (groups, most)
            var crossing = 0
            let draws = 20_000
            for draw in 0..<draws {
                let chosen = Array(0..<groups).shuffled(using: &random).prefix(most)
                let size = experts / groups
                let allowed = chosen.flatMap { Array($0 * size..<($0 + 1) * size) }
                let reached = Set(
                    allowed.shuffled(using: &random).prefix(topK).map { $0 * domains / experts })
                crossing += reached.subtracting([draw % domains]).count
            }
            let mean = Double(crossing) / Double(draws)
            let formula = TokenCopies(layers, isOnceADomain: true).crossing(domains: Double(domains))
            // Experts are drawn with replacement in the formula, which reaches a little less.
            #expect(abs(formula / mean - 1) < 0.1, "\(layers) \(domains): \(formula), \(mean)")
            let each = TokenCopies(layers, isOnceADomain: false).crossing(domains: Double(domains))
            #expect(formula <= each)
        }
    }

    @Test("Uneven routing, copies for each expert, nothing beside the exchange: each takes longer")
    func slower() throws {
        let usual = try Self.model().step(Self.layout).total
        let changes: [(String, (inout TrainingJob) -> Void)] = [
            ("balance", { $0.conduct.expertBalance = 1.5 }),
            ("transport", { $0.conduct.expertTransport = .allToAll }),
            ("overlap", { $0.conduct.expertOverlap = .absent }),
            (
                "groups",
                {
                    $0.model.experts?.groups = 1; $0.model.experts?.groupsPerToken = 1
                }
            ),
        ]
        var layout = Self.layout
        layout.recomputation = .nothing
        let plain = try Self.model().step(layout).total
        for (name, change) in changes {
            #expect(try plain < Self.model(change).step(layout).total, "\(name)")
        }
        let narrow = try Self.model { $0.conduct.dispatch = .products }.step(Self.layout)
        #expect(narrow.total < usual)
        let wide = try Self.model {
            $0.precision = .bf16
            $0.conduct.dispatch = .products
        }
        let same = try Self.model { $0.precision = .bf16 }
        #expect(wide.step(Self.layout) == same.step(Self.layout))
    }

    @Test(
        "The busiest expert's rank holds and works on as much more as routing is uneven; a capacity bounds it"
    )
    func load() throws {
        var layout = Self.layout
        layout.recomputation = .nothing
        let even = try Self.model().memory(layout).activations
        let uneven = try Self.model { $0.conduct.expertBalance = 2 }.memory(layout).activations
        #expect(even.value < uneven.value && uneven.value < 2 * even.value)
        let capped = try Self.model {
            $0.conduct.expertBalance = 2
            $0.model.experts?.capacityFactor = 1
        }
        #expect(capped.memory(layout).activations == even)
    }

    @Test("Natural routing is as slow as it was measured on 8 GB200")
    func natural() throws {
        // 12.362 s with natural routing, 6.501 s with forced: see SoftwareConduct.naturalBalance.
        let machine = try HardwareCatalogue.entry("gb200-nvl72").machine
        var model = try ModelCatalogue.entry("qwen3-30b-a3b").model
        model.sequenceLength = 4096
        var job = TrainingJob(
            model: model, precision: .fp8(.microscaling),
            conduct: try SoftwareCatalogue.software("megatron-core").conduct)
        let layout = TrainingLayout(
            expert: 8, data: 8, sharding: Sharding(.optimizer), microbatch: 4, globalBatch: 512)
        let forced = TransformerStepModel(job: job, machine: machine).step(layout).total
        job.conduct.expertBalance = SoftwareConduct.naturalBalance
        let natural = TransformerStepModel(job: job, machine: machine).step(layout).total
        let ratio: Double = natural.value / forced.value
        let measured: Double = 12.362 / 6.501
        #expect(abs(ratio / measured - 1) < 0.1, "\(ratio)")
    }
}
