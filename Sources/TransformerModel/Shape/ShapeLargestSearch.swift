import Optimization
import Quantities
import Training

/// The run of any shape that buys the most effective compute, with accelerators and time given.
///
/// More compute always lowers the loss of a shape, so its best run is its largest, and the loss of what its least step
/// allows bounds it. Shapes are searched in the order of that bound, each only where it would beat the best loss so far.
///
/// The batch follows the compute of the run where a law says so: a shape's compute falls apart into ranges of one batch
/// each, which are searched from the largest down, as a run in a range is larger than every run in those below it.
///
/// With ``TransformerQuestion/goodput`` the seconds of steps are those of the wall clock, bounds and searches with them.
struct ShapeLargestSearch {
    let asked: TransformerQuestion
    let family: TransformerFamily
    let gpus: Int
    /// Seconds of the run at most.
    let time: Double
    let engines: EngineContext
    let clock: SearchClock
    let cuts: KnownCuts
    private let members: MemberGoodput?

    /// Prepares to search.
    init(
        asked: TransformerQuestion, family: TransformerFamily, gpus: Int, time: Double,
        engines: EngineContext, clock: SearchClock, cuts: KnownCuts
    ) {
        self.asked = asked
        self.family = family
        self.gpus = gpus
        self.time = time
        self.engines = engines
        self.clock = clock
        self.cuts = cuts
        members = asked.goodput.map { MemberGoodput($0, engines: engines, clock: clock, cuts: cuts) }
    }

    /// Searches every shape.
    func found() -> ShapesFound {
        var found = ShapesFound()
        var candidates = candidates(&found.shapes)
        // The named shape first, so that there soon is an answer; then the order allows to stop.
        let named = TransformerShape(family.named)
        if !clock.isOver, let place = candidates.firstIndex(where: { $0.run.shape == named }) {
            search(candidates.remove(at: place), into: &found)
            found.shapes.searched += 1
        }
        for (index, candidate) in candidates.enumerated() {
            if let best = found.best, best.primary < candidate.run.bound {
                found.shapes.discard(candidates.count - index, by: .bound)
                return found
            }
            guard !clock.isOver else {
                found.leave(candidate.run.bound)
                return found
            }
            search(candidate, into: &found)
            found.shapes.searched += 1
        }
        return found
    }

    /// A shape with compute that no run of it passes: ``MemberRun/bound`` is the loss there.
    private struct Candidate {
        var run: MemberRun
        var least: Double
        var most: Double
    }

    private func candidates(_ account: inout ShapeAccount) -> [Candidate] {
        let most = asked.mostFlop(gpus: gpus, seconds: time)
        let shapes = asked.shapes
        let ranges = members?.ranges(gpus: gpus) ?? []
        account.grid = shapes.count
        var candidates: [Candidate] = []
        for shape in shapes {
            let value = MemberValue(shape, in: family)
            let data = (family.mostTokens ?? .infinity) * value.flopPerToken
            let least =
                family.data == .atLeastCurve
                ? family.tokensPerParameter * value.activeParameters * value.flopPerToken : 0
            guard least <= data else {
                account.discard(by: .tokenLimit)
                continue
            }
            guard TransformerQuestion.batches.contains(asked.batch(flop: min(most, data))) else {
                account.discard(by: .batch)
                continue
            }
            // A larger batch never takes more work a sequence, so the largest one bounds them all.
            var run = MemberRun(value, flop: min(most, data), asked: asked)
            let step = members?.leastWallStep(run, ranges) ?? run.leastStep(gpus: gpus)
            guard step < .infinity else {
                account.discard(by: .memory)
                continue
            }
            let reach = min(data, time / step * run.question.stepFlop * (1 + 1e-12))
            guard least <= reach else {
                account.discard(by: .tokensPerParameter)
                continue
            }
            run.bound = value.reducible(flop: reach) * (1 - 1e-12)
            candidates.append(Candidate(run: run, least: least, most: reach))
        }
        return candidates.sorted { MemberRun.precedes($0.run, $1.run) }
    }

    /// The largest run of one shape, as far as it may beat the best so far.
    private func search(_ candidate: Candidate, into found: inout ShapesFound) {
        let value = candidate.run.value
        var least = candidate.least
        if let best = found.best {
            guard let needed = value.flop(reducible: best.primary) else { return }
            least = max(least, needed * (1 - 1e-9))
        }
        var most = candidate.most
        while most >= least, most > 0 {
            // Runs of one batch from here down.
            let run = MemberRun(value, flop: most, asked: asked)
            let lowest = max(least, lowestFlop(batch: run.question.globalBatch, from: most))
            let stepFlop = run.question.stepFlop
            let deadline = lowest > 0 ? time * stepFlop / lowest * (1 + 1e-12) : .infinity
            let (best, open) = quickest(run, deadline: deadline, into: &found)
            if let open {
                let reach = open > 0 ? time / open * stepFlop : .infinity
                found.leave(max(candidate.run.bound, value.reducible(flop: min(most, reach))))
            }
            if let (layout, step) = best {
                let flop = min(most, time / step * stepFlop)
                if flop >= lowest {
                    let own = MemberRun(value, flop: flop, asked: asked)
                    // The batch of the run is that of its compute, whatever rounding did to its end.
                    if own.question.globalBatch == run.question.globalBatch {
                        found.offer(
                            ShapedLayout(
                                run: own, layout: layout, gpus: gpus,
                                primary: value.reducible(flop: flop), secondary: flop))
                    }
                    return
                }
            }
            guard lowest > least, !clock.isOver else { return }
            most = lowest.nextDown
        }
    }

    /// The layout of one run with the quickest step, and its seconds; and the seconds that no step of an unfinished search is
    /// below, nil of a finished one.
    private func quickest(
        _ run: MemberRun, deadline: Double, into found: inout ShapesFound
    ) -> (best: (PricedLayout, step: Double)?, open: Double?) {
        guard let members else {
            var search = MemberSearch(run, engines: engines, clock: clock, cuts: cuts)
            let layout = search.layout(
                gpus: gpus, deadline: deadline, goal: .best, isLoose: found.best == nil)
            found.add(search)
            return (layout.map { ($0, $0.step.total.value) }, search.isComplete ? nil : search.openStep)
        }
        var search = members.search(run)
        let layout = search.fastest(gpus: gpus, limit: deadline)
        found.add(search)
        return (layout.map { ($0, search.wall($0)) }, search.isComplete ? nil : search.open)
    }

    /// The least compute down to which the batch stays what it is; 0 where it does not follow the compute.
    private func lowestFlop(batch: Int, from most: Double) -> Double {
        guard asked.batchLaw?.dependsOnCompute == true else { return 0 }
        // Bit patterns of positive doubles order as their values do, and a law's batch never falls with the compute.
        var (low, high) = (UInt64(0), most.bitPattern)
        while high - low > 1 {
            let middle = low + (high - low) / 2
            if asked.batch(flop: Double(bitPattern: middle)) < batch { low = middle } else { high = middle }
        }
        return Double(bitPattern: high)
    }
}
