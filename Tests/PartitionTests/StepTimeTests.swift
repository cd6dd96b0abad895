import Quantities
import TestSupport
import Testing
import TransformerModel

@Suite struct StepTimeTests {
    @Test func `all forward, all backward takes exactly what the formula says`() {
        compare(schedule: .allForwardAllBackward, seed: 1, ratio: nil) { formula, simulated, _, _ in
            #expect(close(formula, simulated))
        }
    }

    @Test func `equal stages take exactly what the formula says, however they split`() {
        var generator = SplitMix64(seed: 2)
        for _ in 0..<500 {
            let stages = (0..<Int.random(in: 1...7, using: &generator)).map { _ in
                let forward = generator.whole(in: 0...12)
                return StageTime(forward: Seconds(forward), backward: Seconds(12 - forward))
            }
            let microbatches = Int.random(in: 1...12, using: &generator)
            let formula = StepTimeFormula.stepTime(
                stages, microbatches: microbatches, schedule: .oneForwardOneBackward)
            #expect(formula == simulated(stages, microbatches, .oneForwardOneBackward))
        }
    }

    @Test(arguments: [0.5, 1, 2, 3])
    func `with one ratio of backward to forward the formula is never too low`(ratio: Double) {
        compare(schedule: .oneForwardOneBackward, seed: 3, ratio: ratio) { formula, simulated, stages, _ in
            #expect(simulated.value <= formula.value * (1 + 1e-12))
            // And exact if the last stage is the slowest.
            if stages.last?.total == stages.map(\.total).max() { #expect(close(formula, simulated)) }
        }
    }

    @Test(arguments: StageSchedule.allCases)
    func `the simulation lies between the bounds`(schedule: StageSchedule) {
        compare(schedule: schedule, seed: 4, ratio: nil) { _, simulated, stages, microbatches in
            let low = StepTimeFormula.lowerBound(stages, microbatches: microbatches, schedule: schedule)
            let high = StepTimeFormula.upperBound(stages, microbatches: microbatches, schedule: schedule)
            #expect(low.value <= simulated.value * (1 + 1e-12))
            #expect(simulated.value <= high.value * (1 + 1e-12))
        }
    }

    @Test func `the formula can be too low when ratios differ`() {
        // Stage 1 works backward only and stage 0 forward only: neither overlaps the other in the warm-up.
        let stages = [(0.0, 1.0), (1.0, 0.0), (0.0, 0.0), (0.0, 0.0), (0.0, 0.0)].map {
            StageTime(forward: Seconds($0.0), backward: Seconds($0.1))
        }
        let formula = StepTimeFormula.stepTime(
            stages, microbatches: 4, schedule: .oneForwardOneBackward)
        #expect(formula == Seconds(5))
        #expect(simulated(stages, 4, .oneForwardOneBackward) == Seconds(8))
    }

    @Test(arguments: StageSchedule.allCases)
    func `charging a message to the stage before it is never too low`(schedule: StageSchedule) {
        var generator = SplitMix64(seed: 5)
        for _ in 0..<300 {
            let stages = randomStages(ratio: nil, using: &generator)
            let latencies = stages.dropLast().map { _ in Seconds(generator.whole(in: 0...4)) }
            let microbatches = Int.random(in: 1...10, using: &generator)
            let charged = zip(stages, latencies + [.zero]).map { stage, latency in
                StageTime(forward: stage.forward + latency, backward: stage.backward + latency)
            }
            let free = PipelineSimulation(
                stages: stages, microbatches: microbatches, schedule: schedule, latencies: latencies)
            #expect(free.stepTime() <= simulated(charged, microbatches, schedule))
        }
    }

    private func compare(
        schedule: StageSchedule, seed: UInt64, ratio: Double?,
        _ body: (Seconds, Seconds, [StageTime], Int) -> Void
    ) {
        var generator = SplitMix64(seed: seed)
        for _ in 0..<500 {
            let stages = randomStages(ratio: ratio, using: &generator)
            let microbatches = Int.random(in: 1...12, using: &generator)
            let formula = StepTimeFormula.stepTime(stages, microbatches: microbatches, schedule: schedule)
            body(formula, simulated(stages, microbatches, schedule), stages, microbatches)
        }
    }

    private func randomStages(ratio: Double?, using generator: inout SplitMix64) -> [StageTime] {
        (0..<Int.random(in: 1...7, using: &generator)).map { _ in
            let forward = generator.whole(in: 0...9)
            let backward = ratio.map { $0 * forward } ?? generator.whole(in: 0...9)
            return StageTime(forward: Seconds(forward), backward: Seconds(backward))
        }
    }

    private func simulated(
        _ stages: [StageTime], _ microbatches: Int, _ schedule: StageSchedule
    ) -> Seconds {
        PipelineSimulation(stages: stages, microbatches: microbatches, schedule: schedule).stepTime()
    }

    private func close(_ left: Seconds, _ right: Seconds) -> Bool {
        (left.value - right.value).magnitude <= 1e-12 * max(1, left.value)
    }
}
