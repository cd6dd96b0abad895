import Optimization
import Quantities
import Training

/// The best layout of any shape that buys a given effective compute, with accelerators or time given.
///
/// Each shape has one run: the least compute with which it reaches the loss of the family's curve at the target. Shapes
/// are searched in the order of what none of their layouts is below (``MemberRun``), and where that passes the best so
/// far, it and all that follow are discarded together. Why that is exact: the order only rises, ties are searched because
/// only what is *above* the best is discarded, and every search looks at all layouts up to the best so far, so that
/// ``ShapedLayout/precedes(_:_:)`` alone decides.
///
/// With the time given, accelerators come before time. First each shape is asked whether it does with fewer accelerators
/// than the best so far, then, on the fewest of all, whether it is faster: a layout on them that is not in the fewest time
/// found is none that is asked for.
struct ShapeTargetSearch {
    let asked: TransformerQuestion
    let family: TransformerFamily
    /// Effective compute wanted, FLOP.
    let target: Double
    let engines: EngineContext
    let clock: SearchClock
    private let cuts = KnownCuts()

    /// Searches every shape.
    func found() -> ShapesFound {
        var found = ShapesFound()
        switch asked.given {
        case .gpusAndFlop(let gpus, _), .gpusAndTime(let gpus, _), .gpus(let gpus):
            let runs = runs(&found.shapes) { run in
                let seconds = run.leastSeconds(gpus: gpus)
                return seconds < .infinity ? .success(seconds) : .failure(.memory)
            }
            fastest(runs, gpus: gpus, into: &found)
        case .flopAndTime(_, _):
            let most = TransformerQuestion.mostGPUs
            let runs = runs(&found.shapes) { run in
                let deadline = run.question.longestStep.value
                return run.fewestGPUs(deadline: deadline, most: most).map { .success(Double($0)) }
                    ?? .failure(.deadline)
            }
            let searched = fewest(namedFirst(runs), into: &found)
            found.shapes.searched += searched.count
        }
        return found
    }

    // MARK: Shapes

    /// The runs of the shapes that reach the target, in the order of their bounds.
    func runs(
        _ account: inout ShapeAccount, bound: (MemberRun) -> Result<Double, MemberRule>
    ) -> [MemberRun] {
        let shapes = family.shapes(flop: target)
        account.grid = shapes.count
        let reducible = family.reducible(flop: target)
        var runs: [MemberRun] = []
        for shape in shapes {
            let value = MemberValue(shape, in: family)
            guard let flop = value.flop(reducible: reducible) else {
                account.discard(by: .lossUnreachable)
                continue
            }
            if let rule = family.rule(against: value, flop: flop) {
                account.discard(by: rule)
                continue
            }
            guard TransformerQuestion.batches.contains(asked.batch(flop: flop)) else {
                account.discard(by: .batch)
                continue
            }
            var run = MemberRun(value, flop: flop, asked: asked)
            switch bound(run) {
            case .success(let least):
                run.bound = least
                runs.append(run)
            case .failure(let rule): account.discard(by: rule)
            }
        }
        return runs.sorted(by: MemberRun.precedes)
    }

    // MARK: Accelerators given

    private func fastest(_ runs: [MemberRun], gpus: Int, into found: inout ShapesFound) {
        for (index, run) in runs.enumerated() {
            if let best = found.best, best.primary < run.bound {
                found.shapes.discard(runs.count - index, by: .bound)
                return
            }
            guard !clock.isOver else { return found.leave(run.bound) }
            time(run, gpus: gpus, within: found.best?.primary ?? .infinity, into: &found)
            found.shapes.searched += 1
        }
    }

    /// Searches for a run of one shape that takes at most so many seconds, and offers it.
    private func time(
        _ run: MemberRun, gpus: Int, within seconds: Double, deadline: Double = .infinity,
        isFewest: Bool = false, into found: inout ShapesFound
    ) {
        var search = MemberSearch(run, engines: engines, clock: clock, cuts: cuts)
        let step = min(deadline, seconds < .infinity ? run.step(ofRun: seconds) : .infinity)
        if let layout = search.layout(gpus: gpus, deadline: step, goal: .best) {
            let total = layout.step.total.value * run.steps
            found.offer(
                ShapedLayout(
                    run: run, layout: layout, gpus: gpus, primary: isFewest ? Double(gpus) : total,
                    secondary: isFewest ? total : 0))
        }
        found.add(search)
        if !search.isComplete {
            found.leave(isFewest ? Double(gpus) : max(run.bound, search.openStep * run.steps))
        }
    }

