import Optimization
import Quantities
import Training

/// The searches of one answer, all on one clock.
struct TransformerRun {
    let planner: TransformerPlanner
    let engines: EngineContext
    let clock: SearchClock
    /// Ways to cut models that the searches have in common.
    let cuts: KnownCuts

    /// Seconds beyond the time limit for a layout where none was found, and for the reasons where there is none.
    private static let grace = 0.4

    private var question: TransformerQuestion { planner.question }

    // MARK: One number of accelerators

    func search(
        gpus: Int, deadline: Double = .infinity, goal: BranchAndBound.Goal = .best
    ) -> SearchResult<PricedLayout> {
        let wanted = goal == .any ? 1 : question.wanted
        let quick = FirstLayouts(planner: planner, gpus: gpus, deadline: deadline, cuts: cuts)
        // A search for any layout ends at the first one anyhow; engines that check one another start alike.
        let startsQuickly = goal == .best && (question.engine == .enumerate || question.engine == .auto)
        // The whole space has at least half of the time.
        let first = startsQuickly ? quick.best(wanted, until: SearchClock(limit: clock.secondsLeft / 2)) : []
        var result = SearchResult<PricedLayout>.unknown
        if !clock.isOver {
            let cutoff = first.count == wanted ? first.last?.rank ?? .worst : .worst
            var space = TransformerSpace(
                model: planner.model, gpus: gpus, globalBatch: question.globalBatch, deadline: deadline,
                limits: question.limits, limit: cutoff.primary, known: cuts, clock: clock)
            if space.isWhole {
                result = engines.result(&space, wanted: wanted, cutoff: cutoff, goal: goal)
            }
        }
        guard goal == .best, !result.isComplete || result.best.count < first.count else { return result }
        var best = FirstLayouts.merged(result.best, first, wanted: wanted)
        if best.isEmpty, !result.isComplete {
            best = quick.leanest(until: SearchClock(limit: Seconds(Self.grace)))
        }
        return SearchResult(best: best, account: result.account, openBound: result.openBound)
    }

    /// The fastest step, if none is to take longer than some seconds.
    func fastest(gpus: Int, flop: Double?, slowest: Double = .infinity) -> TransformerAnswer {
        let outcome = search(gpus: gpus, deadline: slowest)
        let steps = flop.map { $0 / question.stepFlop } ?? 1
        return answer(outcome, gpus: gpus, flop: flop, slowest: slowest) { .leastSeconds($0 * steps) }
    }

    /// The largest run takes the fastest step as often as it fits into the time.
    func largest(gpus: Int, time: Seconds, slowest: Double = .infinity) -> TransformerAnswer {
        let outcome = search(gpus: gpus, deadline: slowest)
        let best = outcome.best.first?.rank.primary
        let flop = best.map { time.value / $0 * question.stepFlop }
        return answer(outcome, gpus: gpus, flop: flop, slowest: slowest) { bound in
            .largestFlop(bound > 0 ? time.value / bound * self.question.stepFlop : .infinity)
        }
    }

    private func answer(
        _ result: SearchResult<PricedLayout>, gpus: Int, flop: Double?, slowest: Double,
        bound: (Double) -> Certificate.ProvedBound
    ) -> TransformerAnswer {
        let best = result.best.first?.rank.primary
        let proved = result.openBound.map { min($0.primary, best ?? .infinity) } ?? best
        return TransformerAnswer(
            question: question, layouts: result.best.map(\.candidate),
            certificate: Certificate(
                engine: "enumerate", isOptimal: result.isComplete && best != nil,
                bound: proved.map { bound(max(0, $0)) }, account: result.account, searches: 1,
                gap: best.flatMap { best in proved.map { (best - max(0, $0)) / best } }),
            infeasibility: result.best.isEmpty && slowest == .infinity ? reasons(gpus: gpus, result) : [],
            flop: flop, gpusGiven: gpus)
    }

    func reasons(gpus: Int, _ result: SearchResult<PricedLayout>) -> [String] {
        // What memory proves is said even where the time is up; it takes milliseconds.
        let rest = clock.isOver ? SearchClock(limit: Seconds(Self.grace)) : clock
        let reasons = InfeasibilityReasons(planner: planner, gpus: gpus, clock: rest)
        guard result.isComplete else {
            let open =
                clock.isOver || result.account.unsettled == 0
                ? "the time limit ended the search before any layout was found"
                : "no layout that fits was found, but \(result.account.unsettled) ways to cut the model into "
                    + "stages are not settled"
            return [open] + reasons.proved
        }
        return result.account.spaceSize == 0 ? reasons.illegal : reasons.memory
    }

    // MARK: The fewest accelerators

    /// Numbers of accelerators, each twice the last, that are searched in vain before the most are.
    ///
    /// The first are those that the peak of the fastest format asks for, so five leave only runs that use less than a
    /// sixteenth of it, and few of those finish at all.
    static let failuresBeforeMost = 5

    /// The rule that discards the layouts on accelerators of which more have none either.
    static let moreGPUs = "more_gpus"

