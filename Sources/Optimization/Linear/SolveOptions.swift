/// Limits, helps and watchers of a solve.
public struct SolveOptions: Sendable {
    /// Longest time to spend; nil for no limit.
    ///
    /// A solution found by then is kept.
    public var timeLimit: Duration?
    /// Stops when `OptimalityGap.relative` of the reported bound is at most this; 0 asks for an optimum.
    public var relativeGap = 0.0
    /// Stops when `OptimalityGap.absolute` of the reported bound is at most this; 0 asks for an optimum.
    public var absoluteGap = 0.0
    /// Objective of a solution already in hand: only points at least as good are looked for.
    ///
    /// It becomes the row `objective <= cutoff` (`>=` when maximising), loosened by 1e-9 of its size so that
    /// the solution in hand is not itself cut off by rounding. To ask for strictly better, pass a better
    /// number.
    public var cutoff: Double?
    /// Families of cutting planes to use.
    public var cuts: CuttingPlanes = .all
    /// Whether the solver may simplify the model first.
    public var presolve: Presolve = .on
    /// Stops the solve from elsewhere; the task around the call does so too.
    public var cancellation: CancellationToken?
    /// Told of every better solution at once, and of the rest at most once in `progressInterval`.
    ///
    /// It is called on the thread that solves and holds it up; it must not solve in its turn.
    public var progress: (@Sendable (SolveProgress) -> Void)?
    /// Least time between two reports without a better solution.
    public var progressInterval: Duration = .milliseconds(100)

    /// Options without limits: solve to the optimum with all cuts.
    public init() {}

    /// Whether a solver may simplify the model first.
    public enum Presolve: String, Hashable, Sendable, CaseIterable {
        /// Simplify first: faster as a rule.
        case on
        /// Solve the model as it stands.
        case off
    }

    /// Checks the numbers of the options.
    /// - Throws: `SolverError.invalidOption` for a negative, NaN or (for the cutoff) infinite number.
    public func validate() throws(SolverError) {
        if let timeLimit, timeLimit < .zero {
            throw .invalidOption(name: "timeLimit", value: "\(timeLimit)", accepted: "zero or more, or nil")
        }
        for (name, gap) in [("relativeGap", relativeGap), ("absoluteGap", absoluteGap)] where !(gap >= 0) {
            throw .invalidOption(name: name, value: "\(gap)", accepted: "zero or more")
        }
        if let cutoff, !(cutoff.magnitude <= MixedIntegerModel.largestNumber) {
            throw .invalidOption(name: "cutoff", value: "\(cutoff)", accepted: "a finite number, or nil")
        }
    }
}
