/// The end of a solve: why it stopped, what was found, what is proved, each apart from the others.
public struct MixedIntegerResult: Hashable, Sendable {
    /// Why the solver stopped.
    public let termination: Termination
    /// The best point found; nil if none.
    public let solution: Solution?
    /// What is proved: no point of the model has a better objective than this; nil if nothing is.
    ///
    /// A lower bound when minimising, an upper bound when maximising. It is the solver's bound moved away
    /// from the solution by the solver's tolerance, so it is valid though never quite equal to an optimum.
    public let bound: Double?
    /// Branch-and-bound nodes made, the root included; 0 if the presolver needed none.
    public let nodes: Int
    /// Most cutting planes in the relaxation at one time.
    public let cuts: Int
    /// Time from the call to its return.
    public let elapsed: Duration

    /// Makes a result.
    /// - Parameters:
    ///   - termination: why the solver stopped.
    ///   - solution: the best point found.
    ///   - bound: what is proved.
    ///   - nodes: branch-and-bound nodes made.
    ///   - cuts: most cutting planes in the relaxation at one time.
    ///   - elapsed: time from the call to its return.
    public init(
        termination: Termination, solution: Solution?, bound: Double?, nodes: Int, cuts: Int,
        elapsed: Duration
    ) {
        self.termination = termination
        self.solution = solution
        self.bound = bound
        self.nodes = nodes
        self.cuts = cuts
        self.elapsed = elapsed
    }

    /// How far apart solution and bound are; nil unless there are both.
    public var gap: OptimalityGap? {
        guard let solution, let bound else { return nil }
        return OptimalityGap(objective: solution.objective, bound: bound)
    }
}