    /// Layouts on some accelerators; nil where the clock ends before they are counted.
    private func leaves(gpus: Int, deadline: Double) -> Int? {
        guard !clock.isOver else { return nil }
        let space = TransformerSpace(
            model: planner.model, gpus: gpus, globalBatch: question.globalBatch, deadline: deadline,
            limits: question.limits, limit: .infinity, known: cuts, clock: clock)
        return space.isWhole ? space.leaves(under: space.root) : nil
    }

    /// Whether some layout finishes a step in time is monotone in the accelerators given, because layouts may
    /// leave some idle: so a bisection finds the fewest, and the failed search one below proves it.
    ///
    /// Where so many are known to be enough no more are tried.
    func fewest(flop: Double, time: Seconds, enough: Int?) -> TransformerAnswer {
        let most = TransformerQuestion.mostGPUs
        let deadline = question.longestStep.value
        var account = LeafAccount.empty
        var searches = 0
        var isProved = true
        // What was found on the fewest accelerators so far.
        var found: SearchResult<PricedLayout>?
        // What was found out about the most accelerators before those between were searched.
        var onMost: SearchResult<PricedLayout>?
        func isEnough(_ gpus: Int) -> Bool? {
            let known = gpus == most ? onMost : nil
            let outcome = known ?? search(gpus: gpus, deadline: deadline, goal: .any)
            account.add(outcome.account)
            searches += 1
            guard outcome.best.isEmpty else {
                found = outcome
                return true
            }
            if outcome.isComplete { return false }
            guard !clock.isOver else { return nil }
            isProved = false
            return false
        }
        // No layout beats the peak, so fewer accelerators than that cannot be enough.
        var low = max(0, min(Self.least(question, deadline: deadline), most) - 1)
        var high = max(1, low)
        var known: Bool? = false
        var failures = 0
        while high < most {
            high = min(most, 2 * high)
            if let enough, enough <= high {
                high = max(enough, low + 1)
                known = true
                break
            }
            known = isEnough(high)
            if known != false { break }
            low = high
            failures += 1
            guard failures == Self.failuresBeforeMost, high < most, question.engine != .both,
                question.engine != .mip
            else { continue }
            // A layout may leave accelerators idle: where the most have none, those between have none, and their layouts
            // are counted and not searched.
            let outcome = search(gpus: most, deadline: deadline, goal: .any)
            guard outcome.best.isEmpty, outcome.isComplete else { continue }
            onMost = outcome
            while 2 * high < most, let leaves = leaves(gpus: 2 * high, deadline: deadline) {
                high *= 2
                low = high
                account.spaceSize += leaves
                account.pruned[Self.moreGPUs, default: 0] += leaves
            }
        }
        while known == true, high - low > 1 {
            let middle = low + (high - low) / 2
            switch isEnough(middle) {
            case true?: high = middle
            case false?: low = middle
            case nil: known = nil
            }
        }
        let bound = isProved ? Certificate.ProvedBound.fewestGPUs(Double(low + 1)) : nil
        func answer(_ layouts: [PricedLayout], isOptimal: Bool, gap: Double?, _ reasons: [String] = [])
            -> TransformerAnswer
        {
            TransformerAnswer(
                question: question, layouts: layouts,
                certificate: Certificate(
                    engine: "enumerate", isOptimal: isOptimal, bound: bound, account: account,
                    searches: searches, gap: gap),
                infeasibility: reasons, flop: flop, gpusGiven: high)
        }
        var last: SearchResult<PricedLayout>?
        if known == true {
            let outcome = search(gpus: high, deadline: deadline)
            account.add(outcome.account)
            searches += 1
            last = outcome
        }
        // Every search but the one that was known to succeed may have failed.
        guard let found = found ?? last, !found.best.isEmpty else {
            let reason =
                known != false
                ? "the time limit ended the search before any layout was found"
                : "no layout on up to \(most) \(question.machine.unit)s finishes a step "
                    + "in \(Readable.time(Seconds(deadline))), which \(Readable.time(time)) for "
                    + "\(Readable.scientific(flop)) FLOP leaves; give more time or a larger --batch"
            return answer([], isOptimal: false, gap: nil, [reason])
        }
        let gap = Double(high - low - 1) / Double(high)
        guard let outcome = last else {
            return answer(found.best.map(\.candidate), isOptimal: false, gap: gap)
        }
        let best = outcome.best.isEmpty ? found.best : outcome.best
        return answer(
            best.map(\.candidate), isOptimal: outcome.isComplete && isProved, gap: isProved ? gap : nil)
    }

    /// Accelerators below which the peak rate of the fastest format alone misses a step's deadline.
    static func least(_ question: TransformerQuestion, deadline: Double) -> Int {
        let compute = question.machine.compute
        let rates = compute.peakByPrecision.values.map(\.value) + [compute.peak.value]
        // Causal work is what kernels must do; it is less than what is counted.
        let flop = question.job.modelFlop(counting: .causal).value * Double(question.globalBatch)
        let least = flop / deadline / (rates.max() ?? compute.peak.value) / 2
        return least < Double(TransformerQuestion.mostGPUs)
            ? max(1, Int(least)) : TransformerQuestion.mostGPUs
    }
}
