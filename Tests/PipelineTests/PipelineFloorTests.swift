import Quantities
import TestSupport
import Testing
import Training

/// The closed form of a pipeline's time against the schedule played pass by pass.
@Suite struct PipelineFloorTests {
    /// A pipeline with the times of its places.
    private struct Case {
        let shape: PipelineShape
        let times: PipelineTimes
        /// Whether all chunks take the same.
        let isEqual: Bool
    }

    /// How a model lies on its chunks.
    private enum Filling: CaseIterable {
        /// All chunks alike, in thirds.
        case thirds
        /// All chunks alike, the backward pass more than twice the forward pass.
        case equal
        /// Layers as even as they go, an embedding and a heavy head.
        case even
        /// Anything, with nothing at all among it.
        case random
    }

    private static func draw(_ schedule: Schedule, _ filling: Filling, _ random: inout SplitMix64) -> Case? {
        let devices = Int.random(in: 1...16, using: &random)
        let range = schedule.chunkRange
        let chunks = range.count > 1 ? Int.random(in: 2...4, using: &random) : range.lowerBound
        let few = Int.random(in: 1...(2 * devices), using: &random)
        let microbatches = Bool.random(using: &random) ? few : devices * Int.random(in: 2...5, using: &random)
        guard
            let shape = try? PipelineShape(
                schedule, chunks: chunks, devices: devices, microbatches: microbatches)
        else { return nil }
        let cuts = schedule.placement.cuts(stages: devices, chunks: chunks)
        let share = filling == .thirds ? 1.0 / 3 : Double.random(in: 0.24...0.33, using: &random)
        let (embedding, head) = (
            Double.random(in: 0...0.3, using: &random), Double.random(in: 0...3, using: &random)
        )
        let layers = cuts + Int.random(in: 0...(4 * cuts), using: &random)
        let byPosition = (0..<cuts).map { position -> ChunkTime in
            var time = (forward: share * 4, all: 4.0)
            switch filling {
            case .thirds, .equal: break
            case .even:
                let rest = layers % cuts
                let first = min((cuts - rest + 1) / 2, cuts - rest)
                let count = layers / cuts + ((first..<first + rest).contains(position) ? 1 : 0)
                let end = (position == 0 ? embedding : 0) + (position == cuts - 1 ? head : 0)
                time = (share * Double(count) + end / 3, Double(count) + end)
            case .random:
                time.forward = Bool.random(using: &random) ? 0 : Double.random(in: 0...9, using: &random)
                time.all = time.forward + Double.random(in: 0...9, using: &random)
            }
            let half = (time.all - time.forward) / 2
            return Cases.chunk(time.forward, half, half)
        }
        var chunkTimes: [ChunkTime] = []
        for chunk in 0..<chunks {
            for device in 0..<devices {
                let position =
                    switch schedule.placement {
                    case .loop: chunk * devices + device
                    case .turn: chunk == 0 ? device : 2 * devices - 1 - device
                    case .opposed: chunk == 0 ? device : devices - 1 - device
                    }
                chunkTimes.append(byPosition[position])
            }
        }
        guard let times = try? PipelineTimes(chunks: chunkTimes) else { return nil }
        return Case(shape: shape, times: times, isEqual: filling == .thirds || filling == .equal)
    }

    private static func floor(_ one: Case) -> PipelineFloor {
        let shape = one.shape
        let stages = (0..<shape.devices).map { device -> PipelineFloor.Stage in
            let held = (0..<shape.chunks).map { one.times.chunks[$0 * shape.devices + device] }
            let share = shape.schedule.placement.passingShare
            return PipelineFloor.Stage(
                total: share * held.reduce(0) { $0 + $1.total.value },
                forward: share * held.reduce(0) { $0 + $1.forward.value },
                firstTotal: held[0].total.value, firstForward: held[0].forward.value)
        }
        var floor = PipelineFloor(shape)
        if one.isEqual {
            floor.count(stages[0], stages: shape.devices)
            floor.pass(stages[0], stages: shape.devices)
        } else {
            for stage in stages { floor.count(stage, stages: 1) }
            for stage in stages { floor.pass(stage, stages: 1) }
        }
        return floor
    }

    /// Where docs/schedules.md says that the closed form is what the schedule takes.
    private static func isExact(_ one: Case, _ filling: Filling) -> Bool {
        let (stages, microbatches) = (one.shape.devices, one.shape.microbatches)
        guard one.shape.schedule != .gpipe else { return true }
        guard one.isEqual else { return false }
        switch one.shape.schedule {
        case .gpipe, .oneForwardOneBackward, .interleaved: return true
        case .zeroBubbleH1: return microbatches >= stages
        case .zeroBubbleH2: return microbatches >= 2 * stages - 1
        case .zeroBubbleV: return microbatches >= 2 * stages - 1 && filling == .thirds
        case .dualPipe, .dualPipeV: return false
        }
    }

    @Test(
        "No schedule takes less than the closed form, whatever its chunks take, and as much where docs say so"
    )
    func floorIsBelow() throws {
        var random = SplitMix64(seed: 41)
        var workspace = SimulationWorkspace()
        for schedule in Schedule.allCases {
            for filling in Filling.allCases {
                var (cases, equal, exact) = (0, 0, 0)
                var highest = 0.0
                for _ in 0..<3000 {
                    guard let one = Self.draw(schedule, filling, &random) else { continue }
                    cases += 1
                    let played = workspace.stepTime(of: PipelineProgram(one.shape), times: one.times).value
                    let floor = Self.floor(one)
                    let form = floor.seconds
                    #expect(
                        form <= played * (1 + 1e-9), "\(one.shape), \(filling): \(form) for \(played)")
                    let isEqual = form >= played * (1 - 1e-9)
                    if isEqual { equal += 1 } else { highest = max(highest, played / form) }
                    if Self.isExact(one, filling) || floor.isExact {
                        exact += 1
                        #expect(isEqual, "\(one.shape), \(filling): \(form) for \(played)")
                    }
                }
                print(
                    "\(schedule.rawValue), \(filling): \(cases) pipelines, \(equal) equal, \(exact) of them "
                        + "expected; at most \(highest) times the form")
                #expect(cases > 100)
            }
        }
    }
}
