import Optimization
import Quantities
import Training

/// The best plan of any shape that buys a given effective compute, with accelerators or time given.
///
/// Each shape has one run: the least compute with which it reaches the loss that the laws' shape reaches with
/// the target. Shapes are searched in the order of their bounds, each with the best so far as cutoff; where a
/// bound passes the best, it and all that follow are discarded together. Why that is exact: a bound of
/// ``ShapeFloor`` is below every plan of its shape, the order only rises, and ties are searched because only
/// bounds *above* the best discard. The cutoff of a search lies at or above the best so far, so every plan up
/// to it is offered and ``ShapedPlan/precedes(_:_:)`` decides alone: the order of the search changes nothing
/// in the answer.
struct TargetSearch {
    let planner: Planner
    let freedom: ShapeFreedom
    /// Effective compute wanted, FLOP.
    let target: Double
    let stop: @Sendable () -> Bool
    private let floor: ShapeFloor

    /// What was found and proved.
    struct Found {
        var best: ShapedBest
        var shapes = ShapeAccount()
        var account = LeafAccount.empty
        /// Shapes searched, in order.
        var searched: [LayerStack] = []
        /// Least bound among what is still open, in the unit of the objective; nil for a complete search.
        var open: Double?
    }

    init(planner: Planner, freedom: ShapeFreedom, target: Double, stop: @escaping @Sendable () -> Bool) {
        self.planner = planner
        self.freedom = freedom
        self.target = target
        self.stop = stop
        floor = ShapeFloor(planner.question)
    }

    private var question: PlanningQuestion { planner.question }
    private var objective: Objective { question.objective }

    /// The run of a shape with an amount of compute.
    private func run(_ shape: LayerStack, flop: Double) -> TrainingRun {
        TrainingRun(
            shape: shape, batchSequences: question.laws.batchSequences(flop: flop, shape: shape),
            sequenceLength: question.laws.sequenceLength, flop: flop)
    }

    /// Searches every shape.
    func found() -> Found {
        var found = Found(best: ShapedBest(wanted: question.wanted))
        let candidates = candidates(&found.shapes)
        let probes = ShapeProbes.indices(of: candidates)
        for index in probes where !stop() && !(found.best.limit.primary < candidates[index].bound) {
            search(candidates[index], into: &found)
        }
        let probed = Set(found.searched)
        for (index, candidate) in candidates.enumerated() where !probed.contains(candidate.shape) {
            if found.best.limit.primary < candidate.bound {
                let rest = candidates[index...].count { !probed.contains($0.shape) }
                found.shapes.discard(rest, by: .bound)
                break
            }
            if stop() {
                found.open = min(found.open ?? .infinity, candidate.bound)
                break
            }
            search(candidate, into: &found)
        }
        return found
    }

    // MARK: Shapes

    /// The shapes that can reach the target, in the order of their bounds.
    func candidates(_ account: inout ShapeAccount) -> [ShapeCandidate] {
        let own = planner.grid.shape(flop: target)
        let grid = ShapeGrid(freedom, question: question, flop: target, own: [own])
        account.grid = grid.shapes.count
        let reducible = question.effectiveCompute.reducible(flop: target)
        var candidates: [ShapeCandidate] = []
        for shape in grid.shapes {
            let value = question.value(of: shape)
            guard let flop = value.flop(reducible: reducible) else {
                account.discard(by: .lossUnreachable)
                continue
            }
            if let rule = rule(against: shape, flop: flop, own: own) {
                account.discard(by: rule)
                continue
            }
            candidates.append(ShapeCandidate(value: value, flop: flop, bound: bound(shape, flop: flop)))
        }
        return candidates.sorted(by: ShapeCandidate.precedes)
    }

