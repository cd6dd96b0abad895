import Foundation
import Optimization
import Quantities
import Training

extension Planner {
    /// Answers a question whose shape is free, with the engine asked for; `both` compares two whole searches.
    func freeAnswer(
        _ freedom: ShapeFreedom, engines: EngineContext, stop: @escaping @Sendable () -> Bool
    ) throws(EngineError) -> PlanningAnswer {
        guard engines.engine == .both else {
            return try completed(freeAnswer(freedom, stop: stop), engines)
        }
        let enumerated = engines.alone(.enumerate)
        let masters = engines.alone(.mip)
        var left = self
        left.engines = enumerated
        var right = self
        right.engines = masters
        let (one, other) = (left.freeAnswer(freedom, stop: stop), right.freeAnswer(freedom, stop: stop))
        if let failure = masters.log.failure { throw failure }
        engines.log.add(EngineAccount(engine: .both, mixedInteger: masters.log.account?.mixedInteger))
        if let difference = Self.difference(one, other) { throw difference }
        return try completed(one, engines)
    }

    /// Searches all shapes with the engine of the planner.
    private func freeAnswer(
        _ freedom: ShapeFreedom, stop: @escaping @Sendable () -> Bool
    ) -> PlanningAnswer {
        switch question.given {
        case .gpusAndFlop(_, let flop), .flopAndTime(let flop, _):
            let found = TargetSearch(planner: self, freedom: freedom, target: flop, stop: stop).found()
            return answer(found, target: flop)
        case .gpusAndTime(let gpus, let time):
            let search = LargestShapeSearch(
                planner: self, freedom: freedom, gpus: gpus, time: time.value, stop: stop)
            return answer(search.found(), gpus: gpus)
        }
    }

    // MARK: A target

    private func answer(_ found: TargetSearch.Found, target: Double) -> PlanningAnswer {
        let plans = report(found.best.plans)
        let best = found.best.plans.first?.rank.primary
        let isComplete = found.open == nil
        let bound = found.open.map { min($0, best ?? .infinity) } ?? best
        var certificate = Certificate(
            engine: "enumerate", isOptimal: isComplete && best != nil,
            bound: bound.map { proved($0, target: target) }, account: found.account,
            searches: found.shapes.searched,
            gap: best.flatMap { best in bound.map { (best - max(0, $0)) / best } })
        certificate.shapes = found.shapes
        return PlanningAnswer(
            question: question, plans: plans, certificate: certificate,
            infeasibility: plans.isEmpty ? freeReasons(found.shapes, stopped: !isComplete) : [],
            notes: plans.first.map { notes($0, run: $0.run) } ?? [])
    }

    private func proved(_ bound: Double, target: Double) -> Certificate.ProvedBound {
        guard case .flopAndTime = question.given else { return .leastSeconds(max(0, bound)) }
        guard question.objective == .utilization else { return .fewestGPUs(max(1, bound)) }
        return .highestUtilization(target / (bound * question.machine.compute.peak.value))
    }

    // MARK: The most effective compute

    private func answer(_ found: LargestShapeSearch.Found, gpus: Int) -> PlanningAnswer {
        let plans = report(found.best.plans)
        let isComplete = found.open == nil
        let curve = question.effectiveCompute
        let best = found.best.plans.first.map { curve.flop(reducible: $0.rank.primary) }
        let bound = found.open.map { max(curve.flop(reducible: $0), best ?? 0) } ?? best
        var certificate = Certificate(
            engine: "enumerate", isOptimal: isComplete && best != nil,
            bound: bound.map { .largestEffectiveFlop($0) }, account: found.account,
            searches: found.searches, gap: best.flatMap { best in bound.map { ($0 - best) / $0 } })
        certificate.shapes = found.shapes
        return PlanningAnswer(
            question: question, plans: plans, certificate: certificate,
            infeasibility: plans.isEmpty ? freeReasons(found.shapes, stopped: !isComplete) : [],
            notes: plans.first.map { notes($0, run: $0.run) } ?? [])
    }

    // MARK: Reports

    private func report(_ plans: [ShapedPlan]) -> [PricedPlan] {
        plans.enumerated().map { index, shaped in
            var given: Int?
            switch question.given {
            case .gpusAndFlop(let gpus, _), .gpusAndTime(let gpus, _): given = gpus
            case .flopAndTime: break
            }
            return shaped.search.report(
                shaped.candidate, given: given, run: shaped.run,
                binding: index == 0 ? memoryBinding(shaped) : nil)
        }
    }

    /// `memory` if lifting the limit gives the shape a better plan, else nil.
    private func memoryBinding(_ shaped: ShapedPlan) -> String? {
        let search = FixedRunSearch(
            question: question, run: shaped.run, model: shaped.search.model, stop: shaped.search.stop)
        let bounds: FixedRunSearch.Bounds
        switch question.given {
        case .gpusAndFlop(let gpus, _), .gpusAndTime(let gpus, _):
            bounds = FixedRunSearch.Bounds(
                objective: .time, gpus: 1...gpus, cluster: gpus, deadline: .infinity)
        case .flopAndTime(_, let time):
            bounds = FixedRunSearch.Bounds(
                objective: question.objective, gpus: gpuRange(run: shaped.run, time: time.value),
                cluster: nil,
                deadline: time.value)
        }
        return search.isBeaten(shaped.inner, bounds) ? "memory" : nil
    }

    private func freeReasons(_ shapes: ShapeAccount, stopped: Bool) -> [String] {
        if stopped { return ["the time limit ended the search before any plan was found"] }
        let tried = "none of \(Readable.count(shapes.grid)) shapes"
        let data = shapes.discarded[ShapeRule.tokenLimit.rawValue] ?? 0
        let tail =
            data > 0
            ? "; \(Readable.count(data)) of them would need more tokens than --max-tokens allows" : ""
        switch question.given {
        case .gpusAndFlop(let gpus, _):
            return [
                "\(tried) has a plan on \(Readable.count(gpus)) \(question.machine.unit)s that fits into memory; "
                    + "allow more of them or ask for less compute\(tail)"
            ]
        case .flopAndTime(let flop, let time):
            return [
                "\(tried) buys \(Readable.scientific(flop)) FLOP of effective compute in \(Readable.time(time)) on "
                    + "any number of \(question.machine.unit)s; allow more time or ask for less compute\(tail)"
            ]
        case .gpusAndTime(let gpus, let time):
            return [
                "\(tried) has a run that finishes in \(Readable.time(time)) on \(Readable.count(gpus)) "
                    + "\(question.machine.unit)s; allow more time or more of them\(tail)"
            ]
        }
    }

    /// The answer to a run that needs more tokens than there are; nil where there are enough.
    package func dataShortage(_ run: TrainingRun) -> PlanningAnswer? {
        guard let most = question.laws.mostTokens, run.tokens > most else { return nil }
        return PlanningAnswer(
            question: question, plans: [],
            certificate: .unsearched,
            infeasibility: [
                "a width of \(run.shape.width) needs \(Readable.scientific(run.tokens)) tokens, more than the "
                    + "\(Readable.scientific(most)) of --max-tokens; allow a greater width or ask for less compute"
            ], notes: [])
    }
}
