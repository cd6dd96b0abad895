import Quantities
import TestSupport
import Testing
import Training
import TransformerModel

/// The simulation of uneven pipelines and the one of all schedules are written apart; they must agree.
@Suite struct SimulationAgreementTests {
    @Test func bothSimulationsGiveTheSameStepTime() throws {
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
            for (schedule, order) in [
                (Schedule.allForwardAllBackward, StageSchedule.allForwardAllBackward),
                (.oneForwardOneBackward, .oneForwardOneBackward),
            ] {
                let program = try PipelineProgram(schedule, devices: devices, microbatches: microbatches)
                let other = PipelineSimulation(
                    stages: chunks.map { StageTime(forward: $0.forward, backward: $0.backward) },
                    microbatches: microbatches, schedule: order,
                    latencies: chunks.dropLast().map(\.transfer))
                #expect(other.stepTime() == workspace.stepTime(of: program, times: times))
            }
        }
    }
}
