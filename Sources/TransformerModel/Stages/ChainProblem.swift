/// A chain of elements to be cut into the stages of a pipeline.
///
/// Wanted: which elements go to which stage, every stage getting at least one and keeping the order, and which of them
/// are recomputed, so that every stage fits its memory and the step of one forward, one backward is shortest:
///
///     sum t + (M - 1) max t,   t the stages' times of one microbatch
///
/// Other schedules are served by other microbatches M and other numbers in flight, see `StageBalance`. Proofs:
/// docs/pipelines.md.
struct ChainProblem {
    /// Elements that are alike in every number, so that only their count matters to a stage.
    struct Kind {
        /// Whether an element may be recomputed instead of kept.
        enum Recomputation { case allowed, never }

        /// What one element costs; bytes held are those of one microbatch in flight.
        var costs: ChainCosts.Element
        var recomputation: Recomputation
    }

    /// The kinds that occur.
    var kinds: [Kind]
    /// The kind of every element, in the order in which data passes them.
    var order: [Int]
    /// Microbatches M of a step, at least 1.
    var microbatches: Int
    /// Microbatches that each stage holds at its fullest, each at least 1; as many entries as stages.
    var inFlight: [Int]
    /// Bytes of a stage that elements may fill.
    var memory: Double

    /// Number of stages.
    var stages: Int { inFlight.count }

    /// Seconds of all elements, none recomputed.
    var leastWork: Double { order.reduce(0) { $0 + kinds[$1].costs.seconds } }

    /// Whether every stage can have an element and every number is finite and not negative.
    var isSound: Bool {
        guard stages >= 1, stages <= order.count, microbatches >= 1, inFlight.allSatisfy({ $0 >= 1 }),
            memory.isFinite, memory > 0
        else { return false }
        return kinds.allSatisfy { kind in
            let costs = kind.costs
            var numbers = [costs.seconds, costs.stateBytes, costs.keptBytes]
            if kind.recomputation == .allowed { numbers += [costs.extraSeconds, costs.recomputedBytes] }
            return numbers.allSatisfy { $0.isFinite && $0 >= 0 }
        }
    }

    /// Seconds that no stage of a cut takes whose step is not above a limit.
    ///
    /// A stage of time t makes the step at least W + (M - 1) t, with W the time of all elements.
    func ceiling(within limit: Double) -> Double {
        guard microbatches > 1, limit.isFinite else { return .infinity }
        // The part in a billion keeps a cut at the limit in spite of rounding.
        return (limit - leastWork) / Double(microbatches - 1) + 1e-9 * limit
    }

    /// The cut of the shortest step, if that is not above a limit.
    ///
    /// Exact up to rounding: by filling stages where that is enough (``ChainPartition``), else by dynamic programming over
    /// boundaries (``ChainProgram``).
    /// - Parameters:
    ///   - limit: seconds of a step above which nothing is looked for, which makes the search faster.
    ///   - stop: asked now and then; a true answer ends the search without a cut.
    /// - Returns: the cut; nil if none fits within the limit, a number is not ``isSound``, or `stop` ended it.
    func shortest(within limit: Double, stop: () -> Bool = { false }) -> ChainCut? {
        guard isSound else { return nil }
        if let partition = ChainPartition(self) {
            return partition.shortest(within: ceiling(within: limit)).flatMap {
                $0.stepSeconds <= limit ? $0 : nil
            }
        }
        let table = ColumnTable(self, limit: limit, stop: stop)
        guard !stop(), let found = ChainProgram(table, problem: self).best(stop: stop), !stop(),
            found.seconds <= limit
        else { return nil }
        return ChainCut(columns: found.columns, library: table.library, problem: self)
    }
}

/// A chain of elements cut into stages.
struct ChainCut {
    /// One stage.
    struct Stage {
        /// Its elements, numbered from 0 along the chain.
        var elements: Range<Int>
        /// How many elements of each kind it has, and how many of those are recomputed.
        var counts: [(all: Int, recomputed: Int)]
        /// Seconds of one microbatch.
        var seconds: Double
    }

    /// The stages in order.
    let stages: [Stage]
    /// Seconds of a step.
    let stepSeconds: Double

    /// Takes one column a stage.
    init(columns: [StageColumn], library: MixLibrary, problem: ChainProblem) {
        self.init(problem: problem, stages: columns.count) { stage in
            let column = columns[stage]
            return (
                column.start..<column.end, library.counts(front: column.front, point: column.point)
            )
        }
    }

    /// Takes the first element of each stage; nothing is recomputed.
    init(starts: [Int], problem: ChainProblem) {
        self.init(problem: problem, stages: starts.count) { stage in
            let range = starts[stage]..<(stage + 1 < starts.count ? starts[stage + 1] : problem.order.count)
            var counts = problem.kinds.map { _ in (all: 0, recomputed: 0) }
            for place in range { counts[problem.order[place]].all += 1 }
            return (range, counts)
        }
    }

    /// Every time is added up anew from counts.
    private init(
        problem: ChainProblem, stages number: Int,
        _ stage: (Int) -> (elements: Range<Int>, counts: [(all: Int, recomputed: Int)])
    ) {
        stages = (0..<number).map { index in
            let (elements, counts) = stage(index)
            var (seconds, extra) = (0.0, 0.0)
            for (kind, count) in zip(problem.kinds, counts) {
                // Kept ones, then recomputed ones, so that sums are the same wherever a cut comes from.
                for number in [count.all - count.recomputed, count.recomputed] where number > 0 {
                    seconds += Double(number) * kind.costs.seconds
                }
                extra += Double(count.recomputed) * kind.costs.extraSeconds
            }
            return Stage(elements: elements, counts: counts, seconds: seconds + extra)
        }
        let sum = stages.reduce(0) { $0 + $1.seconds }
        let slowest = stages.reduce(0) { max($0, $1.seconds) }
        stepSeconds = sum + Double(problem.microbatches - 1) * slowest
    }
}
