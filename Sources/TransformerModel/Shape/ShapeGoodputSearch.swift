import Optimization
import Quantities
import Training

/// The best layout of any shape for an effective compute, its times those of the wall clock with failures.
///
/// As ``ShapeTargetSearch``, whose shapes, runs and order it has, with bounds and searches that count what failures take
/// (``MemberGoodput``, ``GoodputSearch``).
struct ShapeGoodputSearch {
    let shapes: ShapeTargetSearch
    private let members: MemberGoodput

    private var asked: TransformerQuestion { shapes.asked }
    private var clock: SearchClock { shapes.clock }

    /// Prepares to search.
    init(_ shapes: ShapeTargetSearch, _ factors: ReliabilityFactors) {
        self.shapes = shapes
        members = MemberGoodput(factors, engines: shapes.engines, clock: shapes.clock, cuts: shapes.cuts)
    }

    /// Searches every shape.
    func found() -> ShapesFound {
        var found = ShapesFound()
        switch asked.given {
        case .gpusAndFlop(let gpus, _), .gpusAndTime(let gpus, _), .gpus(let gpus):
            let ranges = members.ranges(gpus: gpus)
            let runs = shapes.runs(&found.shapes) { run in
                let seconds = members.leastWallStep(run, ranges) * run.steps
                return seconds < .infinity ? .success(seconds) : .failure(.memory)
            }
            fastest(runs, gpus: gpus, into: &found)
        case .flopAndTime:
            let most = TransformerQuestion.mostGPUs
            let runs = shapes.runs(&found.shapes) { run in
                let wall = run.question.longestStep.value
                return members.fewestGPUs(run, wall: wall, most: most).map { .success(Double($0)) }
                    ?? .failure(.deadline)
            }
            fewest(shapes.namedFirst(runs), into: &found)
        }
        return found
    }

    private func fastest(_ runs: [MemberRun], gpus: Int, into found: inout ShapesFound) {
        for (index, run) in runs.enumerated() {
            if let best = found.best, best.primary < run.bound {
                found.shapes.discard(runs.count - index, by: .bound)
                return
            }
            guard !clock.isOver else { return found.leave(run.bound) }
            var search = members.search(run)
            let limit = found.best.map { run.step(ofRun: $0.primary) } ?? .infinity
            if let layout = search.fastest(gpus: gpus, limit: limit) {
                found.offer(
                    ShapedLayout(
                        run: run, layout: layout, gpus: gpus, primary: search.wall(layout) * run.steps,
                        secondary: 0))
            }
            found.add(search)
            if !search.isComplete { found.leave(max(run.bound, search.open * run.steps)) }
            found.shapes.searched += 1
        }
    }

    /// The fewest accelerators of any shape, then the fastest run on them.
    private func fewest(_ runs: [MemberRun], into found: inout ShapesFound) {
        var searched: Set<TransformerShape> = []
        var holder: (run: MemberRun, layout: PricedLayout)?
        for run in runs {
            let wanted = holder.map { $0.layout.layout.gpus - 1 } ?? TransformerQuestion.mostGPUs
            guard run.bound <= Double(wanted) else { break }
            guard !clock.isOver else {
                found.leave(run.bound)
                break
            }
            var search = members.search(run)
            searched.insert(run.shape)
            let layout = search.fewest(
                in: Int(run.bound)...wanted, wall: run.question.longestStep.value, isLikely: holder == nil)
            if let layout { holder = (run, layout) }
            found.add(search)
            if !search.isComplete { found.leave(run.bound) }
        }
        if let holder { quickest(runs, holder.run, holder.layout, &searched, into: &found) }
        found.shapes.searched += searched.count
        guard !clock.isOver else { return }
        found.shapes.discard(runs.count { !searched.contains($0.shape) }, by: .bound)
    }

    /// The fastest run on the fewest accelerators: what is in time uses all of them, so that the least step is the least
    /// time.
    private func quickest(
        _ runs: [MemberRun], _ holder: MemberRun, _ layout: PricedLayout,
        _ searched: inout Set<TransformerShape>, into found: inout ShapesFound
    ) {
        let gpus = layout.layout.gpus
        let pace = RunPace(members.factors, accelerators: gpus)
        func offer(_ run: MemberRun, _ layout: PricedLayout) {
            let seconds = pace.wallSeconds(step: layout.step.total.value) * run.steps
            found.offer(
                ShapedLayout(
                    run: run, layout: layout, gpus: gpus, primary: Double(gpus), secondary: seconds))
        }
        offer(holder, layout)
        let timely = runs.filter { $0.bound <= Double(gpus) }.map {
            (run: $0, seconds: pace.wallSeconds(step: $0.leastStep(gpus: gpus)) * $0.steps * (1 - 1e-12))
        }.sorted {
            $0.seconds != $1.seconds ? $0.seconds < $1.seconds : MemberRun.precedes($0.run, $1.run)
        }
        for (run, seconds) in timely {
            let least = found.best?.secondary ?? .infinity
            guard seconds <= least else { break }
            guard !clock.isOver else { return found.leave(Double(gpus)) }
            var search = members.search(run)
            searched.insert(run.shape)
            let wall = min(run.question.longestStep.value, run.step(ofRun: least))
            if let layout = search.quickest(gpus: gpus, wall: wall) { offer(run, layout) }
            found.add(search)
            if !search.isComplete { found.leave(Double(gpus)) }
        }
    }
}

extension ShapesFound {
    /// Counts what the searches of a member took.
    mutating func add(_ search: GoodputSearch) {
        account.add(search.account)
        searches += search.count
    }
}
