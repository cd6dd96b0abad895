import Foundation
import Optimization
import Planning
import Quantities
import ScalingModel
import TestSupport
import Testing
import Training

@Suite struct SensitivityTests {
    @Test(
        "Twice all rates and half all latencies is half the time: held elasticities add up to -1",
        arguments: ["h100-sxm", "v100-sxm", "mi250x-gcd"])
    func homogeneity(machine: String) throws {
        for flop in [1e24, 1e28] {
            for plan in try Questions.plans(
                Questions.fast(gpus: 1000, flop: flop, machine: machine), count: 40)
            {
                let rates: [Knob] = [.peak, .memoryBandwidth, .l2Bandwidth, .clock, .everyNetworkBandwidth]
                let latencies: [Knob] = [.kernelLatency, .everyNetworkLatency]
                let sum =
                    rates.reduce(0) { $0 + ($1.elasticity(of: plan)?.value ?? .nan) }
                    - latencies.reduce(0) { $0 + ($1.elasticity(of: plan)?.value ?? .nan) }
                #expect(abs(sum + 1) < 1e-6)
            }
        }
    }

    @Test("Differences of the closed forms give their exponents")
    func closedForms() throws {
        let machine = try Questions.machine()
        // At equal exponents: (F·m·T/(shard²·nanobatch))² with shard = 4m/3n and nanobatch = m/h is
        // (F·T·n²·h·9/(16·m²))², so HBM enters as its square, the network as its fourth power, the peak as
        // the inverse of its fourth: m/(m²·m) = m⁻², squared.
        let last = machine.network.count - 1
        for (knob, exponent) in [
            (Knob.memoryBandwidth, 2.0), (.networkBandwidth(level: last), 4), (.peak, -4),
            (.kernelLatency, 0),
        ] {
            let elasticity = Elasticity { factor in
                ClosedForms.criticalCompute(
                    machine: knob.scaled(by: factor, on: machine), exponentDifference: 0
                ).value
            }
            #expect(abs(elasticity.value - exponent) < 1e-6, "\(knob)")
        }
        let latency = Elasticity { factor in
            ClosedForms.latencyLimit(exponentDifference: 0.2, latency: ClosedForms.unitLatency * factor).value
        }
        // (1/latency²)^(1/(1 - 0.4)) = latency^(-10/3).
        #expect(abs(latency.value + 10.0 / 3) < 1e-6)
    }

    @Test("Elasticity to a part that adds to the step is its share of the step")
    func shares() throws {
        for plan in try Questions.plans(Questions.fast(), count: 200) {
            let costs = Dictionary(
                uniqueKeysWithValues: plan.model.costs(of: plan.plan).map { ($0.kind, $0.seconds) })
            let latency = (costs[.pipelineLatency] ?? 0) + (costs[.dataLatency] ?? 0)
            let network = try #require(Knob.everyNetworkLatency.elasticity(of: plan))
            #expect(abs(network.value - latency / plan.price.step) < 1e-6)
            let idle = 1 + plan.price.bubble / (1 - plan.price.bubble)
            let kernel = try #require(Knob.kernelLatency.elasticity(of: plan))
            if costs[.unhiddenTraffic] == 0 {
                #expect(abs(kernel.value - (costs[.kernelLatency] ?? 0) * idle / plan.price.step) < 1e-6)
            }
        }
    }

    @Test("Kernel latency of the best plan for 1e27 FLOP on 16,384 H100s, by hand")
    func kernelLatencyByHand() throws {
        let best = try #require(try Questions.plans(Questions.fast(gpus: 16384, flop: 1e27), count: 1).first)
        #expect(best.run.shape.layers == 384 && best.plan.pipeline == 128 && best.plan.microbatches == 512)
        // 384/128 layers a stage x 512 microbatches x 6 products x 4.5e-6 s = 3 x 512 x 2.7e-5 = 0.041472 s.
        let cost = best.model.costs(of: best.plan).first { $0.kind == .kernelLatency }
        #expect(relativeError(try #require(cost).seconds, 0.041472) < 1e-9)
    }

    @Test("The better of a pair of searches is never worse than the plan held fixed")
    func reoptimisedIsNoWorse() throws {
        let question = try Questions.fast(gpus: 1000, flop: 1e26)
        let best = try #require(try Planner(question).answer().best)
        var request = Explanation<PlanningQuestion>.Request()
        request.changes = []
        let explanation = try Explanation(try Planner(question).answer(), to: question, request: request)
        for row in explanation.sensitivities where row.held != nil {
            for point in [row.low, row.high] {
                let model = StepModel(
                    machine: row.knob.scaled(by: point.factor, on: question.machine), shape: best.run.shape,
                    batchTokens: best.run.batchTokens, settings: question.settings)
                // On less memory the plan held fixed may not fit any more.
                let capacity = model.machine.memory.capacity.value * Double(best.plan.gpus)
                guard let value = point.value, model.memoryBytes(best.plan) <= capacity else { continue }
                #expect(value <= model.price(best.plan).step * best.run.steps * (1 + 1e-12), "\(row.knob)")
            }
        }
    }
}
