internal import CGLPKBridge
public import Optimization

/// Mixed-integer linear programming by GLPK, the GNU Linear Programming Kit.
///
/// All of a solve happens on the calling thread, which is held until the end; a solve may be called on any
/// thread and on several at a time. GLPK's environment of that thread is freed on the way out, so a thread
/// that also uses GLPK by other ways loses its problems. Nothing is printed. The same model and options give
/// the same answer, unless a limit of time or a cancellation ends the search.
///
/// A limit of time or a cancellation is noticed many times a node. During the first relaxation of a presolved
/// model GLPK itself keeps the time limit, but a cancellation may wait up to 5 seconds.
///
/// GLPK is under the GNU General Public License, version 3 or later: so is any binary that contains it.
public struct GLPKSolver: MixedIntegerSolver {
    /// Part by which a bound is moved away from the optimum before it is reported.
    ///
    /// GLPK drops nodes within 1e-7 of the incumbent and solves relaxations to 1e-7. Ten times that is taken
    /// off: 1e-6 of the larger of the objective (without its constant) and the largest cost, each by
    /// magnitude, the latter rounded down to a power of two.
    public static let boundTolerance = 1e-6

    /// A bad call planted for tests; none otherwise.
    package var sabotage = Sabotage.none

    /// Where tests plant a bad call.
    package enum Sabotage: Sendable {
        /// Nowhere.
        case none
        /// While the problem is built.
        case build
        /// In the callback, amid branch and bound.
        case branching
    }

    /// Makes a solver; it holds nothing and costs nothing.
    public init() {}

    /// `GLPK` and its version, such as `GLPK 5.0`.
    public var name: String {
        "GLPK " + (glpkbridge_version().map { String(cString: $0) } ?? "")
    }

    /// Solves a model; blocks the calling thread until done.
    /// - Parameters:
    ///   - model: what to solve.
    ///   - options: limits, helps and watchers.
    /// - Returns: why it stopped, what was found, what is proved.
    /// - Throws: `SolverError` if there is nothing to return.
    public func solve(
        _ model: MixedIntegerModel, options: SolveOptions
    ) throws(SolverError) -> MixedIntegerResult {
        try Self.validate(model, options)
        let map = ObjectiveMap(of: model.objective, tolerance: Self.boundTolerance)
        let watch = SolveWatch(options: options, map: map)
        let run = SolveRun(model: model, options: options, map: map, watch: watch, sabotage: sabotage)
        return try run.result()
    }

    /// Solves the linear relaxation of a model; blocks the calling thread until done.
    /// - Parameters:
    ///   - model: what to relax and solve.
    ///   - options: limits and cancellation.
    /// - Returns: the point found, the bound and the duals.
    /// - Throws: `SolverError` if there is nothing to return.
    public func relax(
        _ model: MixedIntegerModel, options: SolveOptions
    ) throws(SolverError) -> Relaxation {
        try Self.validate(model, options)
        let map = ObjectiveMap(of: model.objective, tolerance: Self.boundTolerance)
        var limits = options
        limits.cutoff = nil
        limits.relativeGap = 0
        limits.absoluteGap = 0
        let watch = SolveWatch(options: limits, map: map)
        let run = SolveRun(model: model, options: limits, map: map, watch: watch, sabotage: sabotage)
        return try run.relaxation()
    }

    private static func validate(
        _ model: MixedIntegerModel, _ options: SolveOptions
    ) throws(SolverError) {
        try options.validate()
        do { try model.validate() } catch { throw .invalidModel(error) }
    }
}
