import Quantities
import TransformerModel

/// Tries every cut, every treatment of every layer and every machine of every stage: the judge of the rest.
struct ExhaustivePartition {
    let problem: PipelineProblem

    /// One way to run a stage.
    private struct Choice {
        let forward: Double
        let backward: Double
        let use: Double
        let machine: Int
    }

    /// The least step time; nil if nothing fits.
    func leastStepTime() -> Double? {
        var best: Double?
        visit(stage: 0, start: 0, chosen: []) { chosen in
            let sum = chosen.reduce(0) { $0 + $1.forward + $1.backward }
            let peak: Double
            switch problem.schedule {
            case .oneForwardOneBackward: peak = chosen.map { $0.forward + $0.backward }.max() ?? 0
            case .allForwardAllBackward:
                peak = (chosen.map(\.forward).max() ?? 0) + (chosen.map(\.backward).max() ?? 0)
            }
            let step = sum + Double(problem.microbatches - 1) * peak
            if step < best ?? .infinity { best = step }
        }
        return best
    }

    /// The least use of the budget by anything that fits the memory.
    func leastUse() -> Double? {
        var unlimited = problem
        switch problem.budget {
        case .extraTime: unlimited.budget = .extraTime(Seconds(1e9))
        case .offloadedBytes: unlimited.budget = .offloadedBytes(Bytes(1e9))
        case nil: break
        }
        var least: Double?
        ExhaustivePartition(problem: unlimited).visit(stage: 0, start: 0, chosen: []) { chosen in
            least = min(least ?? .infinity, chosen.reduce(0) { $0 + $1.use })
        }
        return least
    }

    private func visit(stage: Int, start: Int, chosen: [Choice], _ body: ([Choice]) -> Void) {
        let layers = problem.chain.layers
        guard stage < problem.stages else {
            if start == layers.count, isWithinLimits(chosen) { body(chosen) }
            return
        }
        guard start < layers.count else { return }
        for end in (start + 1)...layers.count {
            for choice in choices(stage: stage, layers: Array(layers[start..<end])) {
                visit(stage: stage + 1, start: end, chosen: chosen + [choice], body)
            }
        }
    }

    private func isWithinLimits(_ chosen: [Choice]) -> Bool {
        if case .pool(let stocks) = problem.machines {
            for (index, stock) in stocks.enumerated()
            where chosen.count(where: { $0.machine == index }) > stock.count { return false }
        }
        let use = chosen.reduce(0) { $0 + $1.use }
        switch problem.budget {
        case nil: return true
        case .extraTime(let limit): return use <= limit.value
        case .offloadedBytes(let limit): return use <= limit.value
        }
    }

    private func choices(stage: Int, layers: [Int]) -> [Choice] {
        let machines: [(Int, StageMachine)] =
            switch problem.machines {
            case .fixed(let machines): [(stage, machines[stage])]
            case .pool(let stocks): Array(stocks.map(\.machine).enumerated())
            }
        let kinds = layers.map { problem.chain.kinds[$0] }
        let inFlight = Double(problem.microbatchesInFlight(stage: stage))
        let transfer = stage < problem.stages - 1 ? problem.transfers[stage].value : 0
        let points = kinds.reduce(1) { $0 * $1.treatments.count }
        var choices: [Choice] = []
        for (index, machine) in machines {
            for point in 0..<points {
                var rest = point
                var sums = (forward: 0.0, backward: 0.0, extra: 0.0, bytes: 0.0, offloaded: 0.0)
                for kind in kinds {
                    let treatment = kind.treatments[rest % kind.treatments.count]
                    rest /= kind.treatments.count
                    sums.forward += kind.forward.value
                    sums.backward += kind.backward.value
                    sums.extra += treatment.extra.value
                    sums.bytes += kind.state.value + inFlight * treatment.resident.value
                    sums.offloaded += inFlight * treatment.offloaded.value
                }
                guard sums.bytes <= machine.memory.value else { continue }
                let extra = machine.slowness * sums.extra
                let use: Double =
                    switch problem.budget {
                    case nil: 0
                    case .extraTime: Double(problem.microbatches) * extra
                    case .offloadedBytes: sums.offloaded
                    }
                choices.append(
                    Choice(
                        forward: machine.slowness * sums.forward + transfer,
                        backward: machine.slowness * sums.backward + extra + transfer, use: use,
                        machine: index))
            }
        }
        return choices
    }
}