    // MARK: Time given

    /// The named shape, so that there soon is an answer, then the others in their order.
    func namedFirst(_ runs: [MemberRun]) -> [MemberRun] {
        let named = TransformerShape(family.named)
        return runs.filter { $0.shape == named } + runs.filter { $0.shape != named }
    }

    /// The fewest accelerators of any shape, then the fastest run on them.
    /// - Returns: the shapes whose layouts were searched.
    private func fewest(_ runs: [MemberRun], into found: inout ShapesFound) -> Set<TransformerShape> {
        let most = TransformerQuestion.mostGPUs
        var searched: Set<TransformerShape> = []
        // Shapes that are late even with more accelerators than are needed.
        var late: Set<TransformerShape> = []
        // The fewest so far, and the shape that does with them.
        var holder: (gpus: Int, run: MemberRun, layout: PricedLayout?)?
        for run in runs {
            let wanted = holder.map { $0.gpus - 1 } ?? most
            guard run.bound <= Double(wanted) else { break }
            guard !clock.isOver else {
                found.leave(run.bound)
                break
            }
            var search = MemberSearch(run, engines: engines, clock: clock, cuts: cuts)
            let deadline = run.question.longestStep.value
            searched.insert(run.shape)
            // Most shapes but the first do not even with as many as are known to do, and one search says so.
            var known: Int?
            if let holder {
                if let layout = search.layout(gpus: holder.gpus, deadline: deadline, goal: .any)?.layout {
                    known =
                        layout.gpus <= wanted
                        ? layout.gpus
                        : search.layout(gpus: wanted, deadline: deadline, goal: .any)?.layout.gpus
                } else if search.isComplete {
                    late.insert(run.shape)
                }
            }
            if holder == nil || known != nil,
                let gpus = search.fewest(in: Int(run.bound)...wanted, known: known, deadline: deadline)
            {
                holder = (gpus, run, search.leanest)
            }
            found.add(search)
            if !search.isComplete { found.leave(run.bound) }
        }
        guard let holder else {
            discardRest(of: runs, searched, &found)
            return searched
        }
        let gpus = holder.gpus
        func timed(_ run: MemberRun, within seconds: Double) {
            time(
                run, gpus: gpus, within: seconds, deadline: run.question.longestStep.value, isFewest: true,
                into: &found)
        }
        timed(holder.run, within: .infinity)
        if found.best == nil, let layout = holder.layout {
            // The time was up before a faster one was found.
            found.offer(
                ShapedLayout(
                    run: holder.run, layout: layout, gpus: gpus, primary: Double(gpus),
                    secondary: layout.step.total.value * holder.run.steps))
        }
        let others = runs.filter {
            $0.bound <= Double(gpus) && $0.shape != holder.run.shape && !late.contains($0.shape)
        }.map { (run: $0, seconds: $0.leastSeconds(gpus: gpus)) }
            .sorted {
                $0.seconds != $1.seconds ? $0.seconds < $1.seconds : MemberRun.precedes($0.run, $1.run)
            }
        for (run, seconds) in others {
            let least = found.best?.secondary ?? .infinity
            guard seconds <= least else { break }
            guard !clock.isOver else {
                found.leave(Double(gpus))
                break
            }
            searched.insert(run.shape)
            timed(run, within: least)
        }
        discardRest(of: runs, searched, &found)
        return searched
    }

    /// Shapes that no search looked at were discarded by their bound, unless the time was up.
    private func discardRest(
        of runs: [MemberRun], _ searched: Set<TransformerShape>, _ found: inout ShapesFound
    ) {
        guard !clock.isOver else { return }
        found.shapes.discard(runs.count { !searched.contains($0.shape) }, by: .bound)
    }
}
