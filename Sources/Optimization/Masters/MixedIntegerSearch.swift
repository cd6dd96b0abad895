/// Exact search by mixed-integer programming: masters bound regions of a space, exact prices close the gap.
///
/// Best region first. A region's master is solved with the limit as cutoff; its deflated optimum becomes the
/// region's bound, and the combination it names is priced exactly and excluded from all later masters. The
/// region is then cut finer where the space can. The search ends when the least bound of all regions passes
/// the limit: every leaf up to the limit has then been priced, so the answer is the first in the total order.
/// Derivation and proof: `docs/mixed-integer.md`.
public enum MixedIntegerSearch {
    /// Part by which a master's bound is lowered, beyond what the solver lowers it itself.
    ///
    /// A solver may miss rows by 1e-6 of their size (`AnswerTolerance`); the rows of a master are of order one.
    public static let boundTolerance = 3e-6

    /// Searches a space; blocks the calling thread until done.
    /// - Parameters:
    ///   - space: its tables may fill while searching.
    ///   - solver: solves the masters.
    ///   - options: limits, helps and watchers.
    /// - Returns: the best candidates with a valid bound, also when a limit ended the search.
    /// - Throws: `SolverError` where the solver failed on a master with and without its presolver.
    public static func search<Space: LinearizableSpace>(
        _ space: inout Space, solver: any MixedIntegerSolver,
        options: MixedIntegerSearchOptions = MixedIntegerSearchOptions()
    ) throws(SolverError) -> MixedIntegerSearchResult<Space.Candidate> {
        var run = MixedIntegerRun<Space>(solver: solver, options: options)
        return try run.result(&space)
    }
}

/// One search under way.
private struct MixedIntegerRun<Space: LinearizableSpace> {
    let solver: any MixedIntegerSolver
    let options: MixedIntegerSearchOptions
    let start = ContinuousClock.now
    let token: CancellationToken
    var open: [OpenRegion] = []
    /// Combinations priced, in order.
    var priced: [[Int]] = []
    var known: Set<[Int]> = []
    var account = MixedIntegerAccount()

    /// A region still to be closed.
    struct OpenRegion {
        var region: Space.Region
        var bound: Rank
        /// Faces of which every combination in this region is priced.
        var faces: [MasterFace] = []
        /// Masters of this very region so far that could not cut it.
        var tries = 0
    }

    /// How often a dive asks whether to go on before it ends; it asks after a fixed number of nodes, so that
    /// no clock decides.
    private static var diveLooks: Int { 16 }

    init(solver: any MixedIntegerSolver, options: MixedIntegerSearchOptions) {
        self.solver = solver
        self.options = options
        token = CancellationToken(parent: options.cancellation)
    }

    mutating func result(
        _ space: inout Space
    ) throws(SolverError) -> MixedIntegerSearchResult<Space.Candidate> {
        let size = space.leaves(under: space.root)
        var dive: [RankedCandidate<Space.Candidate>] = []
        var cutoff = options.cutoff
        if options.start == .dive {
            var looks = 0
            dive =
                BranchAndBound.search(
                    &space, wanted: options.wanted, cutoff: cutoff, goal: options.goal,
                    stop: {
                        looks += 1
                        return looks >= Self.diveLooks
                    }
                ).best
            // The ranks of as many distinct leaves as are wanted: nothing above the last of them matters.
            if dive.count == options.wanted, let last = dive.last { cutoff = min(cutoff, last.rank) }
        }
        var frontier = Frontier<Space>(wanted: options.wanted, cutoff: cutoff, rules: space.pruneRules.count)
        push(space.regions(), from: Rank(-.infinity, 0, 0))
        var isComplete = true
        while let index = leastRegion {
            if frontier.limit < open[index].bound {
                // The least of all is above the limit, so all are.
                account.skippedRegions += open.count
                open.removeAll()
                break
            }
            if isOver || (options.goal == .any && !(frontier.best.isEmpty && dive.isEmpty)) {
                isComplete = false
                break
            }
            let next = open.remove(at: index)
            guard try advance(next, &space, &frontier) else {
                isComplete = false
                break
            }
            report(frontier, dive)
        }
        let unsettled = frontier.settle()
        if unsettled != nil { isComplete = false }
        let best = isComplete ? found(frontier) : merged(found(frontier), dive, space)
        let lowest = bound(best.first?.rank)
        return MixedIntegerSearchResult(
            best: best, bound: unsettled.map { min(lowest, $0.bound) } ?? lowest, isComplete: isComplete,
            account: account, spaceSize: size)
    }

    // MARK: One region

    /// Works on one region; false if a limit ended its master or the pricing of a face.
    private mutating func advance(
        _ next: OpenRegion, _ space: inout Space, _ frontier: inout Frontier<Space>
    ) throws(SolverError) -> Bool {
        var problem: MasterProblem
        switch space.master(of: next.region, limit: frontier.limit) {
        case .nothing:
            account.skippedRegions += 1
            return true
        case .children(let children):
            push(children, from: next.bound)
            return true
        case .problem(let master): problem = master
        }
        let faces = priced.map { MasterFace(assignment: $0) } + next.faces
        for (index, face) in faces.enumerated() where problem.exclude(face, name: "priced_\(index)") {
            account.cuts += 1
        }
        let result = try solve(problem)
        account.masters += 1
        account.nodes += result.nodes
        if result.termination == .cutoffProvedNothingBetter || result.termination == .infeasible {
            return true
        }
        var rest = next
        rest.bound =
            result.bound.map { raised(next.bound, to: $0, problem, next.region, space) } ?? next.bound
        let assignment = result.solution.flatMap { problem.assignment(at: $0.values) }
        let isNew = assignment.map { price($0, &space, &frontier) } ?? false
        if isNew, let assignment { priced.append(assignment) }
        guard result.isSettled, let assignment, !frontier.isInterrupted else {
            open.append(rest)
            return false
        }
        let children = space.split(next.region, at: assignment)
        guard children.isEmpty else {
            push(children, from: rest.bound)
            return true
        }
        guard !faces.contains(where: { $0.holds(assignment) }) else {
            throw .fatal("\(solver.name) proposes a combination that its master excludes: \(assignment)")
        }
        // Priced with a face of another region, but not excluded here yet.
        if !isNew { rest.faces.append(MasterFace(assignment: assignment)) }
        if let axes = widened(next, space) {
            let others = space.combinations(
                like: assignment, except: axes, in: next.region, limit: frontier.limit)
            for other in others {
                guard !isOver else {
                    open.append(rest)
                    return false
                }
                _ = price(other, &space, &frontier)
                guard !frontier.isInterrupted else {
                    open.append(rest)
                    return false
                }
            }
            rest.faces.append(MasterFace(assignment: assignment, open: axes))
        }
        rest.tries += 1
        open.append(rest)
        return true
    }

