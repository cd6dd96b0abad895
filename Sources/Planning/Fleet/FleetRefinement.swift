import Optimization
import Quantities

/// Shares a fleet among runs over all sizes of clusters, asking for the sizes that matter.
///
/// Two problems are solved in turn. With the entries found so far the best schedule is one that may be carried
/// out. With an entry for every gap that is as good as anything in it (``MenuCurve``) the best is a bound on every
/// schedule over all sizes. While they are further apart than the gap asked for, the gaps that the second one
/// uses, and those beside the entries that the first one uses, are halved by asking for a size within.
///
/// It ends: each round asks for at least one more size, and there are finitely many.
public struct FleetRefinement: Sendable {
    /// Solves the problems; its limit of time is that of the whole answer.
    public var planner: FleetPlanner

    /// Makes a refinement.
    /// - Parameter planner: solves the problems; its limit of time is that of the whole answer.
    public init(_ planner: FleetPlanner) { self.planner = planner }

    /// Asks for the fastest entry of a run on at most so many GPUs of a kind, in the time that is left.
    public typealias Ask = (_ run: Int, _ curve: Int, _ gpus: Int, _ left: Duration?) -> FastestEntry

    /// Finds the best schedule over all sizes.
    /// - Parameters:
    ///   - runs: with what is known; what is asked for is added.
    ///   - capacities: the fleet, its kinds in the order of each run's curves.
    ///   - objective: what is best.
    ///   - starts: when runs may start.
    ///   - begun: when the limit of time began to count.
    ///   - ask: answers for a size.
    /// - Returns: the best schedule found with a bound over all sizes, or what is missing.
    /// - Throws: `FleetError` if the problem is wrong or the solver fails.
    public func answer(
        _ runs: inout [CurvedRun], capacities: [MachineCapacity], objective: FleetObjective,
        starts: StartRule = .together, begun: ContinuousClock.Instant = .now, ask: Ask
    ) throws(FleetError) -> FleetAnswer {
        var round = Round(objective: objective, target: planner.options.relativeGap)
        func solve(_ runs: [FleetRun]) throws(FleetError) -> FleetAnswer? {
            guard runs.allSatisfy({ !$0.menu.isEmpty }) else { return nil }
            var planner = planner
            planner.options.timeLimit = left(since: begun)
            let problem = FleetProblem(
                runs: runs, capacities: capacities, objective: objective, starts: starts)
            return try planner.answer(to: problem)
        }
        round.note(found: try solve(runs.map(\.found)))
        while true {
            // Also when time is over: even a model that is not solved has a bound.
            let relaxed = try solve(runs.map(\.relaxed))
            round.note(relaxed: relaxed, over: runs)
            if round.isSettled { break }
            if let left = left(since: begun), left <= .zero { break }
            let used = round.places(of: relaxed?.schedule, in: runs)
            if used.isEmpty { break }
            for (run, place) in used {
                let middle = place.gap.middle
                if runs[run].curves[place.curve].isAsked(middle) { continue }
                let fastest = ask(run, place.curve, middle, left(since: begun))
                runs[run].curves[place.curve].note(fastest, at: middle)
                if let left = left(since: begun), left <= .zero { break }
            }
            if let left = left(since: begun), left <= .zero { break }
            round.note(found: try solve(runs.map(\.found)))
        }
        return round.answer(solver: planner.solver.name, elapsed: .now - begun, runs: runs)
    }

    private func left(since begun: ContinuousClock.Instant) -> Duration? {
        planner.options.timeLimit.map { max(.zero, $0 - (.now - begun)) }
    }
}

/// The best schedule and the best bound of the rounds so far.
private struct Round {
    let objective: FleetObjective
    let target: Double
    private var best: FleetAnswer?
    private var bound: Double?
    private var last: FleetAnswer?
    /// Whether it is proved that no schedule exists over all sizes.
    private var isImpossible = false
    /// Whether the relaxed problem chose nothing but entries that are real.
    private var isExact = false
    private var (nodes, models, columns) = (0, 0, 0)

    init(objective: FleetObjective, target: Double) {
        self.objective = objective
        self.target = target
    }

    private var sense: ObjectiveSense { objective == .weightedUtilization ? .maximize : .minimize }

