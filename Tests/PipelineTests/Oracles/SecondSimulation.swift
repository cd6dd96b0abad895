import Quantities

/// Plays one step of a pipeline of one chunk a stage pass by pass: a second simulation, written apart from
/// `SimulationWorkspace` and without its program, so that the two can be held against each other.
///
/// A message takes `latencies` between two stages, either way, and holds up neither.
public struct SecondSimulation: Sendable {
    /// How many forward passes a stage makes before its first backward pass.
    public enum Lead: Sendable, CaseIterable {
        /// All of them.
        case everything
        /// As many as there are stages from it on: one forward, one backward.
        case stagesBehind

        func count(stage: Int, of stages: Int, microbatches: Int) -> Int {
            switch self {
            case .everything: microbatches
            case .stagesBehind: min(microbatches, stages - stage)
            }
        }
    }

    private let stages: [(forward: Double, backward: Double)]
    private let microbatches: Int
    private let lead: Lead
    private let latencies: [Double]

    /// Makes a simulation.
    /// - Parameters:
    ///   - stages: times of one microbatch on each stage.
    ///   - microbatches: microbatches of the step, at least 1.
    ///   - lead: forward passes ahead.
    ///   - latencies: time of a message over each boundary; empty for none.
    public init(
        stages: [(forward: Seconds, backward: Seconds)], microbatches: Int, lead: Lead,
        latencies: [Seconds] = []
    ) {
        precondition(latencies.isEmpty || latencies.count == stages.count - 1, "one latency a boundary")
        self.stages = stages.map { ($0.forward.value, $0.backward.value) }
        self.microbatches = microbatches
        self.lead = lead
        self.latencies = latencies.map(\.value)
    }

    /// Seconds until the last backward pass ends.
    public func stepTime() -> Seconds {
        var state = State(stages: stages.count, microbatches: microbatches)
        // Stages whose next pass may have become ready.
        var waiting = Array(stages.indices)
        while let stage = waiting.popLast() { waiting.append(contentsOf: play(stage: stage, in: &state)) }
        return Seconds(state.free.max() ?? 0)
    }

    /// Runs the passes of a stage until one lacks its input; returns the stages that got input by it.
    private func play(stage: Int, in state: inout State) -> Set<Int> {
        var fed: Set<Int> = []
        while state.position[stage] < 2 * microbatches {
            let pass = pass(stage: stage, position: state.position[stage])
            let ready = arrival(of: pass, at: stage, in: state)
            guard !ready.isNaN else { break }
            let time = pass.isForward ? stages[stage].forward : stages[stage].backward
            let end = max(ready, state.free[stage]) + time
            state.free[stage] = end
            state.position[stage] += 1
            let next = pass.isForward ? stage + 1 : stage - 1
            if pass.isForward {
                state.forwardEnd[stage][pass.microbatch] = end
            } else {
                state.backwardEnd[stage][pass.microbatch] = end
            }
            if stages.indices.contains(next) { fed.insert(next) }
        }
        return fed
    }

    /// When a pass has its input; NaN if that is not yet made.
    private func arrival(of pass: Pass, at stage: Int, in state: State) -> Double {
        func latency(_ boundary: Int) -> Double { latencies.isEmpty ? 0 : latencies[boundary] }
        if pass.isForward {
            return stage == 0 ? 0 : state.forwardEnd[stage - 1][pass.microbatch] + latency(stage - 1)
        }
        return stage == stages.count - 1
            ? state.forwardEnd[stage][pass.microbatch]
            : state.backwardEnd[stage + 1][pass.microbatch] + latency(stage)
    }

    /// The pass at a place of a stage's order.
    private func pass(stage: Int, position: Int) -> Pass {
        let ahead = lead.count(stage: stage, of: stages.count, microbatches: microbatches)
        if position < ahead { return Pass(isForward: true, microbatch: position) }
        let (round, odd) = (position - ahead).quotientAndRemainder(dividingBy: 2)
        guard ahead + round < microbatches else {
            return Pass(isForward: false, microbatch: position - microbatches)
        }
        return odd == 0
            ? Pass(isForward: false, microbatch: round) : Pass(isForward: true, microbatch: ahead + round)
    }

    private struct Pass {
        let isForward: Bool
        let microbatch: Int
    }

    private struct State {
        var position: [Int]
        var free: [Double]
        var forwardEnd: [[Double]]
        var backwardEnd: [[Double]]

        init(stages: Int, microbatches: Int) {
            position = Array(repeating: 0, count: stages)
            free = Array(repeating: 0, count: stages)
            forwardEnd = Array(repeating: Array(repeating: .nan, count: microbatches), count: stages)
            backwardEnd = forwardEnd
        }
    }
}
