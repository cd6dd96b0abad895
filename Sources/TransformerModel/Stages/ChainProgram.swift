/// Exact partition of a pure chain by dynamic programming.
///
/// The step time is S + (M - 1) X with S the sum of the stages' times and X that of the slowest (for
/// all-forward-all-backward X is the largest forward plus the largest backward time). For a limit x on
/// the stage times let value(x) be the least S. It is a shortest path over boundaries, stage by stage:
///
///     least[i + 1][end] = min over columns of stage i from start to end with time <= x
///                         of least[i][start] + time
///
/// A column's mix is the one of least extra time that fits, which no other mix of the same range beats in S
/// or X. The optimum (S*, X*) has value(X*) = S*, and any x gives value(x) + (M - 1) x at least its own
/// partition's step time; so the least over all x that occur as a stage time is the optimum. value(x) never
/// rises with x, which is what `StaircaseMinimum` needs. Two limits are nested for the other schedule.
struct ChainProgram {
    private let table: ColumnTable
    private let layerCount: Int
    private let slope: Double
    private let schedule: StageSchedule

    init(_ table: ColumnTable, problem: PipelineProblem) {
        self.table = table
        layerCount = problem.chain.layerCount
        slope = Double(problem.microbatches - 1)
        schedule = problem.schedule
    }

    /// The columns of a partition of least step time plus `price` times its use of the budget.
    ///
    /// With a price above zero it minimises the Lagrangian of a budget, which costs nothing more: the
    /// use adds up along the path like the time.
    /// - Parameters:
    ///   - price: seconds a unit of the budget, at least 0.
    ///   - stop: asked for each limit; after a true answer what is returned means nothing.
    /// - Returns: the columns by stage and the least value; nil if no partition fits.
    func best(
        price: Double = 0, stop: () -> Bool = { false }
    ) -> (columns: [StageColumn], value: Double)? {
        switch schedule {
        case .oneForwardOneBackward:
            let times = sortedDistinct(\.time)
            let found = StaircaseMinimum.minimum(candidates: times, slope: slope) { limit in
                // Feasible nowhere: the search for the least limit ends at once.
                stop() ? .infinity : leastSum(within: Limits(time: limit), price: price)
            }
            guard let found else { return nil }
            return path(within: Limits(time: times[found.index]), price: price).map { ($0, found.objective) }
        case .allForwardAllBackward:
            let forwards = sortedDistinct(\.forward)
            let backwards = sortedDistinct(\.backward)
            func inner(_ forward: Double) -> StaircaseMinimum.Found? {
                StaircaseMinimum.minimum(candidates: backwards, slope: slope) { backward in
                    leastSum(within: Limits(forward: forward, backward: backward), price: price)
                }
            }
            let outer = StaircaseMinimum.minimum(candidates: forwards, slope: slope) { forward in
                inner(forward)?.objective ?? .infinity
            }
            guard let outer, let found = inner(forwards[outer.index]) else { return nil }
            let limits = Limits(forward: forwards[outer.index], backward: backwards[found.index])
            return path(within: limits, price: price).map { ($0, outer.objective) }
        }
    }

    /// The least use of the budget by any partition that fits; nil if none does.
    func leastUse() -> Double? {
        var least = [Double](repeating: .infinity, count: layerCount + 1)
        least[0] = 0
        for columns in table.columns {
            var next = [Double](repeating: .infinity, count: layerCount + 1)
            for column in columns {
                next[column.end] = min(next[column.end], least[column.start] + column.use)
            }
            least = next
        }
        return least[layerCount].isFinite ? least[layerCount] : nil
    }

    /// Limits on the times of every stage.
    private struct Limits {
        var forward = Double.infinity
        var backward = Double.infinity
        var time = Double.infinity

        func admit(_ column: StageColumn) -> Bool {
            column.time <= time && column.forward <= forward && column.backward <= backward
        }
    }

    private func sortedDistinct(_ key: (StageColumn) -> Double) -> [Double] {
        Set(table.columns.joined().map(key)).sorted()
    }

    /// Least sum of stage times within the limits; infinite if there is no partition.
    private func leastSum(within limits: Limits, price: Double) -> Double {
        var least = [Double](repeating: .infinity, count: layerCount + 1)
        least[0] = 0
        for columns in table.columns {
            var next = [Double](repeating: .infinity, count: layerCount + 1)
            for column in columns where limits.admit(column) {
                let sum = least[column.start] + column.time + price * column.use
                if sum < next[column.end] { next[column.end] = sum }
            }
            least = next
        }
        return least[layerCount]
    }

    /// The columns of a partition of least sum within the limits.
    private func path(within limits: Limits, price: Double) -> [StageColumn]? {
        var least = [Double](repeating: .infinity, count: layerCount + 1)
        least[0] = 0
        var choices: [[Int?]] = []
        for columns in table.columns {
            var next = [Double](repeating: .infinity, count: layerCount + 1)
            var choice = [Int?](repeating: nil, count: layerCount + 1)
            for (index, column) in columns.enumerated() where limits.admit(column) {
                let sum = least[column.start] + column.time + price * column.use
                if sum < next[column.end] {
                    next[column.end] = sum
                    choice[column.end] = index
                }
            }
            least = next
            choices.append(choice)
        }
        var end = layerCount
        var path: [StageColumn] = []
        for stage in table.columns.indices.reversed() {
            guard let index = choices[stage][end] else { return nil }
            path.append(table.columns[stage][index])
            end = table.columns[stage][index].start
        }
        return path.reversed()
    }
}