    private mutating func count(_ answer: FleetAnswer) {
        nodes += answer.certificate.nodes
        models += answer.certificate.models
        columns = max(columns, answer.certificate.columns)
    }

    /// Notes an answer with real entries.
    mutating func note(found answer: FleetAnswer?) {
        guard let answer else { return }
        count(answer)
        last = answer
        guard let schedule = answer.schedule else { return }
        let value = schedule.value(of: objective)
        if let old = best?.schedule, !sense.isBetter(value, than: old.value(of: objective)) { return }
        best = answer
    }

    /// Notes an answer with best cases among the entries: its bound holds over all sizes.
    mutating func note(relaxed answer: FleetAnswer?, over runs: [CurvedRun]) {
        guard let answer else { return }
        count(answer)
        if case .infeasible = answer.verdict { isImpossible = true }
        if let new = answer.certificate.bound, bound.map({ sense.isBetter($0, than: new) }) ?? true {
            bound = new
        }
        guard let schedule = answer.schedule else { return }
        let isReal = zip(schedule.runs, runs).allSatisfy { one, run in run.found.menu.contains(one.entry) }
        if isReal {
            isExact = true
            note(found: answer)
        }
    }

    private var gap: Double? {
        guard let schedule = best?.schedule, let bound else { return nil }
        return OptimalityGap(objective: schedule.value(of: objective), bound: bound).relative
    }

    /// Whether another size would change nothing of interest.
    var isSettled: Bool { isImpossible || isExact || (gap ?? .infinity) <= max(target, Self.tolerance) }

    /// The solver's tolerance, see docs/fleet.md, "Limits".
    private static let tolerance = 3e-6

    /// The gaps to halve: those chosen at best, and those beside the entries of the best schedule.
    func places(of relaxed: FleetSchedule?, in runs: [CurvedRun]) -> [(run: Int, place: CurvedRun.Place)] {
        runs.indices.flatMap { run -> [(run: Int, place: CurvedRun.Place)] in
            let places = runs[run].places
            var chosen = places.filter { $0.entry == relaxed?.runs[run].entry }
            if let entry = best?.schedule?.runs[run].entry {
                let kind = places.filter { $0.entry.machine == entry.machine }
                chosen += [
                    kind.last { $0.gap.most < entry.gpus }, kind.first { $0.gap.least > entry.gpus },
                ].compactMap { $0 }
            }
            // With nothing to go by, the widest.
            if chosen.isEmpty, relaxed == nil || best == nil {
                chosen =
                    places.max { $0.gap.most - $0.gap.least < $1.gap.most - $1.gap.least }.map { [$0] } ?? []
            }
            var seen: Set<CurvedRun.Place> = []
            return chosen.filter { place in
                !runs[run].curves[place.curve].isAsked(place.gap.middle) && seen.insert(place).inserted
            }.map { (run, $0) }
        }
    }

    func answer(solver: String, elapsed: Duration, runs: [CurvedRun]) -> FleetAnswer {
        let certificate = FleetCertificate(
            solver: solver, bound: bound, columns: columns, nodes: nodes, models: models,
            completion: completion, elapsed: elapsed)
        return FleetAnswer(verdict: verdict(runs), objective: objective, certificate: certificate)
    }

    private func verdict(_ runs: [CurvedRun]) -> FleetAnswer.Verdict {
        if let schedule = best?.schedule { return .found(schedule) }
        guard isImpossible, case .infeasible(let shortfall) = last?.verdict else { return .undecided }
        // Sizes that were not asked may make do with less.
        let isLeast = shortfall.isLeast && runs.allSatisfy { $0.places.isEmpty }
        return .infeasible(
            FleetShortfall(
                hopeless: shortfall.hopeless, laterDeadlines: shortfall.laterDeadlines,
                moreGPUs: shortfall.moreGPUs, isLeast: isLeast))
    }

    private var completion: FleetCertificate.Completion {
        if best == nil { return isImpossible ? .infeasible : .stopped(.timeLimit) }
        if let gap {
            if gap <= Self.tolerance { return .optimal }
            if gap <= target { return .gapReached }
        }
        if isExact, case .gridExhausted = best?.certificate.completion { return .gridExhausted }
        return .stopped(.timeLimit)
    }
}
