import Foundation
import Planning
import Quantities
import TestSupport

/// Fleets from seeds.
enum RandomFleets {
    /// A small one in whole numbers, for brute force.
    static func small(
        seed: UInt64, objective: FleetObjective, starts: StartRule, runs runLimit: Int
    ) -> FleetProblem {
        var generator = SplitMix64(seed: seed)
        let kinds = Int.random(in: 1...2, using: &generator)
        let runs = (0..<Int.random(in: 1...runLimit, using: &generator)).map { place in
            let menu = (0..<Int.random(in: 1...3, using: &generator)).map { index in
                MenuEntry(
                    machine: "m\(Int.random(in: 0..<kinds, using: &generator))",
                    gpus: Int.random(in: 1...6, using: &generator),
                    duration: Seconds(generator.whole(in: 1...5)),
                    money: Dollars(generator.whole(in: 1...20)),
                    utilization: generator.whole(in: 1...64) / 64, label: "e\(index)")
            }
            let isFree = Int.random(in: 0..<3, using: &generator) == 0
            return FleetRun(
                name: "r\(place)", menu: menu,
                deadline: Seconds(isFree ? .infinity : generator.whole(in: 3...9)),
                weight: generator.whole(in: 1...4))
        }
        return FleetProblem(
            runs: runs,
            capacities: (0..<kinds).map {
                MachineCapacity(machine: "m\($0)", gpus: Int.random(in: 3...9, using: &generator))
            },
            objective: objective, starts: starts)
    }

    /// Runs that look like training: more GPUs are faster, dearer and less utilized.
    static func training(
        seed: UInt64, runs: Int, entries: Int, kinds: Int, capacity: Int, objective: FleetObjective,
        starts: StartRule = .together
    ) -> FleetProblem {
        var generator = SplitMix64(seed: seed)
        let list = (0..<runs).map { place -> FleetRun in
            let flop = 1e22 * pow(10, Double.random(in: 0...2, using: &generator))
            let menu = (0..<entries).map { index -> MenuEntry in
                let kind = index % kinds
                let gpus = 8 * (1 << (index / kinds % 10)) * Int.random(in: 1...3, using: &generator)
                let peak = [1e15, 2.25e15, 0.3e15][kind]
                let rate = [2.0, 4.5, 0.8][kind] / 3600
                let utilization =
                    0.5 / (1 + Double(gpus) / 8000) * Double.random(in: 0.8...1, using: &generator)
                let seconds = flop / (Double(gpus) * peak * utilization)
                return MenuEntry(
                    machine: "kind\(kind)", gpus: gpus, duration: Seconds(seconds),
                    money: Dollars(seconds * Double(gpus) * rate), utilization: utilization,
                    label: "plan \(index)")
            }
            let fastest = menu.map(\.duration.value).min() ?? 1
            let deadline = fastest * Double.random(in: 4...60, using: &generator)
            return FleetRun(
                name: "run\(place)", menu: menu, deadline: Seconds(deadline),
                weight: Double.random(in: 1...3, using: &generator))
        }
        return FleetProblem(
            runs: list,
            capacities: (0..<kinds).map { MachineCapacity(machine: "kind\($0)", gpus: capacity / kinds) },
            objective: objective, starts: starts)
    }

    /// Whether runs have deadlines: a little behind the middle of their menus.
    enum Deadlines { case middling, none }

    /// Menus in which more GPUs are always faster, dearer and less utilized, on fleets that just about fit.
    static func frontiers(
        seed: UInt64, runs: Int, entries: Int, kinds: Int, objective: FleetObjective,
        deadlines: Deadlines = .middling
    ) -> FleetProblem {
        var generator = SplitMix64(seed: seed)
        var list: [FleetRun] = []
        for place in 0..<runs {
            let flop = 1e22 * pow(10, Double.random(in: 0...2, using: &generator))
            // Not the same for all runs, so that the fleet is worth haggling over.
            let decline = Double.random(in: 1000...6000, using: &generator)
            var gpus = 8 * Int.random(in: 1...6, using: &generator)
            let menu = (0..<entries).map { index -> MenuEntry in
                if index >= kinds, index % kinds == 0 {
                    gpus +=
                        8 * max(1, Int(Double(gpus) * Double.random(in: 0.1...0.35, using: &generator) / 8))
                }
                let kind = index % kinds
                let peak = [1e15, 2.25e15, 0.3e15][kind]
                let utilization = 0.5 / (1 + Double(gpus) / decline)
                let seconds = flop / (Double(gpus) * peak * utilization)
                return MenuEntry(
                    machine: "kind\(kind)", gpus: gpus, duration: Seconds(seconds),
                    money: Dollars(seconds * Double(gpus) * [2.0, 4.5, 0.8][kind] / 3600),
                    utilization: utilization, label: "plan \(index)")
            }
            let middle = menu[menu.count / 2].duration.value
            list.append(
                FleetRun(
                    name: "run\(place)", menu: menu,
                    deadline: Seconds(deadlines == .middling ? middle * 1.2 : .infinity),
                    weight: Double.random(in: 1...3, using: &generator)))
        }
        // What the smallest entries in time need, shared among the kinds, and somewhat more.
        let least = list.reduce(0) { sum, run in
            sum + (run.menu.filter { $0.duration <= run.deadline }.map(\.gpus).min() ?? 0)
        }
        let capacity = Int((kinds == 3 ? 2.4 : 1.3) * Double(least) / Double(kinds)) + 64
        return FleetProblem(
            runs: list,
            capacities: (0..<kinds).map { MachineCapacity(machine: "kind\($0)", gpus: capacity) },
            objective: objective)
    }
}
