public import Quantities

/// Plays one step of a pipeline pass by pass: each pass starts when its stage is free and its input is there.
///
/// The order of the passes on a stage is the schedule's; a message takes `latencies` between two stages and
/// holds up neither. This is the judge of `StepTimeFormula`, and what a partition's report quotes beside it.
public struct PipelineSimulation: Hashable, Sendable {
    /// Times of the stages.
    public let stages: [StageTime]
    /// Microbatches of the step.
    public let microbatches: Int
    /// Order of the passes.
    public let schedule: StageSchedule
    /// Time of a message over each boundary, either way; empty for none.
    public let latencies: [Seconds]

    /// Makes a simulation.
    /// - Parameters:
    ///   - stages: times of the stages.
    ///   - microbatches: microbatches of the step, at least 1.
    ///   - schedule: order of the passes.
    ///   - latencies: time of a message over each boundary; empty for none.
    public init(
        stages: [StageTime], microbatches: Int, schedule: StageSchedule, latencies: [Seconds] = []
    ) {
        precondition(latencies.isEmpty || latencies.count == stages.count - 1, "one latency a boundary")
        self.stages = stages
        self.microbatches = microbatches
        self.schedule = schedule
        self.latencies = latencies
    }

    /// When the last backward pass ends.
    /// - Returns: seconds from the start of the step. Complexity: O(stages x microbatches).
    public func stepTime() -> Seconds {
        var state = PlayState(stages: stages.count, microbatches: microbatches)
        // Stages whose next pass may have become ready.
        var waiting = Array(stages.indices)
        while let stage = waiting.popLast() {
            let neighbours = play(stage: stage, in: &state)
            waiting.append(contentsOf: neighbours)
        }
        return Seconds(state.free.max() ?? 0)
    }

    /// Runs the passes of a stage until one lacks its input; returns the stages that got input by it.
    private func play(stage: Int, in state: inout PlayState) -> Set<Int> {
        var fed: Set<Int> = []
        while state.position[stage] < 2 * microbatches {
            let pass = self.pass(stage: stage, position: state.position[stage])
            guard let ready = arrival(of: pass, at: stage, in: state) else { break }
            let time = pass.isForward ? stages[stage].forward : stages[stage].backward
            let end = max(ready, state.free[stage]) + time.value
            state.free[stage] = end
            state.position[stage] += 1
            let place = stage * microbatches + pass.microbatch
            if pass.isForward {
                state.forwardEnd[place] = end
                if stage + 1 < stages.count { fed.insert(stage + 1) }
            } else {
                state.backwardEnd[place] = end
                if stage > 0 { fed.insert(stage - 1) }
            }
        }
        return fed
    }

    /// When a pass has its input; nil if that is not yet made.
    private func arrival(of pass: Pass, at stage: Int, in state: PlayState) -> Double? {
        if pass.isForward {
            guard stage > 0 else { return 0 }
            let end = state.forwardEnd[(stage - 1) * microbatches + pass.microbatch]
            return end.isNaN ? nil : end + latency(boundary: stage - 1)
        }
        guard stage < stages.count - 1 else {
            let end = state.forwardEnd[stage * microbatches + pass.microbatch]
            return end.isNaN ? nil : end
        }
        let end = state.backwardEnd[(stage + 1) * microbatches + pass.microbatch]
        return end.isNaN ? nil : end + latency(boundary: stage)
    }

    private func latency(boundary: Int) -> Double { latencies.isEmpty ? 0 : latencies[boundary].value }

    /// The pass at a place of a stage's order.
    private func pass(stage: Int, position: Int) -> Pass {
        // Forward passes before the first backward one.
        let lead = schedule.microbatchesInFlight(
            stage: stage, of: stages.count, microbatches: microbatches)
        if position < lead { return Pass(isForward: true, microbatch: position) }
        let (round, odd) = (position - lead).quotientAndRemainder(dividingBy: 2)
        if lead + round < microbatches {
            return odd == 0
                ? Pass(isForward: false, microbatch: round)
                : Pass(isForward: true, microbatch: lead + round)
        }
        return Pass(isForward: false, microbatch: position - microbatches)
    }
}

private struct Pass {
    let isForward: Bool
    let microbatch: Int
}

private struct PlayState {
    var position: [Int]
    var free: [Double]
    var forwardEnd: [Double]
    var backwardEnd: [Double]

    init(stages: Int, microbatches: Int) {
        position = Array(repeating: 0, count: stages)
        free = Array(repeating: 0, count: stages)
        forwardEnd = Array(repeating: .nan, count: stages * microbatches)
        backwardEnd = forwardEnd
    }
}
