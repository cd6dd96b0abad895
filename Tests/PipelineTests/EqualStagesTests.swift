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
            let form = try EqualStages(
                program.schedule, devices: program.devices, microbatches: program.microbatches)
            for round in 0..<6 {
                var times = (0..<3).map { _ in random.whole(in: 1...30) }
                if program.schedule == .zeroBubbleV, round > 2 {
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
                    "\(program.schedule.name) \(program.devices) \(program.microbatches) \(times)")
            }
        }
        #expect(compared > 3000)
    }

    @Test func activationsInFlightAreCountedOut() throws {
        for program in Cases.programs {
            let form = try EqualStages(
                program.schedule, devices: program.devices, microbatches: program.microbatches)
            let peaks = ActivationPeaks(of: program)
            for device in 0..<program.devices {
                let counted = peaks.chunksTogether[device]
                let formula = form.chunksInFlight(device: device)
                if program.schedule == .zeroBubbleV, program.microbatches < 2 * program.devices - 1 {
                    #expect(counted <= formula)
                } else {
                    #expect(counted == formula, "\(program.schedule.name) \(program.devices) \(device)")
                }
            }
        }
    }
}
