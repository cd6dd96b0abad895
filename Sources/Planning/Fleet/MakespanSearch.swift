import Optimization

/// The least makespan by halving: a makespan is possible if the columns that end by then hold a schedule.
///
/// Whatever is possible by some end of a column is possible by a later one, and the least makespan is an end
/// of a column; so halving over the ends finds it, each question a model without an objective. That is easier
/// on a solver than a variable above all ends, whose relaxation is poor. A question that is not answered in
/// time ends the search; what was answered by then is the bound and the schedule.
struct MakespanSearch {
    /// What the search knows at its end.
    struct Outcome {
        /// No makespan is below this.
        var bound: Double
        /// Columns of the best schedule found; nil if none was.
        var columns: [FleetColumn]?
        /// `optimal`, `infeasible`, or why the search stopped early.
        var termination: Termination
    }

    let columns: [[FleetColumn]]
    let menus: [[MenuEntry]]
    let problem: FleetProblem

    /// Halves the ends.
    /// - Parameters:
    ///   - incumbent: a makespan known to be possible; infinity for none.
    ///   - runner: solves the models.
    /// - Returns: what is known at the end.
    /// - Throws: `FleetError.solver` if the solver fails.
    func outcome(
        incumbent: Double, runner: inout ModelRunner
    ) throws(FleetError) -> Outcome {
        let ends = Set(columns.joined().map(\.end)).filter { $0 < incumbent }.sorted()
        // Every run needs one of its own ends.
        let floor = columns.map { $0.map(\.end).min() ?? .infinity }.max() ?? 0
        guard floor.isFinite else {
            return Outcome(bound: .infinity, columns: nil, termination: .infeasible)
        }
        var best: [FleetColumn]?
        var impossible = (ends.firstIndex { $0 >= floor } ?? ends.count) - 1
        // One past the last stands for the incumbent.
        var possible = ends.count
        if !incumbent.isFinite {
            let found = try probe(.infinity, runner: &runner)
            guard let first = found.columns else {
                let isInfeasible = found.termination == .infeasible
                return Outcome(
                    bound: isInfeasible ? .infinity : floor, columns: nil, termination: found.termination)
            }
            best = first
            let end = first.map(\.end).max() ?? .infinity
            possible = ends.firstIndex { $0 >= end } ?? ends.count - 1
        }
        func end(_ place: Int) -> Double { place < ends.count ? ends[place] : incumbent }
        while possible - impossible > 1 {
            let gap = OptimalityGap(objective: end(possible), bound: end(impossible + 1))
            if gap.relative <= runner.options.relativeGap, runner.options.relativeGap > 0 {
                return Outcome(bound: end(impossible + 1), columns: best, termination: .gapReached)
            }
            let middle = (possible + impossible) / 2
            let found = try probe(ends[middle], runner: &runner)
            if let first = found.columns {
                best = first
                let makespan = first.map(\.end).max() ?? ends[middle]
                possible = ends.firstIndex { $0 >= makespan } ?? middle
            } else if found.termination == .infeasible {
                impossible = middle
            } else {
                return Outcome(
                    bound: end(impossible + 1), columns: best, termination: found.termination)
            }
        }
        return Outcome(bound: end(possible), columns: best, termination: .optimal)
    }

    /// Looks for a schedule that ends by a time.
    private func probe(
        _ limit: Double, runner: inout ModelRunner
    ) throws(FleetError) -> (columns: [FleetColumn]?, termination: Termination) {
        let left = columns.map { $0.filter { $0.end <= limit } }
        guard left.allSatisfy({ !$0.isEmpty }) else { return (nil, .infeasible) }
        let built = FleetModel(left, menus: menus, problem: problem, aim: .feasibility)
        let result = try runner.solve(built.model)
        return (result.solution.map(built.columns), result.termination)
    }
}
