/// A whole stage, priced: a range of elements and the best way to keep what they leave.
struct StageColumn {
    /// First element.
    let start: Int
    /// The element after the last.
    let end: Int
    /// Seconds of one microbatch, recomputation included.
    let seconds: Double
    /// The mix: its front and its place there.
    let front: Int
    let point: Int
}

/// All stages worth considering, by stage.
struct ColumnTable {
    /// Columns of each stage, in order of start, then end.
    let columns: [[StageColumn]]
    /// The mixes the columns refer to.
    let library: MixLibrary

    /// Prices every range of elements on every stage that could be part of a cut not above a limit.
    ///
    /// Stages of more than x seconds, ``ChainProblem/ceiling(within:)``, can be left out without losing any cut, and so can
    /// those with more than i x before them on i stages, or behind them.
    /// - Parameters:
    ///   - problem: a sound problem.
    ///   - limit: seconds of a step; infinity for none.
    ///   - stop: asked for each first element; a true answer leaves the table incomplete.
    init(_ problem: ChainProblem, limit: Double, stop: () -> Bool) {
        let ceiling = problem.ceiling(within: limit)
        var library = MixLibrary(kinds: problem.kinds, residentCeiling: problem.memory)
        var columns: [[StageColumn]] = Array(repeating: [], count: problem.stages)
        // Seconds before each element, and of all of them last.
        let before = problem.order.reduce(into: [0.0]) { sums, kind in
            sums.append(sums[sums.count - 1] + problem.kinds[kind].costs.seconds)
        }
        // Stages that so many seconds take at least.
        func fewest(_ seconds: Double) -> Int {
            ceiling > 0 && ceiling < .infinity
                ? Int((min(seconds / ceiling, 1e9) * (1 - 1e-9)).rounded(.up)) : 0
        }
        for start in problem.order.indices where !stop() {
            let ahead = fewest(before[start])
            var front = MixLibrary.empty
            var (seconds, state) = (0.0, 0.0)
            for end in (start + 1)...problem.order.count {
                let kind = problem.order[end - 1]
                seconds += problem.kinds[kind].costs.seconds
                state += problem.kinds[kind].costs.stateBytes
                if seconds > ceiling { break }
                front = library.front(adding: kind, to: front)
                if library.fronts[front].points.isEmpty { break }
                let possible = Self.stages(of: problem, start: start, end: end).clamped(
                    to: ahead..<max(ahead, problem.stages - fewest(before[problem.order.count] - before[end]))
                )
                for stage in possible {
                    let room = (problem.memory - state) / Double(problem.inFlight[stage])
                    guard let point = library.cheapest(in: front, residentLimit: room) else { continue }
                    let column = StageColumn(
                        start: start, end: end,
                        seconds: seconds + library.fronts[front].points[point].extra, front: front,
                        point: point)
                    if column.seconds <= ceiling { columns[stage].append(column) }
                }
            }
        }
        self.columns = columns
        self.library = library
    }

    /// Stages that a range of elements can be, every stage having at least one.
    private static func stages(of problem: ChainProblem, start: Int, end: Int) -> Range<Int> {
        let (last, elements) = (problem.stages - 1, problem.order.count)
        // At stage i at least i elements lie before, and at least last - i behind.
        var least = max(0, last - (elements - end))
        var most = min(start, last)
        if start > 0 { least = max(least, 1) }
        if end < elements { most = min(most, last - 1) }
        return least <= most ? least..<(most + 1) : 0..<0
    }
}
