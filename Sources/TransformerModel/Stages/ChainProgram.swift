/// Exact cut of a chain by dynamic programming.
///
/// The step time is S + (M - 1) X with S the sum of the stages' times and X that of the slowest. For a limit x on the
/// stage times let value(x) be the least S. It is a shortest path over boundaries, stage by stage:
///
///     least[i + 1][end] = min over columns of stage i from start to end with time <= x
///                         of least[i][start] + time
///
/// A column's mix is the one of least extra time that fits, which no other mix of the same range beats in S
/// or X. The optimum (S*, X*) has value(X*) = S*, and any x gives value(x) + (M - 1) x at least its own
/// cut's step time; so the least over all x that occur as a stage time is the optimum. value(x) never
/// rises with x, which is what `StaircaseMinimum` needs.
///
/// Checked against every cut there is by `ChainProgramTests`.
struct ChainProgram {
    private let table: ColumnTable
    private let elements: Int
    private let slope: Double

    init(_ table: ColumnTable, problem: ChainProblem) {
        self.table = table
        elements = problem.order.count
        slope = Double(problem.microbatches - 1)
    }

    /// The columns of the cut of least step time.
    /// - Parameter stop: asked for each limit; after a true answer what is returned means nothing.
    /// - Returns: the columns by stage and the seconds of a step; nil if no cut fits.
    func best(stop: () -> Bool = { false }) -> (columns: [StageColumn], seconds: Double)? {
        guard table.columns.allSatisfy({ !$0.isEmpty }) else { return nil }
        let times: [Double] = table.columns.joined().map(\.seconds).sorted().reduce(into: []) {
            if $0.last != $1 { $0.append($1) }
        }
        let found = StaircaseMinimum.minimum(candidates: times, slope: slope) { limit in
            // Feasible nowhere: the search for the least limit ends at once.
            stop() ? .infinity : leastSum(within: limit)
        }
        guard let found, let path = path(within: times[found.index]) else { return nil }
        return (path, found.objective)
    }

    /// Least sum of stage times, none above a limit; infinite if there is no cut.
    private func leastSum(within limit: Double) -> Double {
        var least = [Double](repeating: .infinity, count: elements + 1)
        least[0] = 0
        for columns in table.columns {
            var next = [Double](repeating: .infinity, count: elements + 1)
            for column in columns where column.seconds <= limit {
                let sum = least[column.start] + column.seconds
                if sum < next[column.end] { next[column.end] = sum }
            }
            least = next
        }
        return least[elements]
    }

    /// The columns of a cut of least sum, none above a limit.
    private func path(within limit: Double) -> [StageColumn]? {
        var least = [Double](repeating: .infinity, count: elements + 1)
        least[0] = 0
        var choices: [[Int?]] = []
        for columns in table.columns {
            var next = [Double](repeating: .infinity, count: elements + 1)
            var choice = [Int?](repeating: nil, count: elements + 1)
            for (index, column) in columns.enumerated() where column.seconds <= limit {
                let sum = least[column.start] + column.seconds
                if sum < next[column.end] {
                    next[column.end] = sum
                    choice[column.end] = index
                }
            }
            least = next
            choices.append(choice)
        }
        var end = elements
        var path: [StageColumn] = []
        for stage in table.columns.indices.reversed() {
            guard let index = choices[stage][end] else { return nil }
            path.append(table.columns[stage][index])
            end = table.columns[stage][index].start
        }
        return path.reversed()
    }
}
