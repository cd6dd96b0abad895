import Quantities
import TestSupport
import Testing
import Training

@Suite struct EqualStagesTests {
    @Test func closedFormsAreTheSimulationWhereTheySaySo() throws {
        var random = SplitMix64(seed: 7)
        var workspace = SimulationWorkspace()
        var compared = 0
        for program in Cases.programs {
            let form = EqualStages(shape: program.shape)
            for round in 0..<6 {
                var times = (0..<3).map { _ in random.whole(in: 1...30) }
                if program.shape.schedule == .zeroBubbleV, round > 2 {
                    times = [1, 0, 2].map { times.sorted(by: >)[$0] }
                }
                if round == 0 { times = [4, 4, 4] }
                let chunk = Cases.chunk(times[0], times[1], times[2])
                guard form.isExact(for: chunk) else { continue }
                compared += 1
                let simulated = workspace.stepTime(
                    of: program, times: try Cases.equal(program, times[0], times[1], times[2]))
                #expect(
                    form.stepTime(chunk) == simulated,
                    "\(program.shape.name) \(program.devices) \(program.microbatches) \(times)")
            }
        }
        #expect(compared > 3000)
    }

    @Test func sharesOfTheBubbleAreTheClosedFormsWithEqualPasses() throws {
        for program in Cases.programs where program.devices > 1 {
            let (shape, form) = (program.shape, EqualStages(shape: program.shape))
            // One second a pass; a stage takes three a chunk, of which half are passed where there are two ways.
            let chunk = Cases.chunk(1, 1, 1)
            let stage = 3 * Double(shape.chunks) * shape.schedule.placement.passingShare
            let waiting = Double(shape.chunksWaiting) / Double(shape.chunks) * stage
            let share = shape.schedule.bubbleShare(stages: shape.devices, chunks: shape.chunks)
            let idle = share * Double(shape.devices - 1) * stage + waiting
            // H2's own bubble vanishes; it is taken for that of H1, as the last device starts late.
            let expected = form.stepTime(chunk).value - Double(shape.microbatches) * stage
            #expect(abs(idle - expected) < 1e-9, "\(shape)")
        }
    }
}
