import Quantities
import TestSupport
import Testing
import Training

/// Two simulations written apart, and what docs/pipelines.md proves of the formula by which stages are cut.
@Suite struct SecondSimulationTests {
    private struct Stage {
        let forward: Double
        let backward: Double
        var total: Double { forward + backward }
    }

    private static func simulated(
        _ stages: [Stage], _ microbatches: Int, _ lead: SecondSimulation.Lead = .stagesBehind,
        latencies: [Double] = []
    ) -> Double {
        SecondSimulation(
            stages: stages.map { (Seconds($0.forward), Seconds($0.backward)) }, microbatches: microbatches,
            lead: lead, latencies: latencies.map { Seconds($0) }
        ).stepTime().value
    }

    /// The sum of t and M - 1 times the greatest.
    private static func formula(_ stages: [Stage], _ microbatches: Int) -> Double {
        stages.reduce(0) { $0 + $1.total } + Double(microbatches - 1) * (stages.map(\.total).max() ?? 0)
    }

    /// Stages in whole seconds; with a ratio, backward is so many times forward.
    private static func stages(ratio: Double?, _ random: inout SplitMix64) -> [Stage] {
        (0..<Int.random(in: 1...7, using: &random)).map { _ in
            let forward = random.whole(in: 0...9)
            return Stage(
                forward: forward, backward: ratio.map { $0 * forward } ?? random.whole(in: 0...9))
        }
    }

    @Test func `both simulations give the same step time`() throws {
        var random = SplitMix64(seed: 11)
        var workspace = SimulationWorkspace()
        for _ in 0..<300 {
            let (devices, microbatches) = (Int(random.whole(in: 1...8)), Int(random.whole(in: 1...20)))
            let chunks = (0..<devices).map { _ in
                ChunkTime(
                    forward: Seconds(random.whole(in: 0...20)),
                    backwardInput: Seconds(random.whole(in: 0...20)),
                    backwardWeight: Seconds(random.whole(in: 0...20)),
                    transfer: Seconds(random.whole(in: 0...9)))
            }
            let times = try PipelineTimes(chunks: chunks)
            for (schedule, lead) in [
                (Schedule.gpipe, SecondSimulation.Lead.everything),
                (.oneForwardOneBackward, .stagesBehind),
            ] {
                let program = try PipelineProgram(schedule, devices: devices, microbatches: microbatches)
                let other = SecondSimulation(
                    stages: chunks.map { ($0.forward, $0.backward) }, microbatches: microbatches, lead: lead,
                    latencies: chunks.dropLast().map(\.transfer))
                #expect(other.stepTime() == workspace.stepTime(of: program, times: times))
            }
        }
    }

    @Test func `equal stages take exactly what the formula says, however they split`() {
        var random = SplitMix64(seed: 2)
        for _ in 0..<500 {
            let stages = (0..<Int.random(in: 1...7, using: &random)).map { _ in
                let forward = random.whole(in: 0...12)
                return Stage(forward: forward, backward: 12 - forward)
            }
            let microbatches = Int.random(in: 1...12, using: &random)
            #expect(Self.formula(stages, microbatches) == Self.simulated(stages, microbatches))
        }
    }

    @Test(arguments: [0.5, 1, 2, 3])
    func `with one ratio of backward to forward the formula is never too low`(ratio: Double) {
        var random = SplitMix64(seed: 3)
        for _ in 0..<500 {
            let stages = Self.stages(ratio: ratio, &random)
            let microbatches = Int.random(in: 1...12, using: &random)
            let (formula, played) = (
                Self.formula(stages, microbatches), Self.simulated(stages, microbatches)
            )
            #expect(played <= formula * (1 + 1e-12))
            // And exact if the last stage is the slowest.
            if stages.last?.total == stages.map(\.total).max() {
                #expect(abs(played - formula) <= 1e-12 * formula)
            }
        }
    }

    @Test func `the simulation lies between the bounds`() {
        var random = SplitMix64(seed: 4)
        for _ in 0..<500 {
            let stages = Self.stages(ratio: nil, &random)
            let microbatches = Int.random(in: 1...12, using: &random)
            let played = Self.simulated(stages, microbatches)
            var before = 0.0
            for stage in stages {
                #expect(before + Double(microbatches) * stage.total <= played)
                before += stage.total
            }
            let slowest = stages.map(\.total).max() ?? 0
            #expect(played <= Double(microbatches + stages.count - 1) * slowest)
            let most = (stages.map(\.forward).max() ?? 0) + (stages.map(\.backward).max() ?? 0)
            #expect(played <= before + Double(microbatches - 1) * most)
        }
    }

    @Test func `the formula can be too low when ratios differ`() {
        // Stage 1 works backward only and stage 0 forward only: neither overlaps the other in the warm-up.
        let stages = [(0.0, 1.0), (1.0, 0.0), (0.0, 0.0), (0.0, 0.0), (0.0, 0.0)].map {
            Stage(forward: $0.0, backward: $0.1)
        }
        #expect(Self.formula(stages, 4) == 5)
        #expect(Self.simulated(stages, 4) == 8)
    }

    @Test(arguments: SecondSimulation.Lead.allCases)
    func `charging a message to the stage before it is never too low`(lead: SecondSimulation.Lead) {
        var random = SplitMix64(seed: 5)
        for _ in 0..<300 {
            let stages = Self.stages(ratio: nil, &random)
            let latencies = stages.dropLast().map { _ in random.whole(in: 0...4) }
            let microbatches = Int.random(in: 1...10, using: &random)
            let charged = zip(stages, latencies + [0]).map {
                Stage(forward: $0.forward + $1, backward: $0.backward + $1)
            }
            #expect(
                Self.simulated(stages, microbatches, lead, latencies: latencies)
                    <= Self.simulated(charged, microbatches, lead))
        }
    }
}
