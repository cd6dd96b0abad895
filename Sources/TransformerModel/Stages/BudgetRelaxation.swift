/// A bound and a partition for a problem whose budget couples the stages.
///
/// This is Lagrange's relaxation of the budget.
///
/// For every price p >= 0, the least over all partitions of step time + p (use - limit) is at most the least
/// step time within the budget, since there the bracket is not above zero. For a given price
/// it is a pure chain, solved exactly by `ChainProgram`. The price is halved in until use and limit meet;
/// the best of the bounds counts, and so does the best of the partitions that keep the budget.
struct BudgetRelaxation {
    /// No partition within the budget has a step time below this.
    private(set) var bound: Double
    /// The best partition within the budget that was met; nil if none was.
    private(set) var columns: [StageColumn]?
    private var objective = Double.infinity

    /// Prices tried after the first that keeps the budget.
    private static let halvings = 30

    /// Relaxes a problem on fixed machines; nil if no partition fits the memory.
    /// - Parameters:
    ///   - program: the chain without its budget; its columns may be cut by a partition in hand.
    ///   - problem: the problem.
    ///   - deadline: when to stop halving; what is known by then is valid. Nil for no limit.
    init?(_ program: ChainProgram, problem: PipelineProblem, until deadline: ContinuousClock.Instant?) {
        guard let free = program.best() else { return nil }
        bound = free.value
        guard let limit = problem.budget?.limit else {
            columns = free.columns
            return
        }
        if note(free.columns, limit: limit, problem: problem) { return }
        var low = 0.0
        var high = free.value / max(limit, free.columns.reduce(0) { $0 + $1.use })
        var isBracketed = false
        // A price at which a unit of budget costs a billion steps leaves nothing to be bought off.
        let highest = high * 1e9
        for _ in 0..<(2 * Self.halvings) {
            if let deadline, ContinuousClock.now >= deadline { break }
            let price = isBracketed ? (low + high) / 2 : high
            guard let found = program.best(price: price) else { break }
            bound = max(bound, found.value - price * limit)
            if note(found.columns, limit: limit, problem: problem) {
                isBracketed = true
                high = price
            } else {
                low = price
                if !isBracketed { high *= 4 }
            }
            if high > highest || (isBracketed && high - low <= 1e-9 * high) { break }
        }
    }

    /// Keeps a partition if it is within the budget and the best so far; says whether it is within.
    private mutating func note(
        _ found: [StageColumn], limit: Double, problem: PipelineProblem
    ) -> Bool {
        let use = found.reduce(0) { $0 + $1.use }
        guard use <= limit else { return false }
        let objective = ColumnPricer.stepTime(found, problem: problem)
        if objective < self.objective { (columns, self.objective) = (found, objective) }
        return true
    }
}
