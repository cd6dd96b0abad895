import Files
import Optimization
import Quantities
import ScalingModel
import TestSupport
import Testing
import Training

@Suite struct PlanLimitsTests {
    private static let limits = [
        ["tensor<=4"], ["tensor=8"], ["tensor>=4", "tensor<=16"], ["pipeline=2"], ["pipeline<=4", "data>=2"],
        ["data=4"], ["expert=1"], ["microbatches<=8"], ["microbatches=16"], ["interleave=1"],
        ["interleave>=2"], ["zero_bubble=no"], ["zero_bubble=yes"], ["tp_model=1"], ["tp_ff<=2"],
        ["zero_bubble=no", "tensor<=8", "pipeline>=2"], ["zero_bubble=yes", "interleave=1"],
    ]

    private func question(_ preset: SpacePreset, gpus: Int, sparse: Bool) throws -> PlanningQuestion {
        PlanningQuestion(
            machine: try HardwareCatalogue.entry("h100-sxm").machine,
            given: .gpusAndFlop(gpus: gpus, flop: sparse ? 3e20 : 1e21),
            laws: WorkloadLaws(
                sparsity: sparse ? .fixed(4) : .dense, batch: .given(sequences: 64), fixedWidth: 512,
                fixedLayers: 8),
            preset: preset)
    }

    @Test(
        "The best plan under limits is the best of all plans that keep them",
        arguments: [SpacePreset.full, .published], limits)
    func oracle(preset: SpacePreset, texts: [String]) throws {
        let limits = try PlanLimits(reading: texts)
        for (gpus, sparse) in [(32, false), (12, false), (16, true)] {
            var all = try question(preset, gpus: gpus, sparse: sparse)
            all.wanted = 10_000
            let every = try Planner(all).answer()
            #expect(every.plans.count < 10_000 || preset == .full)
            let expected = every.plans.first { limits.admits($0.plan) }
            // A list that is cut off says nothing of what comes after.
            if expected == nil, every.plans.count == 10_000 { continue }
            var asked = try question(preset, gpus: gpus, sparse: sparse)
            asked.limits = limits
            let answer = try Planner(asked).answer()
            #expect(answer.best?.total == expected?.total, "\(texts) \(gpus)")
            #expect(answer.best?.plan == expected?.plan, "\(texts) \(gpus)")
            if let best = answer.best { #expect(limits.admits(best.plan)) }
            #expect(answer.certificate.isOptimal == (expected != nil))
            if expected == nil { #expect(answer.infeasibility.joined().contains("\(limits)")) }
        }
    }

    @Test("A limit that no plan of the shape keeps is refused, and says what the degrees divide")
    func impossible() throws {
        var asked = try question(.full, gpus: 32, sparse: false)
        asked.limits = try PlanLimits(reading: ["tensor=7"])
        let answer = try Planner(asked).answer()
        #expect(answer.best == nil)
        #expect(answer.infeasibility.joined().contains("tp=7: tensor degrees divide d_model 512"))
    }

    @Test("A decision is read under its column's name and its other name, and written under the first")
    func names() throws {
        let names = [
            ("tp", "tensor"), ("tp_model", "tensor_model"), ("tp_ff", "Tensor-FF"), ("pp", "pipeline"),
            ("ep", "expert"), ("dp", "data"), ("interleave", "chunks"), ("zero_bubble", "zero-bubble"),
        ]
        for (name, other) in names {
            let limits = try PlanLimits(reading: ["\(name)=1"])
            #expect(try PlanLimits(reading: ["\(other)=1"]) == limits)
            #expect("\(limits)".hasPrefix("\(name)="))
        }
        #expect(PlanLimits.Decision.canonical("pipeline_by_level") == "pp_by_level")
        #expect(PlanLimits.Decision.canonical("Note") == "Note")
    }

    @Test("Limits hold for the other two questions too")
    func otherQuestions() throws {
        let limits = try PlanLimits(reading: ["tensor<=8", "zero_bubble=no"])
        let machine = try HardwareCatalogue.entry("h100-sxm").machine
        for given in [
            Given.flopAndTime(flop: 1e25, time: .months(3)), .gpusAndTime(gpus: 2048, time: .months(1)),
        ] {
            var free = PlanningQuestion(machine: machine, given: given)
            let best = try #require(try Planner(free).answer().best)
            free.limits = limits
            let kept = try #require(try Planner(free).answer().best)
            #expect(!limits.admits(best.plan) && limits.admits(kept.plan))
            #expect(kept.gpusGiven >= best.gpusGiven && kept.run.flop <= best.run.flop)
        }
    }

    @Test(
        "What cannot be read or kept together is refused",
        arguments: [
            ["tensor"], ["tensor=x"], ["tensor=0"], ["tensor=-1"], ["width=8"], ["zero_bubble=maybe"],
            ["tensor=4", "tensor=8"], ["zero_bubble=yes", "zero_bubble=no"], ["tensor<=4", "tensor>=8"],
            ["tensor=4,8"],
        ])
    func refused(texts: [String]) {
        #expect(throws: PlanningError.self) { try PlanLimits(reading: texts) }
    }
}