    /// The rule that forbids a shape its run; nil if none does.
    private func rule(against shape: LayerStack, flop: Double, own: LayerStack) -> ShapeRule? {
        let laws = question.laws
        if !(ComputeRange.least...ComputeRange.most).contains(flop) { return .computeRange }
        let tokens = flop / shape.flopPerToken
        if tokens > laws.mostTokens ?? .infinity { return .tokenLimit }
        if freedom.data == .atLeastLaw, shape != own, tokens < laws.tokensPerParameter * shape.parameters {
            return .tokensPerParameter
        }
        if case .gpusAndFlop(let gpus, _) = question.given, floor.holdingGPUs(shape) > Double(gpus) {
            return .memory
        }
        if case .flopAndTime(_, let time) = question.given,
            floor.latency(layers: shape.layers, steps: run(shape, flop: flop).steps) > time.value
        {
            return .latency
        }
        return nil
    }

    private func bound(_ shape: LayerStack, flop: Double) -> Double {
        switch (question.given, objective) {
        case (.gpusAndFlop(let gpus, _), _), (.gpusAndTime(let gpus, _), _):
            floor.seconds(run(shape, flop: flop), gpus: gpus)
        case (.flopAndTime(_, let time), .utilization):
            // N·(A/N + Λ) with the fewest accelerators that finish in time.
            floor.acceleratorSeconds(flop: flop)
                + fewest(shape, flop: flop, time: time.value)
                * floor.latency(layers: shape.layers, steps: run(shape, flop: flop).steps)
        case (.flopAndTime(_, let time), _): fewest(shape, flop: flop, time: time.value)
        }
    }

    /// Accelerators below which a run neither fits nor finishes in time.
    private func fewest(_ shape: LayerStack, flop: Double, time: Double) -> Double {
        max(floor.fewestGPUs(run(shape, flop: flop), seconds: time), floor.holdingGPUs(shape))
    }

    // MARK: Plans

    private func search(_ candidate: ShapeCandidate, into found: inout Found) {
        let run = run(candidate.shape, flop: candidate.flop)
        let search = FixedRunSearch(question: question, run: run, engines: planner.engines, stop: stop)
        let cutoff = objective.stepRank(found.best.limit, steps: run.steps)
        let outcome = search.best(bounds(candidate, limit: found.best.limit), cutoff: cutoff)
        found.shapes.searched += 1
        found.searched.append(run.shape)
        found.account.add(outcome.result.account)
        for ranked in outcome.result.best {
            found.best.offer(ShapedPlan(ranked, search: search, objective: objective))
        }
        if let open = outcome.result.openBound {
            let rank = objective.runRank(open, steps: run.steps)
            found.open = min(found.open ?? .infinity, max(candidate.bound, rank.primary))
        }
    }

    /// What a search may take; more accelerators than the fewest so far are no answer.
    func bounds(_ candidate: ShapeCandidate, limit: Rank) -> FixedRunSearch.Bounds {
        switch question.given {
        case .gpusAndFlop(let gpus, _), .gpusAndTime(let gpus, _):
            // Fewer accelerators cannot do the arithmetic in the best time so far.
            let fewest = floor.fewestGPUs(flop: candidate.flop, seconds: limit.primary, most: gpus)
            return FixedRunSearch.Bounds(
                objective: .time, gpus: fewest...gpus, cluster: gpus, deadline: .infinity)
        case .flopAndTime(_, let time):
            let run = run(candidate.shape, flop: candidate.flop)
            var range = planner.gpuRange(run: run, time: time.value)
            let fewest = fewest(candidate.shape, flop: candidate.flop, time: time.value)
            if fewest > Double(range.lowerBound), fewest <= Double(range.upperBound) {
                range = Int(fewest)...range.upperBound
            }
            var most = range.upperBound
            if objective == .gpus, limit.primary < Double(most) {
                most = max(range.lowerBound, Int(limit.primary))
            }
            return FixedRunSearch.Bounds(
                objective: objective, gpus: range.lowerBound...most, cluster: nil, deadline: time.value)
        }
    }
}
