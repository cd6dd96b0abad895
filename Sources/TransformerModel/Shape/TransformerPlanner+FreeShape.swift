import Optimization
import Quantities
import Training

extension TransformerPlanner {
    /// Answers a question whose shape is free: one search over the shapes, the layouts of each by the engine asked for.
    func freeAnswer(
        _ family: TransformerFamily, engines: EngineContext, clock: SearchClock
    ) -> TransformerAnswer {
        switch question.given {
        case .gpusAndFlop(_, let flop), .flopAndTime(let flop, _):
            let search = ShapeTargetSearch(
                asked: question, family: family, target: flop, engines: engines, clock: clock,
                cuts: KnownCuts(cuts))
            let found = question.goodput.map { ShapeGoodputSearch(search, $0).found() } ?? search.found()
            return answer(found) { bound in
                if case .flopAndTime = question.given { return .fewestGPUs(max(1, bound)) }
                return .leastSeconds(max(0, bound))
            }
        case .gpusAndTime(let gpus, let time):
            let search = ShapeLargestSearch(
                asked: question, family: family, gpus: gpus, time: time.value, engines: engines, clock: clock,
                cuts: KnownCuts(cuts))
            return answer(search.found()) { .largestEffectiveFlop(family.effectiveFlop(reducible: $0)) }
        case .gpus:
            return answer(ShapesFound()) { .leastSeconds($0) }
        }
    }

    private func answer(
        _ found: ShapesFound, proved: (Double) -> Certificate.ProvedBound
    ) -> TransformerAnswer {
        let best = found.best
        let bound = found.open.map { min($0, best?.primary ?? .infinity) } ?? best?.primary
        var gap = best.flatMap { best in bound.map { (best.primary - max(0, $0)) / best.primary } }
        if case .gpusAndTime = question.given, let family = question.family, let best, let bound {
            let most = family.effectiveFlop(reducible: bound)
            gap = (most - family.effectiveFlop(reducible: best.primary)) / most
        }
        var certificate = Certificate(
            engine: "enumerate", isOptimal: found.open == nil && best != nil, bound: bound.map(proved),
            account: found.account, searches: found.searches, gap: gap)
        certificate.shapes = found.shapes
        var given = best?.gpus ?? 0
        var flop = best?.run.flop
        switch question.given {
        case .gpus(let gpus), .gpusAndTime(let gpus, _): given = gpus
        case .gpusAndFlop(let gpus, let asked): (given, flop) = (gpus, flop ?? asked)
        case .flopAndTime(let asked, _): flop = flop ?? asked
        }
        return TransformerAnswer(
            question: question, member: best?.run.question, layouts: best.map { [$0.layout] } ?? [],
            certificate: certificate,
            infeasibility: best == nil ? reasons(found.shapes, isComplete: found.open == nil) : [],
            flop: flop, gpusGiven: given)
    }

    private func reasons(_ shapes: ShapeAccount, isComplete: Bool) -> [String] {
        guard isComplete else { return ["the time limit ended the search before any layout was found"] }
        func count(_ rules: MemberRule...) -> Int {
            rules.reduce(0) { $0 + (shapes.discarded[$1.rawValue] ?? 0) }
        }
        let unit = question.machine.unit
        var reasons = ["none of \(Readable.count(shapes.grid)) shapes has a layout \(wanted)"]
        let data = count(.tokenLimit, .tokensPerParameter)
        if data > 0 {
            reasons.append(
                "\(Readable.count(data)) of them reach the loss with more tokens than there are, or with fewer a "
                    + "parameter than asked for")
        }
        let memory = count(.memory)
        if memory > 0 {
            reasons.append("\(Readable.count(memory)) of them do not fit into the \(unit)s given")
        }
        if count(.batch) > 0 {
            reasons.append("\(Readable.count(count(.batch))) of them ask for a batch that is out of range")
        }
        return reasons
    }

    private var wanted: String {
        let unit = question.machine.unit
        switch question.given {
        case .gpusAndFlop(let gpus, let flop):
            return "for \(Readable.scientific(flop)) FLOP of effective compute that fits on "
                + "\(Readable.count(gpus)) \(unit)s"
        case .flopAndTime(let flop, let time):
            return "that buys \(Readable.scientific(flop)) FLOP of effective compute in "
                + "\(Readable.time(time)) on up to \(Readable.count(TransformerQuestion.mostGPUs)) \(unit)s; "
                + "give more time or larger batches"
        case .gpusAndTime(let gpus, let time):
            return "with a run that ends in \(Readable.time(time)) on \(Readable.count(gpus)) \(unit)s"
        case .gpus(let gpus): return "on \(Readable.count(gpus)) \(unit)s"
        }
    }
}
