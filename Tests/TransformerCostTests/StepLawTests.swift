import Files
import Quantities
import TestSupport
import Testing
import Training

@testable import TransformerModel

/// Laws that hold for every layout: better machines are never slower, more work is never faster.
@Suite struct StepLawTests {
    static let machines = ["a100-sxm-80gb", "h100-sxm-80gb", "gb200-nvl72"]

    static func seconds(
        _ model: Transformer, _ layout: TrainingLayout, _ machine: Accelerator,
        precision: TrainingPrecision = .bf16
    ) -> Double {
        let job = TrainingJob(model: model, precision: precision)
        return TransformerStepModel(job: job, machine: machine).step(layout).total.value
    }

    @Test("A better machine is never slower", arguments: machines)
    func betterMachine(_ name: String) throws {
        let machine = try LayoutSamples.machine(name)
        var better: [(String, Accelerator)] = []
        var one = machine
        one.memory.bandwidth = one.memory.bandwidth * 1.7
        better.append(("memory bandwidth", one))
        one = machine
        one.compute.peak = one.compute.peak * 1.7
        better.append(("peak", one))
        one = machine
        one.compute.peakByPrecision = one.compute.peakByPrecision.mapValues { $0 * 1.7 }
        better.append(("peaks of other formats", one))
        for level in machine.network.indices {
            one = machine
            one.network[level].bidirectionalBandwidth = one.network[level].bidirectionalBandwidth * 1.7
            better.append(("network \(level)", one))
        }
        for (index, path) in [\Calibration.matrixFraction.bits16, \.memoryFraction, \.outerNetworkFraction]
            .enumerated()
        {
            one = machine
            one.calibration?[keyPath: path] *= 1.05
            better.append(("fraction \(index)", one))
        }
        for (model, layout) in LayoutSamples.draws(11, count: 120) {
            for precision in [TrainingPrecision.bf16, .fp8(.tensorwise)] {
                let before = Self.seconds(model, layout, machine, precision: precision)
                for (what, other) in better {
                    let after = Self.seconds(model, layout, other, precision: precision)
                    #expect(after <= before * (1 + 1e-12), "\(what) \(layout)")
                }
            }
        }
    }

    @Test("More work is never faster", arguments: machines)
    func moreWork(_ name: String) throws {
        let machine = try LayoutSamples.machine(name)
        for (model, layout) in LayoutSamples.draws(12, count: 150) {
            let before = Self.seconds(model, layout, machine)
            var larger = layout
            larger.globalBatch *= 2
            #expect(Self.seconds(model, larger, machine) > before, "batch \(layout)")
            var deeper = model
            deeper.layers *= 2
            #expect(Self.seconds(deeper, layout, machine) > before, "layers \(layout)")
            var wider = model
            wider.feedForward.width += 2048
            if model.experts == nil { #expect(Self.seconds(wider, layout, machine) > before, "\(layout)") }
            var longer = model
            longer.sequenceLength *= 2
            #expect(Self.seconds(longer, layout, machine) > before, "sequence \(layout)")
            var worded = model
            worded.vocabulary += 8192
            #expect(Self.seconds(worded, layout, machine) >= before, "vocabulary \(layout)")
            var again = layout
            again.recomputation = .full
            #expect(Self.seconds(model, again, machine) >= before * (1 - 1e-12), "recompute \(layout)")
        }
    }

    @Test("Parts add up to the whole and none is negative")
    func parts() throws {
        for name in Self.machines {
            let machine = try LayoutSamples.machine(name)
            for (model, layout) in LayoutSamples.draws(13, count: 150) {
                let priced = TransformerStepModel(job: TrainingJob(model: model), machine: machine)
                let step = priced.step(layout)
                let parts = StepBreakdown.parts.map { step[keyPath: $0.part].value }
                #expect(parts.allSatisfy { $0 >= 0 && $0.isFinite }, "\(layout)")
                #expect(relativeError(parts.reduce(0, +), step.total.value) < 1e-12)
                let memory = priced.memory(layout)
                let bytes = MemoryFootprint.parts.map { memory[keyPath: $0.part].value }
                #expect(bytes.allSatisfy { $0 >= 0 && $0.isFinite }, "\(layout)")
                #expect(relativeError(bytes.reduce(0, +), memory.total.value) < 1e-12)
            }
        }
    }

    @Test("Degrees of one have no traffic of their kind")
    func noTraffic() throws {
        let machine = try LayoutSamples.machine("a100-sxm-80gb")
        for (model, layout) in LayoutSamples.draws(14, count: 200) {
            let step = TransformerStepModel(job: TrainingJob(model: model), machine: machine).step(layout)
            if layout.tensor == 1 { #expect(step.tensor == .zero) }
            if layout.context == 1 { #expect(step.context == .zero) }
            if layout.expert == 1 { #expect(step.expert == .zero) }
            if layout.pipeline == 1 { #expect(step.pipeline == .zero && step.bubble == .zero) }
            if layout.gradientRanks == 1, model.experts == nil {
                #expect(step.data == .zero && step.shards == .zero)
            }
            if layout.gpus <= 8 { #expect(step.jitter == .zero) }
        }
    }

    @Test("Weights, gradients and optimizer states never rise with sharding or with its group")
    func sharding() throws {
        for name in Self.machines {
            let machine = try LayoutSamples.machine(name)
            for (model, layout) in LayoutSamples.draws(15, count: 150) {
                for precision in [TrainingPrecision.bf16, .fp16, .fp8(.tensorwise)] {
                    let priced = TransformerStepModel(
                        job: TrainingJob(model: model, precision: precision), machine: machine)
                    var last = Double.infinity
                    for stage in Sharding.Stage.allCases {
                        var layout = layout
                        layout.sharding = Sharding(stage)
                        let memory = priced.memory(layout)
                        let states = (memory.weights + memory.gradients + memory.optimizer).value
                        #expect(states <= last * (1 + 1e-12), "\(stage) \(precision.name) \(layout)")
                        last = states
                        layout.data *= 2
                        layout.globalBatch *= 2
                        let wide = priced.memory(layout)
                        let spread = (wide.weights + wide.gradients + wide.optimizer).value
                        #expect(spread <= states * (1 + 1e-12), "\(stage) \(layout)")
                    }
                }
            }
        }
    }

    @Test("Tables that a search keeps give the same step as the layout alone")
    func tables() throws {
        let machine = try LayoutSamples.machine("h100-sxm-80gb")
        for (model, layout) in LayoutSamples.draws(16, count: 60) {
            let priced = TransformerStepModel(job: TrainingJob(model: model), machine: machine)
            let (costs, stages) = (priced.costs(of: layout), StageTable(layout, model: model))
            let spreads = StepSpreads(layout, placement: priced.placement)
            let tables = priced.step(layout, costs: costs, stages: stages, spreads: spreads)
            #expect(
                priced.played(tables, layout, costs: costs, stages: stages, spreads: spreads)
                    == priced.step(layout))
        }
    }
}
