import Optimization
import Quantities
import Training

/// The best layout of any shape that buys a given effective compute, with accelerators or time given.
///
/// Each shape has one run: the least compute with which it reaches the loss of the family's curve at the target. Shapes
/// are searched in the order of what they are likely to take (``LikelyStep``), and those are discarded that by what none
/// of their layouts is below (``MemberRun``) are above the best so far. Why that is exact, whatever the order: ties are
/// searched because only what is *above* the best is discarded, and every search looks at all layouts up to the best so
/// far, so that ``ShapedLayout/precedes(_:_:)`` alone decides.
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
    let cuts: KnownCuts
    private let likely = LikelySteps()

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
                run.fewestGPUs(deadline: run.deadline, most: most).map { .success(Double($0)) }
                    ?? .failure(.deadline)
            }
            let searched = fewest(runs, into: &found)
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
        let ordered = likeliest(runs, gpus: gpus)
        for (index, run) in ordered.enumerated() {
            if let best = found.best, best.primary < run.bound {
                found.shapes.discard(1, by: .bound)
                continue
            }
            guard !clock.isOver else { return found.leave(ordered[index...].map(\.bound).min() ?? 0) }
            time(run, gpus: gpus, within: found.best?.primary ?? .infinity, into: &found)
            found.shapes.searched += 1
        }
    }

    /// Whether shapes are searched in the order of what they are likely to take; with experts that says little.
    private var asksLikely: Bool { family.named.experts == nil }

    /// What a step of a run is likely to take on so many accelerators, seconds; nil where that is not asked.
    private func likelyStep(_ run: MemberRun, gpus: Int) -> Double? {
        asksLikely ? likely.step(run, cuts: cuts, clock: clock).seconds(gpus: gpus) : nil
    }

    /// Runs in the order of the seconds that they are likely to take, or take at the least.
    private func likeliest(_ runs: [MemberRun], gpus: Int) -> [MemberRun] {
        ranked(runs) { run in
            likelyStep(run, gpus: gpus).map { $0 * run.steps } ?? run.leastSeconds(gpus: gpus)
        }.map(\.run)
    }

    /// Runs with a number of each, the least first; those of equal numbers as they come.
    private func ranked(
        _ runs: [MemberRun], by number: (MemberRun) -> Double
    ) -> [(run: MemberRun, number: Double)] {
        let numbers = runs.map(number)
        let places = runs.indices.sorted { left, right in
            numbers[left] != numbers[right] ? numbers[left] < numbers[right] : left < right
        }
        return places.map { (runs[$0], numbers[$0]) }
    }

    /// Searches for a run of one shape that takes at most so many seconds, and offers it.
    ///
    /// On the fewest accelerators of any shape only layouts that use all of them matter: fewer do for none in time. The
    /// blocks may be listed that a search on one fewer listed.
    private func time(
        _ run: MemberRun, gpus: Int, within seconds: Double, deadline: Double = .infinity,
        isFewest: Bool = false, listed: MemberSearch.Listed? = nil, into found: inout ShapesFound
    ) {
        var search = MemberSearch(run, engines: engines, clock: clock, cuts: cuts)
        search.listed = listed
        let step = min(deadline, seconds < .infinity ? run.step(ofRun: seconds) : .infinity)
        if let layout = search.layout(
            gpus: gpus, deadline: step, goal: .best, usesAll: isFewest && found.open == nil)
        {
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

    /// Shapes that are searched for a first layout on each number of accelerators.
    private static let firstTries = 4

    /// Share of the time that such a shape is likely to take at most; what follows the pipeline is not in it.
    private static let likelyShare = 0.85

    /// The named shape, so that there soon is an answer, then the others in their order.
    func namedFirst(_ runs: [MemberRun]) -> [MemberRun] {
        let named = TransformerShape(family.named)
        return runs.filter { $0.shape == named } + runs.filter { $0.shape != named }
    }

    /// The fewest accelerators of any shape, then the fastest run on them.
    /// - Returns: the shapes whose layouts were searched.
    private func fewest(_ runs: [MemberRun], into found: inout ShapesFound) -> Set<TransformerShape> {
        var searched: Set<TransformerShape> = []
        /// Runs that may do with so many, those first that are likely to leave most time.
        func ordered(_ gpus: Int) -> [(run: MemberRun, number: Double)] {
            ranked(runs.filter { $0.bound <= Double(gpus) }) { run in
                (likelyStep(run, gpus: gpus) ?? 0) / run.deadline
            }
        }
        var listed: [TransformerShape: MemberSearch.Listed] = [:]
        var holder = first(runs, ordered, &searched, &found)
        let gpus = holder?.gpus ?? TransformerQuestion.mostGPUs
        for (run, _) in ordered(gpus) where run.shape != holder?.run.shape {
            let wanted = holder.map { $0.gpus - 1 } ?? gpus
            guard run.bound <= Double(wanted) else { continue }
            guard !clock.isOver else {
                found.leave(run.bound)
                continue
            }
            var search = MemberSearch(run, engines: engines, clock: clock, cuts: cuts)
            searched.insert(run.shape)
            if let known = search.layout(gpus: wanted, deadline: run.deadline, goal: .any)?.layout.gpus,
                let fewest = search.fewest(in: Int(run.bound)...known, known: known, deadline: run.deadline)
            {
                holder = Holder(gpus: fewest, run: run, layout: search.leanest)
            }
            found.add(search)
            listed[run.shape] = search.listed
            if !search.isComplete { found.leave(run.bound) }
        }
        guard let holder else {
            discardRest(of: runs, searched, &found)
            return searched
        }
        fastest(of: runs, holder, listed, &searched, into: &found)
        discardRest(of: runs, searched, &found)
        return searched
    }

    /// The fewest accelerators so far, and the shape that does with them.
    private struct Holder {
        var gpus: Int
        var run: MemberRun
        var layout: PricedLayout?
    }

    /// A shape that does with few accelerators, and the fewest with which it does: of the few that are likeliest to, on
    /// half as many more each time.
    ///
    /// With experts the shapes are asked in their order, the named one first.
    private func first(
        _ runs: [MemberRun], _ ordered: (_ gpus: Int) -> [(run: MemberRun, number: Double)],
        _ searched: inout Set<TransformerShape>, _ found: inout ShapesFound
    ) -> Holder? {
        let most = TransformerQuestion.mostGPUs
        guard let least = runs.map(\.bound).min() else { return nil }
        func holder(_ run: MemberRun, _ search: inout MemberSearch, known: Int?, upTo gpus: Int) -> Holder? {
            let fewest = search.fewest(in: Int(run.bound)...gpus, known: known, deadline: run.deadline)
            return fewest.map { Holder(gpus: $0, run: run, layout: search.leanest) }
        }
        guard asksLikely else {
            for run in namedFirst(runs) where !clock.isOver {
                var search = MemberSearch(run, engines: engines, clock: clock, cuts: cuts)
                searched.insert(run.shape)
                let holder = holder(run, &search, known: nil, upTo: most)
                found.add(search)
                if !search.isComplete { found.leave(run.bound) }
                if let holder { return holder }
            }
            return nil
        }
        var gpus = Int(least)
        while gpus < most, !clock.isOver {
            gpus = min(most, gpus + max(1, gpus / 2))
            for (run, share) in ordered(gpus).prefix(Self.firstTries) where share <= Self.likelyShare {
                guard !clock.isOver else { return nil }
                var search = MemberSearch(run, engines: engines, clock: clock, cuts: cuts)
                searched.insert(run.shape)
                let layout = search.layout(gpus: gpus, deadline: run.deadline, goal: .any)?.layout
                let holder = layout.flatMap { holder(run, &search, known: $0.gpus, upTo: $0.gpus) }
                found.add(search)
                if !search.isComplete { found.leave(run.bound) }
                if let holder { return holder }
            }
        }
        return nil
    }

    /// The fastest run of any shape on the fewest accelerators.
    private func fastest(
        of runs: [MemberRun], _ holder: Holder, _ listed: [TransformerShape: MemberSearch.Listed],
        _ searched: inout Set<TransformerShape>, into found: inout ShapesFound
    ) {
        let gpus = holder.gpus
        func timed(_ run: MemberRun, within seconds: Double) {
            time(
                run, gpus: gpus, within: seconds, deadline: run.deadline, isFewest: true,
                listed: listed[run.shape], into: &found)
        }
        timed(holder.run, within: .infinity)
        if found.best == nil, let layout = holder.layout {
            // The time was up before a faster one was found.
            found.offer(
                ShapedLayout(
                    run: holder.run, layout: layout, gpus: gpus, primary: Double(gpus),
                    secondary: layout.step.total.value * holder.run.steps))
        }
        let others = runs.filter { $0.bound <= Double(gpus) && $0.shape != holder.run.shape }
        for run in likeliest(others, gpus: gpus) {
            let least = found.best?.secondary ?? .infinity
            guard run.leastSeconds(gpus: gpus) <= least else { continue }
            guard !clock.isOver else {
                found.leave(Double(gpus))
                break
            }
            searched.insert(run.shape)
            timed(run, within: least)
        }
    }

    /// Shapes that no search looked at were discarded by their bound, unless the time was up.
    private func discardRest(
        of runs: [MemberRun], _ searched: Set<TransformerShape>, _ found: inout ShapesFound
    ) {
        guard !clock.isOver else { return }
        found.shapes.discard(runs.count { !searched.contains($0.shape) }, by: .bound)
    }
}