    /// The axes to leave open now: none at first, more each time the region comes back.
    private func widened(_ region: OpenRegion, _ space: Space) -> Set<Int>? {
        guard region.tries > 0 else { return nil }
        let sets = space.openAxes
        return sets.isEmpty ? nil : sets[min(region.tries, sets.count) - 1]
    }

    /// Prices a combination that is not priced yet; whether it was not.
    private mutating func price(
        _ assignment: [Int], _ space: inout Space, _ frontier: inout Frontier<Space>
    ) -> Bool {
        guard known.insert(assignment).inserted else { return false }
        account.combinations += 1
        let before = frontier.evaluated
        space.price(assignment, into: &frontier)
        account.leaves += frontier.evaluated - before
        return true
    }

    private mutating func push(_ children: [BoundedRegion<Space.Region>], from bound: Rank) {
        for child in children {
            open.append(OpenRegion(region: child.region, bound: max(child.bound, bound)))
        }
    }

    /// The region's bound, raised to what the master proved, less the tolerance.
    private func raised(
        _ bound: Rank, to objective: Double, _ problem: MasterProblem, _ region: Space.Region, _ space: Space
    ) -> Rank {
        let lowered = objective - MixedIntegerSearch.boundTolerance * max(1, objective.magnitude)
        return max(bound, space.bound(of: region, objective: lowered * problem.unit))
    }

    // MARK: The solver

    private func solve(_ problem: MasterProblem) throws(SolverError) -> MixedIntegerResult {
        var switches = SolveOptions()
        switches.cutoff = problem.cutoff
        switches.relativeGap = problem.relativeGap
        switches.cancellation = token
        let (stop, token) = (options.stop, token)
        switches.progress = { _ in if stop() { token.cancel() } }
        switches.timeLimit = timeLeft
        do throws(SolverError) {
            let result = try solver.solve(problem.model, options: switches)
            guard case .numericalTrouble = result.termination, result.solution == nil else { return result }
        } catch {
            guard case .fatal = error else { throw error }
        }
        switches.presolve = .off
        switches.cuts = []
        switches.timeLimit = timeLeft
        let result = try solver.solve(problem.model, options: switches)
        guard case .numericalTrouble(let words) = result.termination else { return result }
        throw .fatal(words)
    }

    private var timeLeft: Duration? {
        options.timeLimit.map { max(.zero, $0 - (ContinuousClock.now - start)) }
    }

    private var isOver: Bool {
        token.isCancelled || Task.isCancelled || options.stop() || timeLeft == .zero
    }

    // MARK: What is known

    private var leastRegion: Int? {
        // Among equals the latest: depth first.
        open.indices.reversed().min { open[$0].bound < open[$1].bound }
    }

    /// No candidate is below this: the least of the open regions and of what was found.
    private func bound(_ best: Rank?) -> Rank {
        min(open.map(\.bound).min() ?? .worst, best ?? .worst)
    }

    private func report(_ frontier: Frontier<Space>, _ dive: [RankedCandidate<Space.Candidate>]) {
        guard let report = options.report else { return }
        let ranks = [frontier.best.first?.rank, dive.first?.rank].compactMap { $0 }
        report(MixedIntegerReport(bound: bound(ranks.min()), best: ranks.min(), account: account))
    }

    private func found(_ frontier: Frontier<Space>) -> [RankedCandidate<Space.Candidate>] {
        frontier.best.map { RankedCandidate(candidate: $0.candidate, rank: $0.rank) }
    }

    /// The best of two lists, each candidate once.
    private func merged(
        _ left: [RankedCandidate<Space.Candidate>], _ right: [RankedCandidate<Space.Candidate>],
        _ space: Space
    ) -> [RankedCandidate<Space.Candidate>] {
        let sorted = (left + right).sorted {
            $0.rank < $1.rank || ($0.rank == $1.rank && Space.precedes($0.candidate, $1.candidate))
        }
        var distinct: [RankedCandidate<Space.Candidate>] = []
        for candidate in sorted {
            if let last = distinct.last, last.rank == candidate.rank,
                !Space.precedes(last.candidate, candidate.candidate)
            {
                continue
            }
            distinct.append(candidate)
        }
        return Array(distinct.prefix(options.wanted))
    }
}

extension MixedIntegerResult {
    /// Whether the search of the master is complete; numerical trouble that upset only the objective of a
    /// point, whose bound holds nevertheless, counts.
    fileprivate var isSettled: Bool {
        if termination == .optimal || termination == .gapReached { return solution != nil }
        guard case .numericalTrouble = termination else { return false }
        return solution != nil && bound != nil
    }
}
