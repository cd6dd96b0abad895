/// Exact cut of a chain none of whose elements may be recomputed, by filling stages from the last one back.
///
/// All cuts take the same seconds in sum, so the shortest step is that of the quickest slowest stage. Within a limit x on
/// the stages' times, each stage from the last one back takes as many elements as it can. No cut within x reaches further
/// back: where another one's later stages start no earlier, a stage that takes what that one's takes as far as it still
/// has to takes no longer and holds no more. An element that is too large for a stage is too large for those before, which
/// hold no fewer microbatches. So there is a cut within x if and only if the first stage can take the rest.
///
/// Of cuts with the same slowest stage it is the one whose stages all start earliest: what is left to the first stage,
/// which holds most microbatches and is the last to add up its gradients, is least.
struct ChainPartition {
    private let problem: ChainProblem

    /// Takes a sound problem; nil where elements may be recomputed or a stage holds more microbatches than the one before.
    init?(_ problem: ChainProblem) {
        guard problem.kinds.allSatisfy({ $0.recomputation == .never }),
            zip(problem.inFlight, problem.inFlight.dropFirst()).allSatisfy({ $0 >= $1 })
        else { return nil }
        self.problem = problem
    }

    /// The cut of the shortest step, if none of its stages takes more than a limit.
    /// - Parameter ceiling: seconds of a stage for one microbatch.
    /// - Returns: the cut; nil where no cut fits within the limit.
    func shortest(within ceiling: Double) -> ChainCut? {
        guard var starts = starts(within: ceiling) else { return nil }
        var slowest = slowest(starts)
        // What no cut is below; halving the way to it leaves few steps down.
        var least = problem.leastWork / Double(problem.stages) * (1 - 1e-9)
        func take(within limit: Double) -> Bool {
            guard let found = self.starts(within: limit) else { return false }
            starts = found
            slowest = self.slowest(found)
            return true
        }
        while take(within: slowest.nextDown) {
            let middle = least + (slowest - least) / 2
            if middle < slowest, !take(within: middle) { least = middle }
        }
        _ = take(within: slowest)
        return ChainCut(starts: starts, problem: problem)
    }

    /// The first element of each stage where each takes as many as it can, from the last one back; nil where the first one
    /// cannot take the rest.
    private func starts(within limit: Double) -> [Int]? {
        var starts = [Int](repeating: 0, count: problem.stages)
        var end = problem.order.count
        for stage in problem.inFlight.indices.reversed() {
            let flight = Double(problem.inFlight[stage])
            var held = Held()
            var start = end
            // Every stage before needs one.
            while start > stage {
                held.add(problem.kinds[problem.order[start - 1]].costs)
                guard held.seconds <= limit, held.kept * flight + held.state <= problem.memory else { break }
                start -= 1
            }
            guard start < end, stage > 0 || start == 0 else { return nil }
            starts[stage] = start
            end = start
        }
        return starts
    }

    /// What elements of a stage take, added up from the last one back.
    private struct Held {
        var seconds = 0.0
        var state = 0.0
        var kept = 0.0

        mutating func add(_ element: ChainCosts.Element) {
            seconds += element.seconds
            state += element.stateBytes
            kept += element.keptBytes
        }
    }

    /// Seconds of the slowest stage, added up as where stages are filled.
    private func slowest(_ starts: [Int]) -> Double {
        var (slowest, end) = (0.0, problem.order.count)
        for start in starts.reversed() {
            var held = Held()
            for place in (start..<end).reversed() { held.add(problem.kinds[problem.order[place]].costs) }
            slowest = max(slowest, held.seconds)
            end = start
        }
        return slowest
    }
}
