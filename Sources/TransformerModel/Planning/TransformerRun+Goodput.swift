import Optimization
import Quantities
import Training

/// Answers about runs with their failures.
extension TransformerRun {
    /// Answers a question whose times are those of the wall clock.
    /// - Parameters:
    ///   - factors: what keeps the run from training all the time.
    ///   - slowest: seconds of the wall clock that a step may take where accelerators are given.
    /// - Returns: the best layout with its certificate, or why there is none.
    func answer(on factors: ReliabilityFactors, slowest: Double) -> TransformerAnswer {
        let question = planner.question
        var search = GoodputSearch(factors, clock: clock) { gpus, deadline, goal in
            self.search(gpus: gpus, deadline: deadline, goal: goal)
        }
        switch question.given {
        case .gpus(let gpus):
            return fastest(&search, gpus: gpus, flop: nil, slowest: slowest) { .leastSeconds($0) }
        case .gpusAndFlop(let gpus, let flop):
            let steps = flop / question.stepFlop
            return fastest(&search, gpus: gpus, flop: { _ in flop }, slowest: slowest) {
                .leastSeconds($0 * steps)
            }
        case .gpusAndTime(let gpus, let time):
            func flop(_ step: Double) -> Double { time.value / step * question.stepFlop }
            return fastest(&search, gpus: gpus, flop: flop, slowest: slowest) {
                .largestFlop($0 > 0 ? flop($0) : .infinity)
            }
        case .flopAndTime(let flop, let time): return fewest(&search, flop: flop, time: time)
        }
    }

    private func fastest(
        _ search: inout GoodputSearch, gpus: Int, flop: ((Double) -> Double)?, slowest: Double,
        bound: (Double) -> Certificate.ProvedBound
    ) -> TransformerAnswer {
        let best = search.fastest(gpus: gpus, limit: slowest)
        let step = best.map { search.wall($0) }
        let proved = search.isComplete ? step : min(search.open, step ?? .infinity)
        return TransformerAnswer(
            question: planner.question, layouts: best.map { [$0] } ?? [],
            certificate: Certificate(
                engine: "enumerate", isOptimal: search.isComplete && best != nil,
                bound: proved.map { bound(max(0, $0)) }, account: search.account, searches: search.count,
                gap: step.flatMap { step in proved.map { (step - max(0, $0)) / step } }),
            infeasibility: best == nil && slowest == .infinity ? reasons(search, gpus: gpus) : [],
            flop: step.flatMap { step in flop.map { $0(step) } } ?? planner.question.given.flop,
            gpusGiven: gpus)
    }

    private func fewest(
        _ search: inout GoodputSearch, flop: Double, time: Seconds
    ) -> TransformerAnswer {
        let question = planner.question
        let most = TransformerQuestion.mostGPUs
        let wall = question.longestStep.value
        // What nothing ever fails takes as many as this, and failures only take more.
        let least = Self.least(question, deadline: wall)
        let found = search.fewest(in: least...most, wall: wall, isLikely: true)
        let gpus = found?.layout.gpus ?? most
        // On the fewest all that is in time uses them all, so that the least step is the least time.
        let wasProved = search.isComplete
        let best = found.flatMap { search.quickest(gpus: $0.layout.gpus, wall: wall) } ?? found
        let proved = wasProved && best != nil ? Double(gpus) : nil
        return TransformerAnswer(
            question: question, layouts: best.map { [$0] } ?? [],
            certificate: Certificate(
                engine: "enumerate", isOptimal: search.isComplete && best != nil,
                bound: proved.map { .fewestGPUs($0) }, account: search.account, searches: search.count,
                gap: proved == nil ? nil : 0),
            infeasibility: best == nil ? reasons(search, flop: flop, time: time) : [], flop: flop,
            gpusGiven: gpus)
    }

    private func reasons(_ search: GoodputSearch, gpus: Int) -> [String] {
        guard search.isComplete else { return [Self.ended] }
        let result = self.search(gpus: gpus)
        guard result.best.isEmpty else {
            return ["on so many \(planner.question.machine.unit)s failures leave no time to train at all"]
        }
        return reasons(gpus: gpus, result)
    }

    private func reasons(_ search: GoodputSearch, flop: Double, time: Seconds) -> [String] {
        guard search.isComplete else { return [Self.ended] }
        let unit = planner.question.machine.unit
        return [
            "no layout on up to \(Readable.count(TransformerQuestion.mostGPUs)) \(unit)s runs \(Readable.scientific(flop)) FLOP in "
                + "\(Readable.time(time)) with its failures: beyond some number more \(unit)s fail more than they add; "
                + "give more time, a larger --batch, a longer --mtbf or a shorter --restart-time"
        ]
    }

    private static let ended = "the time limit ended the search before any layout was found"
}
