import Quantities
import TestSupport
import TransformerModel

/// Small problems in whole numbers, so that sums are exact.
enum RandomProblems {
    /// What ties the stages together.
    enum Coupling: CaseIterable {
        case none
        case unequalMachines
        case extraTime
        case offload
        case pool
        case poolAndExtraTime
    }

    static func problem(
        seed: UInt64, coupling: Coupling, schedule: StageSchedule, kinds kindLimit: Int = 3
    ) -> PipelineProblem {
        var generator = SplitMix64(seed: seed)
        let kinds = (0..<Int.random(in: 1...kindLimit, using: &generator)).map {
            kind("k\($0)", coupling: coupling, using: &generator)
        }
        let layers = Int.random(in: 2...6, using: &generator)
        let runs = (0..<layers).map { _ in
            LayerRun(kind: Int.random(in: 0..<kinds.count, using: &generator), count: 1)
        }
        let stages = Int.random(in: 1...min(3, layers), using: &generator)
        let supply: MachineSupply
        switch coupling {
        case .none, .extraTime, .offload:
            supply = .fixed(Array(repeating: machine(slow: [1], using: &generator), count: stages))
        case .unequalMachines:
            supply = .fixed((0..<stages).map { _ in machine(slow: [1, 2, 3], using: &generator) })
        case .pool, .poolAndExtraTime:
            let split = Int.random(in: 0...stages, using: &generator)
            supply = .pool([
                MachineStock(machine: machine(slow: [1, 2], using: &generator), count: split),
                MachineStock(
                    machine: machine(slow: [1, 2, 3], using: &generator), count: stages - split + 1),
            ])
        }
        let budget: JobBudget?
        switch coupling {
        case .none, .unequalMachines, .pool: budget = nil
        case .extraTime, .poolAndExtraTime: budget = .extraTime(Seconds(generator.whole(in: 0...60)))
        case .offload: budget = .offloadedBytes(Bytes(generator.whole(in: 0...30)))
        }
        return PipelineProblem(
            chain: LayerChain(kinds: kinds, runs: runs), stages: stages,
            microbatches: Int.random(in: 1...8, using: &generator), schedule: schedule, machines: supply,
            transfers: (0..<(stages - 1)).map { _ in Seconds(generator.whole(in: 0...2)) }, budget: budget)
    }

    private static func kind(
        _ name: String, coupling: Coupling, using generator: inout SplitMix64
    ) -> StageLayer {
        let count = Int.random(in: 1...3, using: &generator)
        let treatments = (0..<count).map { index in
            ActivationTreatment(
                name: "t\(index)", extra: Seconds(generator.whole(in: 0...4)),
                resident: Bytes(generator.whole(in: 0...6)),
                offloaded: Bytes(coupling == .offload ? generator.whole(in: 0...5) : 0))
        }
        return StageLayer(
            name: name, forward: Seconds(generator.whole(in: 1...6)),
            backward: Seconds(generator.whole(in: 1...9)), state: Bytes(generator.whole(in: 0...8)),
            treatments: treatments)
    }

    private static func machine(slow: [Double], using generator: inout SplitMix64) -> StageMachine {
        StageMachine(
            slowness: slow.randomElement(using: &generator) ?? 1,
            memory: Bytes(generator.whole(in: 12...60)))
    }
}
